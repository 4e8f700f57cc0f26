"""The one-stop system of phường Mỹ Tho works with our dossiers over the API; that of Đạo Thạnh has its own."""

import base64
import json
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils.timezone import now

from agencies.models import AccessLog, ApiKey, Succession, Unit
from agencies.roles import role
from dossiers.models import Dossier, FormerNumber, LogEntry, Receipt
from dossiers.workflow import Status, Verb
from tests.dossiers.making import STEPS, at, make_version, receive
from tests.people import make_unit

pytestmark = pytest.mark.django_db

CHI = {"name": "Trần Thị Chi", "phone": "0912345678", "id_number": "082190001234", "address": "Ấp 3"}
NEW = {"procedure": "1.004873", "unit": "H20.30", "parties": [CHI], "subject": "Xác nhận để kết hôn"}
URL = "/api/v1/dossiers/"


@pytest.fixture(autouse=True)
def world(calendar, my_tho, dao_thanh, time_machine):
    time_machine.move_to(at("23/11/2026 09:00"), tick=False)
    return make_version()


class System:
    """A system with a key of a unit."""

    def __init__(self, unit, name="Một cửa"):
        self.key, plain = ApiKey.issue(unit=unit, name=name, at=now())
        self.client = Client(raise_request_exception=False, HTTP_AUTHORIZATION=f"Bearer {plain}")

    def get(self, path, **headers):
        return self.client.get(path, **headers)

    def post(self, path, body, **headers):
        return self._send(self.client.post, path, body, headers)

    def put(self, path, body, **headers):
        return self._send(self.client.put, path, body, headers)

    def advance(self, number, **body):
        return self.post(f"{URL}{number}/advance/", body)

    def _send(self, method, path, body, headers):
        return method(path, json.dumps(body), content_type="application/json", **headers)


@pytest.fixture
def my_thos(my_tho):
    return System(my_tho)


@pytest.fixture
def dao_thanhs(dao_thanh):
    return System(dao_thanh)


def told(**changes):
    row = {
        "procedure": "1.004873", "unit": "H20.30", "parties": [CHI],
        "history": [
            {"at": "2026-11-23T08:00:00+07:00", "status": 2}, {"at": "23/11/2026 08:30", "status": "processing"},
        ],
    }  # fmt: skip
    return {**row, **changes}


NUMBER = "H20.30-261123-0007"


# --- receiving ------------------------------------------------------------------------------------------------------
def test_a_counter_receives_a_dossier_and_prints_number_pin_and_qr(my_thos):
    answer = my_thos.post(URL, NEW)
    assert answer.status_code == 201
    paper = answer.json()
    dossier = Dossier.objects.get()
    assert paper["number"] == dossier.number == "H20.30-261123-0001"
    assert paper["pin"] == dossier.pin
    assert f"/hs/{paper['token']}/#" in paper["qr_url"]
    assert Dossier.objects.with_token(paper["token"]).get() == dossier
    assert paper["due_at"] == "2026-11-27T17:00:00+07:00"
    assert (
        paper["status"] == {"code": "received", "official": 2, "name": "Đã tiếp nhận"}
        or paper["status"]["official"] == 2
    )
    assert answer["Location"] == f"{URL}{dossier.number}/"
    assert my_thos.get(answer["Location"]).status_code == 200


def test_receiving_asks_few_questions_and_marks_one_place_to_return_to(my_thos, django_assert_max_num_queries):
    my_thos.post(URL, NEW)
    with django_assert_max_num_queries(26) as queries:
        assert my_thos.post(URL, NEW, HTTP_IDEMPOTENCY_KEY="quay-3-0001").status_code == 201
    # The test's own transaction has one more, around what the request would begin by itself.
    assert sum(query["sql"].startswith("SAVEPOINT") for query in queries) <= 2


def test_what_a_key_may_do_is_read_at_each_request(my_thos):
    assert my_thos.post(URL, NEW).status_code == 201
    receive = Permission.objects.get(codename="receive_dossier")
    my_thos.key.role.permissions.remove(receive)
    assert my_thos.post(URL, NEW).status_code == 403
    my_thos.key.role.permissions.add(receive)
    assert my_thos.post(URL, NEW).status_code == 201


