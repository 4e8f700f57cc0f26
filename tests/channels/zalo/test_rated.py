"""Chi is asked on her phone how it was, with the stars of the platform; nobody but her leaders reads it."""

import pytest
from django.utils.timezone import now

from dossiers.models import Rating
from portal.channels.inbound import InboundMessage
from tests.channels.zalo.test_conversation import chi, chi_with_a_phone, dossier, work  # noqa: F401  (her chat)

pytestmark = [pytest.mark.usefixtures("consented"), pytest.mark.django_db(transaction=True)]
ASKED = {"id": "200004", "data": {"ma_ho_so": "number:30", "co_quan": "desk:100", "luc": "at:40"}}


@pytest.fixture
def asked(chi_with_a_phone, dossier, an, settings):  # noqa: F811
    """The message with the stars, on the phone that was given with the papers."""
    settings.ZALO_TEMPLATES = {"result_handed_over": ASKED}
    dossier.finish(by=an, at=now())
    dossier.hand_over(by=an, at=now())
    chi_with_a_phone.reads()
    sandbox = chi_with_a_phone.sandbox
    [message] = [one for one in sandbox.ledger() if one.get("to") == "p84912345678"]
    return sandbox, message


def rate(sandbox, message, **said):
    sandbox.act("p84912345678", "rate", message_id=message["message_id"], **said)
    sandbox.settle()
    work()


def test_the_stars_on_the_phone_are_the_rating_of_the_dossier(asked, dossier):  # noqa: F811
    rate(*asked, rate=4, note="Nhanh, lịch sự", feedbacks=["Đúng hẹn"])
    rating = Rating.objects.get()
    assert (rating.dossier, rating.stars, rating.through) == (dossier, 4, "zalo")
    assert rating.note == "Nhanh, lịch sự Đúng hẹn"
    assert rating.role == "Tiếp nhận và trả kết quả"


def test_who_rated_on_the_web_has_rated(asked, dossier):  # noqa: F811
    Rating.give(dossier.pk, stars=1, at=now(), through="web")
    rate(*asked, rate=5)
    assert Rating.objects.get().stars == 1
    assert not InboundMessage.objects.exclude(state="handled").exists()
