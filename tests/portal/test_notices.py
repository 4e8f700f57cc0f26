"""Who is told what: one message for each step that informs, and never a word about a person."""

import re
from datetime import timedelta

import pytest
from django.urls import resolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers.models import Dossier
from portal.channels.models import Delivery
from portal.notices import dossiers as notices
from tests.dossiers.making import CHI, at, make_version, receive, step
from tests.people import make_officer, make_unit

pytestmark = pytest.mark.django_db


def kinds():
    return list(Delivery.objects.filter(about__startswith="dossier:").order_by("pk").values_list("kind", flat=True))


def test_chi_is_told_of_each_step_that_informs_and_only_once(an, my_tho, calendar):
    dossier = receive(by=an, unit=my_tho)
    dossier.advance(to=step(dossier, "tham-tra"), by=an, at=at("23/11/2026 10:00"))
    dossier.advance(to=step(dossier, "trinh-ky"), by=an, at=at("23/11/2026 11:00"))  # does not inform
    dossier.finish(by=an, at=at("23/11/2026 15:00"))
    dossier.hand_over(by=an, at=at("23/11/2026 16:00"))
    assert kinds() == ["dossier_received", "dossier_advanced", "result_ready", "result_handed_over"]
    assert set(Delivery.objects.values_list("about", flat=True)) == {dossier.about}


def test_the_nine_states_of_a_dossier_each_have_their_message(an, dung, my_tho, calendar):
    version = make_version()

    def new():
        return receive(by=an, unit=my_tho, version=version)

    new().request_supplement(what="A", reason="B", by=an, at=at("24/11/2026 10:00"))
    new().request_payment(what="Lệ phí", by=an, at=at("24/11/2026 10:00"))
    new().request_payment(what="Thuế", obligation=True, by=an, at=at("24/11/2026 10:00"))
    new().stop(reason="Lý do", by=dung, at=at("24/11/2026 10:00"))
    new().ask_withdrawal(reason="Lý do", by=an, at=at("24/11/2026 10:00"))
    sent = Dossier.submit(case=version.cases.get(), unit=my_tho, by=an, at=at("23/11/2026 09:00"), parties=[CHI])
    sent.refuse(reason="Lý do", by=an, at=at("24/11/2026 10:00"))
    done = new()
    done.finish(by=an, at=at("24/11/2026 10:00"))
    done.hand_over(by=an, at=at("24/11/2026 11:00"))
    assert set(kinds()) == {
        "dossier_received", "supplement_requested", "payment_requested", "obligation_requested", "dossier_refused",
        "dossier_stopped", "withdrawal_requested", "result_ready", "result_handed_over",
    }  # fmt: skip


def test_chi_is_sent_to_the_desk_that_took_her_papers(province, my_tho, calendar):
    office = make_unit("Văn phòng Đăng ký đất đai", parent=province, kind="department", identification="H20.05")
    officer = make_officer("Lê Văn Em", "receiving", "handling", unit=province, username="em")
    dossier = receive(by=officer, unit=office, received_by_unit=my_tho)
    dossier.finish(by=officer, at=at("23/11/2026 15:00"))
    received, ready = Delivery.objects.filter(about=dossier.about).order_by("pk")
    assert "Phường Mỹ Tho đã tiếp nhận" in received.text
    assert "đến Phường Mỹ Tho nhận kết quả" in ready.text


def test_a_change_that_fails_tells_nobody(an, my_tho, calendar, monkeypatch):
    dossier = receive(by=an, unit=my_tho)
    monkeypatch.setattr(notices.outbox, "queue", lambda **_: (_ for _ in ()).throw(RuntimeError("post office is shut")))
    with pytest.raises(RuntimeError):
        dossier.finish(by=an, at=at("23/11/2026 15:00"))
    dossier.refresh_from_db()
    assert (dossier.status, kinds()) == ("received", ["dossier_received"])