def test_the_same_request_twice_is_one_dossier_and_one_answer(my_thos):
    first = my_thos.post(URL, NEW, HTTP_IDEMPOTENCY_KEY="quay-3-0001")
    again = my_thos.post(URL, NEW, HTTP_IDEMPOTENCY_KEY="quay-3-0001")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert Dossier.objects.count() == Receipt.objects.count() == 1


def test_the_kept_answer_does_not_lie_open_in_the_database(my_thos):
    from django.db import connection

    token = my_thos.post(URL, NEW, HTTP_IDEMPOTENCY_KEY="quay-3-0001").json()["token"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM agencies_idempotentrequest")
        [[body]] = cursor.fetchall()
    assert body
    assert token not in body


def test_the_same_key_for_another_dossier_is_refused(my_thos):
    my_thos.post(URL, NEW, HTTP_IDEMPOTENCY_KEY="quay-3-0001")
    answer = my_thos.post(URL, {**NEW, "subject": "Khác"}, HTTP_IDEMPOTENCY_KEY="quay-3-0001")
    assert answer.status_code == 422
    assert Dossier.objects.count() == 1


def test_a_refused_dossier_takes_no_number_and_its_key_can_be_used_again(my_thos):
    answer = my_thos.post(URL, {**NEW, "parties": []}, HTTP_IDEMPOTENCY_KEY="quay-3-0001")
    assert answer.status_code == 400
    answer = my_thos.post(URL, NEW, HTTP_IDEMPOTENCY_KEY="quay-3-0001")
    assert answer.json()["number"].endswith("-0001")


def test_a_unit_without_a_calendar_is_named(my_thos):
    Unit.objects.update(calendar=None)
    answer = my_thos.post(URL, NEW)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["unit"]


def test_a_number_that_was_told_at_this_very_moment_is_to_be_asked_for_again(my_thos, monkeypatch):
    number = my_thos.post(URL, NEW).json()["number"]
    monkeypatch.setattr(Dossier, "next_number", lambda unit, at: number)
    answer = my_thos.post(URL, NEW)
    assert (answer.status_code, answer["Retry-After"]) == (409, "1")
    assert answer.json()["code"] == "number_taken"


def test_another_wards_dossier_cannot_be_received(my_thos):
    answer = my_thos.post(URL, {**NEW, "unit": "H20.31"})
    assert answer.status_code == 403
    assert [error["field"] for error in answer.json()["errors"]] == ["unit"]
    assert not Dossier.objects.exists()


def test_a_ward_may_receive_for_another_only_what_it_handles_itself(my_thos, province):
    """Boundary-free reception: the unit that handles decides, and that is not ours to write for."""
    assert my_thos.post(URL, {**NEW, "received_by_unit": "H20.31"}).status_code == 403
    assert System(province).post(URL, {**NEW, "received_by_unit": "H20.31"}).json()["number"].startswith("H20.31-")


def test_a_unit_that_is_no_more_receives_nothing(my_thos, my_tho):
    my_tho.valid_to = at("30/06/2026 00:00").date()
    my_tho.save()
    answer = my_thos.post(URL, NEW)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "unit"


# --- telling --------------------------------------------------------------------------------------------------------
def test_a_dossier_of_the_existing_system_is_told_once_and_again(my_thos):
    first = my_thos.put(f"{URL}{NUMBER}/", told())
    assert first.status_code == 201
    assert first.json()["status"]["code"] == "processing"
    entries = LogEntry.objects.count()
    again = my_thos.put(f"{URL}{NUMBER}/", told())
    assert again.status_code == 200
    assert {**again.json(), "changed_at": None} == {**first.json(), "changed_at": None}
    assert (Dossier.objects.count(), LogEntry.objects.count()) == (1, entries)


@pytest.mark.parametrize("form", ["000.00.30.H20-261123-0007", "h20.30–261123–0007", "H20.30-261123-0007"])
def test_a_number_with_dots_and_dashes_finds_its_way(my_thos, form):
    my_thos.put(f"{URL}{NUMBER}/", told())
    answer = my_thos.get(f"{URL}{form}/")
    assert answer.status_code == 200
    assert answer.json()["number"] == NUMBER


def test_the_number_in_the_body_must_be_that_of_the_address(my_thos):
    answer = my_thos.put(f"{URL}{NUMBER}/", told(number="H20.30-261123-0008"))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "number"


def test_a_dossier_of_another_ward_does_not_exist_for_us(my_thos, dao_thanhs, binh, dao_thanh):
    theirs = receive(by=binh, unit=dao_thanh)
    borrowed = receive(by=binh, unit=dao_thanh, number="H20.30-261123-0088")
    for answer in (
        my_thos.get(f"{URL}{theirs.number}/"), my_thos.put(f"{URL}{borrowed.number}/", told()),
        my_thos.advance(theirs.number, to="tham-tra"), my_thos.get(f"{URL}H20.31-260101-9999/"),
    ):  # fmt: skip
        assert answer.status_code == 404
        assert answer.json()["detail"] == my_thos.get(f"{URL}H20.99-260101-9999/").json()["detail"]
    assert my_thos.get(URL).json()["results"] == []
    assert len(dao_thanhs.get(URL).json()["results"]) == 2


def test_a_ward_gives_no_number_of_another_and_does_not_hear_which_are_there(my_thos, binh, dao_thanh, province):
    theirs = receive(by=binh, unit=dao_thanh).number
    told_of = []
    for number in (theirs, "H20.31-261123-0999"):
        answer = my_thos.put(f"{URL}{number}/", told())
        assert answer.status_code == 403
        told_of.append(answer.json()["errors"])
    assert told_of[0] == told_of[1]
    assert [error["field"] for error in told_of[0]] == ["number"]
    assert my_thos.put(f"{URL}{NUMBER}/", told(received_by_unit="H20.31")).json()["errors"][0]["field"] == (
        "received_by_unit"
    )
    for spelled in ("H20.31-20261123-0001", "H20.31.261123.0009", "H20.031-261123-0001", "h20.31/2026/1"):
        assert my_thos.put(f"{URL}{spelled.replace('/', '-')}/", told()).status_code == 403, spelled
    assert my_thos.put(f"{URL}HS-2026-17/", told()).status_code == 201  # of no agency at all
    assert System(province).put(f"{URL}H20.31-261123-0999/", told()).status_code == 201


def test_old_dossiers_are_told_by_the_ward_that_followed(my_thos, dao_thanhs, my_tho, province):
    lived = {"valid_from": date(2000, 1, 1), "valid_to": date(2025, 6, 30)}
    ward_4 = make_unit("Phường 4", parent=province, identification="H58.44", **lived)
    Succession.objects.create(predecessor=ward_4, successor=my_tho, on=date(2025, 7, 1))
    assert dao_thanhs.put(f"{URL}H58.44-250101-0001/", told(unit="H20.31")).status_code == 403
    assert my_thos.put(f"{URL}H58.44-250101-0001/", told()).status_code == 201


def test_a_confidential_number_and_a_free_one_refuse_the_same_history(my_thos, an, my_tho):
    secret = receive(by=an, unit=my_tho, confidential=True, number="H20.30-261123-0077")
    impossible = told(history=[{"at": "23/11/2026 08:00", "status": 2}, {"at": "23/11/2026 08:10", "status": 10}])
    first, second = (my_thos.put(f"{URL}{number}/", impossible) for number in (secret.number, "H20.30-261123-0078"))
    assert first.status_code == second.status_code == 400
    assert first.json()["errors"] == second.json()["errors"]


def test_a_cursor_beyond_all_numbers_is_none_of_ours(my_thos):
    assert my_thos.get(f"{URL}?cursor=WzAsIDFlOTk5XQ").status_code == 400


def test_a_dossier_cannot_be_told_for_another_ward(my_thos):
    answer = my_thos.put(f"{URL}{NUMBER}/", told(unit="H20.31"))
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["field"] == "unit"
    assert not Dossier.objects.exists()


def test_a_confidential_dossier_does_not_exist_even_for_its_own_ward(my_thos, an, my_tho):
    secret = receive(by=an, unit=my_tho, confidential=True)
    assert my_thos.get(f"{URL}{secret.number}/").status_code == 404
    assert (
        my_thos.put(f"{URL}{secret.number}/", told(history=[{"at": "23/11/2026 08:59", "status": 2}])).status_code
        == 404
    )


def test_everything_wrong_is_named_at_once(my_thos):
    row = told(unit=7, parties=[{**CHI, "phone": 912345678}], history=[{"at": "yesterday", "status": 99}], colour="red")
    answer = my_thos.put(f"{URL}{NUMBER}/", row)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == ["colour"]
    del row["colour"]
    fields = {error["field"] for error in my_thos.put(f"{URL}{NUMBER}/", row).json()["errors"]}
    assert fields == {"unit", "parties.0.phone", "history.0.at", "history.0.status"}


def test_a_move_that_the_table_has_not_is_refused_with_its_place(my_thos):
    row = told(history=[{"at": "23/11/2026 08:00", "status": 2}, {"at": "23/11/2026 08:10", "status": 10}])
    answer = my_thos.put(f"{URL}{NUMBER}/", row)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "history.1.status"


def test_what_a_counter_received_here_is_told_on_by_its_own_system(my_thos, time_machine):
    """It keeps minutes, we keep seconds: 09:00 there is 09:00:41 here."""
    time_machine.move_to(at("23/11/2026 09:00") + timedelta(seconds=41), tick=False)
    number = my_thos.post(URL, NEW).json()["number"]
    history = [{"at": "23/11/2026 09:00", "status": 2, "by": "An"}, {"at": "23/11/2026 09:00", "status": 4}]
    answer = my_thos.put(f"{URL}{number}/", told(history=history, subject=NEW["subject"]))
    assert answer.status_code == 200
    assert [entry["status"]["code"] for entry in answer.json()["history"]] == ["received", "processing"]
    entries = LogEntry.objects.count()
    my_thos.put(f"{URL}{number}/", told(history=history, subject=NEW["subject"]))
    assert LogEntry.objects.count() == entries == 2


def test_a_number_that_was_told_is_not_given_again(my_thos):
    my_thos.put(f"{URL}H20.30-261123-0001/", told())
    my_thos.put(f"{URL}000.00.30.H20-261123-0002/", told())
    assert my_thos.post(URL, NEW).json()["number"] == "H20.30-261123-0003"


def test_a_thousand_numbers_from_elsewhere_are_passed_over_in_few_questions(
    my_thos, django_assert_max_num_queries, my_tho
):
    dossier = my_thos.put(f"{URL}{NUMBER}/", told()).json()["number"]
    keys = [f"H20.30-261123-{n:04}" for n in range(1, 1001) if f"H20.30-261123-{n:04}" != dossier]
    owner = Dossier.objects.get()
    FormerNumber.objects.bulk_create(FormerNumber(dossier=owner, number=key, number_key=key) for key in keys)
    with django_assert_max_num_queries(50):
        number = Dossier.next_number(my_tho, at("23/11/2026 09:00"))
    assert number > "H20.30-261123-1000"


def test_a_confidential_dossier_is_told_only_by_who_may_see_it(my_thos, my_tho):
    answer = my_thos.put(f"{URL}{NUMBER}/", told(confidential=True))
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["field"] == "confidential"
    my_thos.put(f"{URL}{NUMBER}/", told())
    assert my_thos.put(f"{URL}{NUMBER}/", told(confidential=True)).status_code == 403
    assert not Dossier.objects.get().confidential


class Heard:
    def __init__(self):
        from dossiers import events

        self.entries, self.events = [], [
            events.dossier_received, events.dossier_advanced, events.result_ready, events.supplement_requested,
        ]  # fmt: skip

    def hear(self, entry, **kwargs):
        self.entries.append(entry.verb)

    def __enter__(self):
        for event in self.events:
            event.connect(self.hear)
        return self.entries

    def __exit__(self, *exc):
        for event in self.events:
            event.disconnect(self.hear)


def test_chi_hears_of_the_newest_new_entry_only_and_once(my_thos):
    with Heard() as entries:
        my_thos.put(f"{URL}{NUMBER}/", told())
        assert entries == [Verb.ADVANCED]
        my_thos.put(f"{URL}{NUMBER}/", told())
        assert entries == [Verb.ADVANCED]
        newer = [*told()["history"], {"at": "23/11/2026 08:45", "status": 5, "citizen_note": "Bản sao"}]
        my_thos.put(f"{URL}{NUMBER}/", told(history=newer))
        assert entries == [Verb.ADVANCED, Verb.SUPPLEMENT_REQUESTED]


def test_old_news_is_not_told(my_thos, time_machine):
    time_machine.move_to(at("27/11/2026 09:00"))
    with Heard() as entries:
        my_thos.put(f"{URL}{NUMBER}/", told())
    assert entries == []
    assert LogEntry.objects.count() == 2


# --- moving ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def number(my_thos):
    return my_thos.post(URL, NEW).json()["number"]


def test_a_dossier_goes_its_way_over_the_api(my_thos, number, time_machine):
    for to, status, step in [
        ("tham-tra", "processing", "tham-tra"), (4, "processing", "trinh-ky"),
        ("result_ready", "result_ready", "co-ket-qua"), (10, "handed_over", "co-ket-qua"),
    ]:  # fmt: skip
        time_machine.shift(timedelta(minutes=10))
        answer = my_thos.advance(number, to=to)
        assert answer.status_code == 200, answer.json()
        assert (answer.json()["status"]["code"], answer.json()["step"]["code"]) == (status, step)
    assert Dossier.objects.get().handed_over_at == now()


def test_a_supplement_is_asked_for_and_taken(my_thos, number):
    answer = my_thos.advance(number, to=5, what="Bản sao trích lục", reason="Chưa có", bring_by="04/12/2026")
    assert answer.json()["due_at"] is None
    assert my_thos.advance(number, to="processing").json()["status"]["code"] == "received"
    assert Dossier.objects.get().supplements.get().taken_at is not None


def test_a_withdrawal_is_asked_and_declined_or_granted(my_thos, number):
    assert my_thos.advance(number, to=7, reason="Không còn cần").json()["status"]["code"] == "withdrawal_requested"
    assert my_thos.advance(number, to=2, reason="Đã ký").json()["status"]["code"] == "received"
    my_thos.advance(number, to=7, reason="Không còn cần")
    assert my_thos.advance(number, to=8).json()["status"]["code"] == "stopped"


def test_a_fee_a_correction_and_a_stop(my_thos, number):
    my_thos.advance(number, to="tham-tra")
    assert my_thos.advance(number, to=6, what="Lệ phí").json()["status"]["code"] == "payment_requested"
    my_thos.advance(number, to=4)
    my_thos.advance(number, to=9)
    assert my_thos.advance(number, to=4, reason="Sai tên").json()["status"]["code"] == "processing"
    assert my_thos.advance(number, to=8, reason="Trùng hồ sơ").json()["status"]["code"] == "stopped"


def test_what_a_move_needs_is_named(my_thos, number):
    answer = my_thos.advance(number, to=5)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["what", "reason"]
    answer = my_thos.advance(number, to="tham-tra", what="?")
    assert [error["field"] for error in answer.json()["errors"]] == ["what"]
    answer = my_thos.advance(number, to="mat-trang")
    assert [error["field"] for error in answer.json()["errors"]] == ["to"]
    assert "tham-tra" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("before", "body", "field"),
    [
        ([], {"to": 5, "what": "Bản sao"}, "reason"),
        ([], {"to": 6}, "what"),
        ([], {"to": 8}, "reason"),
        ([{"to": 7, "reason": "Thôi"}], {"to": 8}, "note"),
        ([{"to": 9}], {"to": 4}, "reason"),
    ],
    ids=["supplement", "payment", "stop", "withdraw", "correct"],
)
def test_a_reason_longer_than_the_ledger_keeps_is_named(my_thos, number, before, body, field):
    for step in before:
        assert my_thos.advance(number, **step).status_code == 200
    answer = my_thos.advance(number, **body, **{field: "a" * 501})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert "500" in answer.json()["errors"][0]["detail"]
    assert my_thos.advance(number, **body, **{field: "a" * 500}).status_code == 200


