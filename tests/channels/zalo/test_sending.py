"""A promise goes to Zalo once, whatever happens on the way."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from portal.channels import outbox
from portal.channels.accounts import AccountState
from portal.channels.models import Account, ConsentEntry, Delivery, Grant
from portal.channels.states import Reason, State
from tests.channels.zalo.conftest import DOSSIER

pytestmark = pytest.mark.usefixtures("consented")

NUMBER = "H20.30-261123-0001"
PHONE = "0900000001"  # Chi's, who lives in the sandbox


def promise(**changes):
    order = {
        "key": "dossier:17:log:5", "kind": "note", "contacts": {}, "lane": "dossier",
        "params": {"code": NUMBER, "number": NUMBER, "step": "Thẩm tra"},
        "about": "dossier:17", "at": now(),
    }  # fmt: skip
    return outbox.queue(**{**order, **changes})


def deliver(delivery, at=None):
    Delivery.objects.select_related("account").get(pk=delivery.pk).deliver(at=at or now())
    delivery.refresh_from_db()
    return delivery


@pytest.fixture
def chi(sandbox):
    """Chi's id at our OA; she has just followed it."""
    sandbox.act("chi", "follow")
    return sandbox.uid("chi")


def effects(sandbox):
    return sandbox.ledger(to="chi")


def test_chi_reads_what_was_promised(sandbox, chi):
    delivery = deliver(promise(contacts={"zalo": chi}))
    assert delivery.state == State.SENT
    (effect,) = effects(sandbox)
    assert "H20.30-261123-0001" in effect["text"]


def test_a_kind_with_a_template_goes_by_template_to_who_is_known_and_to_who_is_not(sandbox, chi, settings):
    settings.ZALO_TEMPLATES = {"note": DOSSIER}
    by_uid = deliver(promise(contacts={"zalo": chi, "phone": PHONE}))
    by_phone = deliver(promise(key="dossier:18:log:1", contacts={"phone": PHONE}))
    assert (by_uid.channel, by_phone.channel) == ("zalo", "zalo-phone")
    assert {one["kind"] for one in effects(sandbox)} == {"template", "zbs"} or len(effects(sandbox)) == 2
    (phone_effect,) = sandbox.ledger(to="chi", tracking_id=by_phone.reference.hex)
    assert "H20.30-261123-0001" in str(phone_effect)


@pytest.mark.parametrize("kind", ["drop_after", "http_500", "malformed"])
def test_an_answer_that_is_lost_leaves_a_doubt_that_reading_ends(sandbox, chi, kind):
    sandbox.fault(kind, "zalo.cs", times=1)
    delivery = deliver(promise(contacts={"zalo": chi}))
    assert delivery.state == State.UNKNOWN
    delivery.clear(at=delivery.check_at)
    assert delivery.state == State.SENT
    assert len(effects(sandbox)) == 1


def test_what_says_the_same_and_is_another_message_ends_no_doubt(sandbox, chi):
    first = deliver(promise(contacts={"zalo": chi}))
    sandbox.fault("drop_before", "zalo.cs", times=1)
    second = deliver(promise(contacts={"zalo": chi}, key="dossier:17:log:6"))
    assert (first.state, second.state) == (State.SENT, State.UNKNOWN)
    second.clear(at=second.check_at)
    assert second.external_id == ""
    assert second.state in (State.UNKNOWN, State.QUEUED)


def test_an_answer_that_names_the_same_dossier_is_no_template(sandbox, chi, settings):
    deliver(promise(contacts={"zalo": chi}))
    settings.ZALO_TEMPLATES = {"note": DOSSIER}
    sandbox.fault("drop_before", "zalo.template", times=1)
    lost = deliver(promise(contacts={"zalo": chi}, key="dossier:17:log:6"))
    assert lost.state == State.UNKNOWN
    lost.clear(at=lost.check_at)
    assert (lost.state, lost.external_id) == (State.UNKNOWN, "")


@pytest.mark.parametrize("minutes", [-8, 8])
def test_clocks_that_are_minutes_apart_send_nothing_twice(sandbox, chi, minutes):
    if minutes > 0:
        sandbox.advance(minutes=minutes)
    sandbox.fault("drop_after", "zalo.cs", times=1)
    delivery = deliver(promise(contacts={"zalo": chi}), at=now() - timedelta(minutes=min(minutes, 0)))
    for _ in range(4):
        if delivery.state != State.UNKNOWN:
            break
        delivery.clear(at=delivery.check_at)
    assert delivery.state == State.SENT
    assert len(effects(sandbox)) == 1


def test_what_surely_never_left_is_sent_again(sandbox, chi, settings):
    good, settings.ZALO_OPENAPI_URL = settings.ZALO_OPENAPI_URL, "http://127.0.0.1:9"
    delivery = deliver(promise(contacts={"zalo": chi}))
    assert delivery.state == State.QUEUED
    settings.ZALO_OPENAPI_URL = good
    assert deliver(delivery, at=delivery.not_before).state == State.SENT
    assert len(effects(sandbox)) == 1


def test_who_never_wrote_to_us_is_reached_by_phone(sandbox, settings):
    settings.ZALO_TEMPLATES = {"note": {**DOSSIER, "by_uid": False}}
    first = deliver(promise(contacts={"zalo": sandbox.uid("lan"), "phone": "0900000003"}))
    assert (first.state, first.reason) == (State.FAILED, Reason.UNREACHABLE)
    second = Delivery.objects.get(intent=first.intent, rung=1)
    assert deliver(second).state == State.SENT


def test_who_refuses_our_messages_on_zalo_is_not_written_to_again(sandbox, chi):
    sandbox.act("chi", "change", restricted=["consultation"])
    assert deliver(promise(contacts={"zalo": chi})).state == State.FAILED
    assert ConsentEntry.objects.filter(contact__channel="zalo", word="withdrawn").exists()
    assert promise(key="dossier:17:log:6", contacts={"zalo": chi}).reason == Reason.OPTED_OUT


def test_a_token_that_has_ended_is_renewed_once_and_nobody_notices(sandbox, chi):
    sandbox.control("zalo/tokens", expire=True)
    assert deliver(promise(contacts={"zalo": chi})).state == State.SENT
    assert len(effects(sandbox)) == 1


def test_a_consent_that_was_taken_back_stops_the_account_and_loses_nothing(sandbox, chi):
    sandbox.control("zalo/tokens", revoke=True)
    delivery = deliver(promise(contacts={"zalo": chi}))
    assert delivery.state == State.QUEUED
    assert Account.objects.of("zalo").state == AccountState.NEEDS_CONSENT
    assert Grant.objects.get().refused_at


def test_when_zalo_counts_too_many_the_whole_account_rests_until_the_next_minute(sandbox, chi):
    sandbox.fault("rate_limit", "zalo.cs", times=1)
    delivery = deliver(promise(contacts={"zalo": chi}))
    assert delivery.state == State.QUEUED
    account = Account.objects.of("zalo")
    assert account.state == AccountState.THROTTLED
    assert now() < account.throttled_until <= now() + timedelta(seconds=66)