def test_a_declined_withdrawal_is_told(an, dung, my_tho, calendar):
    dossier = receive(by=an, unit=my_tho)
    dossier.ask_withdrawal(reason="Thôi", by=an, at=at("24/11/2026 10:00"))
    dossier.decline_withdrawal(reason="Đã ký", by=dung, at=at("24/11/2026 11:00"))
    assert kinds()[-1] == "dossier_advanced"


def test_chi_is_told_not_to_come_when_a_result_has_to_be_checked_again(an, dung, my_tho, calendar):
    dossier = receive(by=an, unit=my_tho)
    dossier.finish(by=an, at=at("24/11/2026 10:00"))
    dossier.correct(reason="Sai họ tên", by=dung, at=at("24/11/2026 11:00"))
    told = Delivery.objects.get(kind="result_withdrawn")
    assert "chưa đến nhận kết quả" in told.text
    assert "Sai họ tên" not in told.text


def test_officers_hear_once_a_day_however_many_dossiers_are_near(my_tho, calendar):
    lan = make_officer("Phạm Thị Lan", "handling", "receiving", unit=my_tho)
    type(lan).objects.update(email="lan@dongthap.example")
    version = make_version()
    for _ in range(3):
        dossier = receive(by=lan, unit=my_tho, version=version)
        notices.tell_officers(
            signal=notices.events.deadline_near, unit=my_tho, dossiers=[dossier], at=at("26/11/2026 09:00")
        )
    told = Delivery.objects.filter(kind="deadlines_near")
    assert told.count() == 1


def test_the_address_printed_in_messages_is_a_page():
    assert resolve(notices.LOOK_UP)


letters = st.characters(codec="utf-8", categories=["Lu", "Ll", "Nd"])
words = st.text(letters, min_size=6, max_size=20)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.lists(words, min_size=2, max_size=4).map(" ".join),
    phone=st.from_regex(r"\A09[0-9]{8}\Z"),
    id_number=st.from_regex(r"\A[0-9]{12}\Z"),
    email=st.from_regex(r"\A[a-z]{6,12}@[a-z]{6,12}\.vn\Z"),
    note=words,
)
def test_no_message_carries_personal_data(an, dung, my_tho, calendar, name, phone, id_number, email, note):
    before = set(Delivery.objects.values_list("pk", flat=True))
    party = {"name": name, "phone": phone, "id_number": id_number, "email": email, "address": f"{note} {name}"}
    dossier = receive(by=an, unit=my_tho, party=party, subject=f"{note} {name}")
    dossier.advance(to=step(dossier, "tham-tra"), by=an, at=at("23/11/2026 10:00"), note=f"{note} {name}")
    dossier.request_supplement(what=f"Giấy của {name} {note}", reason=note, by=an, at=at("23/11/2026 11:00"))
    dossier.take_supplement(by=an, at=at("23/11/2026 14:00"), note=note)
    dossier.apologise(n=1, reason=f"{note} {name}", by=dung, at=at("23/11/2026 15:00"))
    dossier.stop(reason=f"{note} {name}", by=dung, at=at("23/11/2026 16:00"))
    sent = Delivery.objects.exclude(pk__in=before)
    assert sent.count() >= 5
    for delivery in sent:
        written = f"{delivery.subject} {delivery.text}"
        assert dossier.number in written
        for private in (*name.split(), phone, phone[-4:], id_number, email, note, an.full_name, dung.full_name):
            # Four digits of a phone may stand in a number or a date by chance; whole words may not.
            assert not re.search(rf"(?<![\w-]){re.escape(private)}(?![\w-])", _without_facts(written, dossier)), private


def _without_facts(text, dossier):
    """The text without what it may say: number, link, moments, hotline, name of the unit."""
    for fact in (dossier.number, dossier.unit.name):
        text = text.replace(fact, " ")
    return re.sub(r"https?://\S+|\d\d?:\d\d|\d\d/\d\d/\d{4}|0277 3898989", " ", text)


def test_old_news_is_not_sent_late(an, my_tho, calendar):
    dossier = receive(by=an, unit=my_tho)
    delivery = Delivery.objects.get(about=dossier.about)
    assert delivery.expires_at == at("23/11/2026 09:00") + timedelta(days=7)