def test_a_move_that_the_state_does_not_admit_is_a_conflict(my_thos, number):
    answer = my_thos.advance(number, to="handed_over")
    assert answer.status_code == 409
    assert LogEntry.objects.count() == 1


def test_an_act_sent_twice_is_done_once(my_thos, number):
    path, body = f"{URL}{number}/advance/", {"to": "tham-tra"}
    for _time in range(2):
        assert my_thos.post(path, body, HTTP_IDEMPOTENCY_KEY="quay-3-0002").status_code == 200
    assert LogEntry.objects.count() == 2


# --- reading --------------------------------------------------------------------------------------------------------
def test_a_list_can_be_asked_for_what_one_needs(my_thos, an, my_tho):
    early = receive(by=an, unit=my_tho, when="20/11/2026 09:00")
    late = receive(by=an, unit=my_tho, when="02/11/2026 09:00")
    ready = receive(by=an, unit=my_tho, when="23/11/2026 08:00")
    ready.finish(by=an, at=at("23/11/2026 08:30"))

    def numbers(**query):
        answer = my_thos.client.get(URL, query)
        assert answer.status_code == 200, answer.json()
        return {row["number"] for row in answer.json()["results"]}

    assert numbers() == {early.number, late.number, ready.number}
    assert numbers(status="9") == numbers(status="result_ready") == {ready.number}
    assert numbers(status="2,9") == {early.number, late.number, ready.number}
    assert numbers(overdue="true") == {late.number}
    assert numbers(overdue="false") == {early.number, ready.number}
    assert numbers(received_from="20/11/2026", received_to="2026-11-20") == {early.number}
    assert numbers(due_to="2026-11-10T00:00+07:00") == {late.number}
    assert numbers(unit="H20.30") == numbers(unit="H20") == {early.number, late.number, ready.number}
    assert numbers(unit="H20.31") == numbers(unit="H99") == numbers(procedure="9.9") == set()
    assert numbers(procedure="1.004873") == {early.number, late.number, ready.number}
    assert numbers(updated_since="2030-01-01") == set()
    assert numbers(updated_since="2020-01-01") == {early.number, late.number, ready.number}


