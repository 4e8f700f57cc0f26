"""What Zalo took and what Chi has are two things: no receipt, no rest."""

from datetime import timedelta

import pytest

from portal.channels.base import adapter_for
from portal.channels.models import Delivery
from portal.channels.states import Reason, State
from tests.channels.zalo.conftest import DOSSIER
from tests.channels.zalo.test_sending import PHONE, deliver, promise

pytestmark = pytest.mark.usefixtures("consented")
TO_CHI = {"phone": PHONE, "email": "chi@example.org"}
TIMEOUT = timedelta(minutes=120)


@pytest.fixture
def by_phone(sandbox, settings):
    """A message to Chi's number, by a template for which Zalo tries two hours."""
    settings.ZALO_TEMPLATES = {"note": {**DOSSIER, "timeout": 120}}
    return lambda: deliver(promise(contacts=TO_CHI))


def confirmed(delivery, at):
    Delivery.objects.get(pk=delivery.pk).confirm(at=at)
    delivery.refresh_from_db()
    return delivery


def test_each_template_has_the_time_that_zalo_gives_it(settings):
    settings.ZALO_TEMPLATES = {"note": {**DOSSIER, "timeout": 120}, "code": DOSSIER}
    phone = adapter_for("zalo-phone")
    assert [phone.receipt_timeout_of(kind) for kind in ("note", "code")] == [TIMEOUT, timedelta(minutes=15)]
    assert adapter_for("zalo").receipt_timeout_of("note") == timedelta(minutes=15)


@pytest.mark.parametrize("said", [None, "", "lâu", 0, -5, [1]])
def test_a_time_that_nobody_can_read_is_the_usual_one(settings, said):
    settings.ZALO_TEMPLATES = {"note": {**DOSSIER, "timeout": said}}
    assert adapter_for("zalo-phone").receipt_timeout_of("note") == timedelta(minutes=15)
    assert adapter_for("zalo-phone").receipt_timeout_of("unknown") == timedelta(minutes=15)


def test_a_lost_receipt_does_not_ring_chi_twice(sandbox, by_phone):
    sandbox.settings(receipt_after=0)  # it arrives, and our door is not there to hear of it
    delivery = by_phone()
    assert delivery.check_at - delivery.sent_at == TIMEOUT
    assert confirmed(delivery, delivery.check_at).state == State.DELIVERED
    assert Delivery.objects.count() == 1


def test_what_never_reached_her_phone_goes_by_mail(sandbox, by_phone, mail):
    delivery = by_phone()
    assert confirmed(delivery, delivery.check_at).reason == Reason.NO_RECEIPT
    assert Delivery.objects.get(intent=delivery.intent, rung=1).channel == "mail"


def test_a_number_that_zalo_does_not_know_has_not_arrived(sandbox, by_phone, mail):
    delivery = by_phone()
    Delivery.objects.filter(pk=delivery.pk).update(external_id="nobody-knows")
    assert confirmed(delivery, delivery.check_at).reason == Reason.NO_RECEIPT


def test_zalo_being_away_is_no_answer(sandbox, by_phone):
    delivery = by_phone()
    due = delivery.check_at
    sandbox.fault("http_503", "zalo.zbs_status", times=1)
    assert confirmed(delivery, due).state == State.SENT
    sandbox.fault("expired_token", "zalo.zbs_status", times=1)
    assert confirmed(delivery, delivery.check_at).state == State.FAILED