@pytest.mark.parametrize("query", [
    "status=99", "received_from=hôm qua", "overdue=có lẽ", "colour=red", "page_size=0", "page_size=100000", "cursor=x",
    "unit=%00", "updated_since=9999-12-31T23:59:59-14:00", "due_to=31/12/9999",
])  # fmt: skip
def test_a_question_that_is_not_understood_is_named(my_thos, query):
    answer = my_thos.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


def test_pages_neither_skip_nor_repeat(my_thos, an, my_tho):
    made = {receive(by=an, unit=my_tho).number for _time in range(7)}
    seen, path = [], f"{URL}?page_size=3"
    while path:
        page = my_thos.get(path).json()
        seen += [row["number"] for row in page["results"]]
        path = page["next"]
    assert len(seen) == 7
    assert set(seen) == made


def test_a_list_costs_the_same_however_long_it_is(my_thos, an, my_tho, django_assert_max_num_queries):
    def cost():
        with django_assert_max_num_queries(8) as queries:
            assert my_thos.get(f"{URL}?page_size=50").status_code == 200
        return len(queries)

    receive(by=an, unit=my_tho)
    cost()  # the key notes the day it was first used
    few = cost()
    for _time in range(10):
        receive(by=an, unit=my_tho)
    assert cost() == few


def test_without_the_right_to_persons_names_are_masked(my_thos, number):
    [party] = my_thos.get(f"{URL}{number}/").json()["parties"]
    assert party == {"role": "applicant", "kind": "citizen", "name": "Trần T** C**"}
    assert not AccessLog.objects.exists()


def test_who_may_see_persons_sees_them_and_leaves_a_line(my_tho, number):
    key, plain = ApiKey.issue(unit=my_tho, name="Sở", at=now(), role=role("receiving"))
    answer = Client(HTTP_AUTHORIZATION=f"Bearer {plain}").get(f"{URL}{number}/")
    assert answer.json()["parties"][0]["phone"] == "0912345678"
    seen = AccessLog.objects.get()
    assert (seen.about, seen.by_name) == (Dossier.objects.get().about, str(key))


def test_the_history_and_the_clock_are_shown(my_thos, number):
    shown = my_thos.get(f"{URL}{number}/").json()
    assert [entry["status"]["code"] for entry in shown["history"]] == ["received"]
    assert [line["kind"] for line in shown["clock"]] == ["start"]
    assert shown["unit"] == {"code": "H20.30", "name": "Phường Mỹ Tho"}


def test_the_catalogue_can_be_read(my_thos):
    [row] = my_thos.get("/api/v1/procedures/?search=xac nhan").json()["results"]
    assert row["code"] == "1.004873"
    whole = my_thos.get("/api/v1/procedures/1.004873/").json()
    assert [step["code"] for step in whole["steps"]] == [code for code, *_rest in STEPS]
    assert whole["fees"][0]["amount"] is None
    assert my_thos.get("/api/v1/procedures/9.999999/").status_code == 404
    assert my_thos.get("/api/v1/procedures/?search=%00").status_code == 404


# --- doors ----------------------------------------------------------------------------------------------------------
ADDRESSES = [URL, f"{URL}{NUMBER}/", f"{URL}{NUMBER}/advance/", "/api/v1/procedures/", "/api/v1/procedures/1.004873/"]


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("key", ["", "Bearer ", "Bearer mc_falsch", "Basic YTpi", "Bearer \xff\x00"])
def test_without_a_key_nothing_opens(path, key):
    client = Client(raise_request_exception=False, **({"HTTP_AUTHORIZATION": key} if key else {}))
    for method in (client.get, client.post, client.put, client.patch, client.delete):
        answer = method(path)
        assert answer.status_code in (401, 403, 405)
        assert answer["Content-Type"] == "application/problem+json"


def test_a_revoked_key_opens_nothing(my_thos):
    my_thos.key.revoke(at=now())
    assert my_thos.get(URL).status_code == 401


def test_a_key_of_the_auditors_role_changes_nothing(my_tho, number):
    _key, plain = ApiKey.issue(unit=my_tho, name="Thanh tra", at=now(), role=role("auditing"))
    auditor = Client(HTTP_AUTHORIZATION=f"Bearer {plain}")
    assert auditor.get(URL).status_code == 200
    known = told(history=[{"at": "23/11/2026 09:00", "status": 2}])
    for method, path, body in [
        (auditor.post, URL, NEW), (auditor.put, f"{URL}{number}/", known),
        (auditor.post, f"{URL}{number}/advance/", {"to": "tham-tra"}),
    ]:  # fmt: skip
        assert method(path, json.dumps(body), content_type="application/json").status_code == 403
    assert Dossier.objects.get().status == Status.RECEIVED
    assert Dossier.objects.count() == 1


def test_the_language_of_the_asker_is_spoken(my_thos):
    assert my_thos.post(URL, {**NEW, "parties": []}, HTTP_ACCEPT_LANGUAGE="en").json()["errors"][0]["detail"] == (
        "At least so many entries are expected: 1."
    )
    vietnamese = my_thos.post(URL, {**NEW, "parties": []}, HTTP_ACCEPT_LANGUAGE="vi").json()
    assert vietnamese["errors"][0]["detail"] == "Cần ít nhất 1 mục."
    assert vietnamese["title"] != "The request has errors"


@pytest.mark.parametrize(("path", "made_up"), [("procedures", [0, "\u0000", 1]), ("dossiers", [0, None])])
def test_a_made_up_cursor_is_refused_in_words(my_thos, path, made_up):
    cursor = base64.urlsafe_b64encode(json.dumps(made_up).encode()).decode()
    answer = my_thos.get(f"/api/v1/{path}/?cursor={cursor}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "cursor")


def test_no_cache_on_the_way_keeps_chis_dossier(my_thos):
    number = my_thos.post(URL, NEW).json()["number"]
    for answer in (my_thos.get(URL), my_thos.get(f"{URL}{number}/"), my_thos.get(f"{URL}H99-1/")):
        assert answer["Cache-Control"] == "private, no-store"
