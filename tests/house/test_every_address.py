"""Every address of the house, opened by everybody: who has no business there learns nothing, and nobody breaks it.

A new page is in this walk by itself. That it may be opened by anybody has to be said here, in PUBLIC.
"""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from agencies.models import ApiKey, Unit
from attachments.models import Attachment
from dossiers.models import Dossier, Procedure
from feedback.models import Report
from portal.website.context import LOOK_UP, PROCEDURES, REPORTS
from tests.attachments.pictures import photo
from tests.dossiers.making import at, make_version, receive
from tests.feedback.making import make_category
from tests.feedback.making import report as make_report
from tests.house.routes import every_route, fill

PUBLIC = re.compile(
    "|".join(
        [
            r"^(|healthz|tro-nang/|quyen-rieng-tu/|ngon-ngu/|robots\.txt|favicon\.ico|\.well-known/security\.txt",
            r"ho-so/tra-cuu/|hs/<str:token>/|hs/kiem-tra/|bien-nhan/<str:token>/|bien-nhan/<str:token>/<str:passage>.pdf",
            r"danh-gia/<str:token>/|thu-tuc/|thu-tuc/<str:code>/|\.well-known/receipt-keys\.json|api/v1/lookup/",
            r"xoa-du-lieu/<str:code>/|tep/<str:attachment_key>|tep/<str:attachment_key>/nho|api/v1/openapi\.json",
            r"phan-anh/.*|api/v1/feedback/categories/|api/v1/reports/|api/v1/reports/files/|api/v1/reports/<str:code>/",
            r"du-lieu-mo/phan-anh/|du-lieu-mo/phan-anh/mo-ta/|du-lieu-mo/phan-anh/<str:name>",
            r"open311/(test/)?v2/[^/]+\.<str:suffix>|open311/(test/)?v2/\w+/<str:\w+>\.<str:suffix>",
            r"open311/(test/)?v2/<path:rest>|open311/",
            r"quan-tri/login/|quan-tri/logout/|quan-tri/jsi18n/|quan-tri/<path:url>.*|quan-tri/\(\?P<url>.*)$",
        ]
    )
)
# Who holds the receipt may open it.
BY_TOKEN = ("hs/", "bien-nhan/", "phan-anh/cua-toi/")
CLOSED = {301, 302, 401, 403, 404, 405}
# Not Chi, who stands in the examples of the API: somebody no page may know.
VI = {"name": "Mạc Thị Tường Vi", "phone": "0987 001 002", "id_number": "082190007788", "address": "Cù lao Thới Sơn"}
SECRETS = (*VI.values(), "0987001002", "Mẹ kế của Vi")

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(an, binh, dung, giang, hanh, khoa, my_tho, dao_thanh, calendar):
    """A dossier and a report of Tường Vi in Mỹ Tho, with log, supplement, messages and a receipt."""
    number = "H20.30-261123-0739"  # none that a page gives as an example
    dossier = receive(by=an, unit=my_tho, version=make_version(), subject="Mẹ kế của Vi", number=number, party=VI)
    dossier.request_supplement(what="Giấy khai sinh", reason="Thiếu", by=an, at=at("24/11/2026 10:00"))
    receipt = dossier.issue_receipt(by=an, at=at("24/11/2026 10:00"))
    private = make_report(make_category(), f"{VI['name']}, {VI['address']}", public=False, contact=VI)
    contact = {name: VI[name] for name in ("name", "phone", "id_number", "address")}
    told = make_report(text="Mẹ kế của Vi đốt rác.", contact=contact, public=False, when=at("24/11/2026 08:00"))
    told.assign(my_tho, by=khoa, at=at("24/11/2026 09:00"))
    key, plain = ApiKey.issue(unit=dao_thanh, name="Hệ thống Đạo Thạnh", at=at("23/11/2026 08:00"))
    return {
        "dossier": dossier, "token": receipt.token, "code": Procedure.objects.first().code, "number": dossier.number,
        "app_label": "dossiers", "model_name": "dossier", "content_type_id": 1, "url": "khong-co", "key": plain,
        "attachment_key": private_photo(f"dossier:{dossier.pk}").key,
        "suffix": "json", "rest": "khong-co", "name": "phan-anh-2026-11.csv", "private_code": private.code,
        "category_code": "chieu-sang", "ward_code": my_tho.official_code, "report_code": private.code,
        "objects": {"dossiers.dossier": dossier.pk, "agencies.unit": my_tho.pk, "feedback.report": told.pk},
        "report": told,
    }  # fmt: skip


def private_photo(about):
    """With the dossier; nobody may see it, for nobody said who may."""
    return Attachment.objects.take(photo(), door="web", at=at("24/11/2026 10:00"), about=about).attachment


def test_nobody_opens_a_photo_that_is_not_public(world, an, dung):
    key = world["attachment_key"]
    for who in (None, an, dung):
        client = client_as(who)
        assert client.get(f"/tep/{key}").status_code == 404
        assert client.get(f"/quan-tri/attachments/attachment/{key}/original/?reason=handling").status_code != 200


def client_as(officer):
    client = Client(raise_request_exception=False)
    if officer is not None:
        client.force_login(officer, backend=settings.AUTHENTICATION_BACKENDS[-1])
        assert client.get("/quan-tri/").status_code == 200  # really inside: otherwise the walk would prove nothing
    return client


def addresses(world):
    for route in every_route():
        path = fill(route, world)
        if path is not None:
            yield route, path


def questions(world, path):
    """The address as it is, and asked for what it must not tell."""
    number = world["dossier"].number
    return [path, f"{path}?q={number}", f"{path}?search={number}", f"{path}?term={number}&q=Vi"]


def shown(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace")


def test_the_walk_sees_the_whole_house(world):
    walked = [path for _route, path in addresses(world)]
    assert len(walked) > 40
    for needed in (
        "/open311/v2/requests.json",
        "/quan-tri/",
        "/ho-so/tra-cuu/",
        f"/hs/{world['token']}/",
        "/api/v1/dossiers/",
    ):
        assert needed in walked


def test_the_addresses_that_are_promised_are_those_that_answer():
    assert reverse("dossiers:look_up") == LOOK_UP
    assert reverse("dossiers:procedures") == PROCEDURES
    assert reverse("feedback:list") == REPORTS


def test_a_stranger_gets_no_further_than_the_public_pages(world):
    stranger = client_as(None)
    opened = []
    for route, path in addresses(world):
        answer = stranger.get(path)
        if not PUBLIC.match(route.pattern) and answer.status_code not in CLOSED:
            opened.append((answer.status_code, path))
        if not route.pattern.startswith(BY_TOKEN):
            assert world["dossier"].number not in shown(answer), path
        assert not [secret for secret in SECRETS if secret in shown(answer)], path
    assert opened == []


@pytest.mark.parametrize("person", ["an", "binh", "dung", "giang", "hanh"])
def test_nobody_breaks_a_page_by_opening_it(world, person, request):
    client = client_as(request.getfixturevalue(person))
    broken = [
        (answer.status_code, question)
        for _route, path in addresses(world)
        for question in questions(world, path)[-1:]
        if (answer := client.get(question)).status_code >= 500
    ]
    assert broken == []


@pytest.mark.parametrize("person", ["an", "giang"])
def test_nobody_breaks_a_page_by_sending_rubbish(world, person, request):
    client = client_as(request.getfixturevalue(person))
    rubbish = {"action": "\x00", "_selected_action": "x", "number": "😀" * 50, "at": "31/02/2026", "n": "-1e999"}
    broken = [
        (answer.status_code, path)
        for route, path in addresses(world)
        if "logout" not in route.pattern and (answer := client.post(path, rubbish)).status_code >= 500
    ]
    assert broken == []


def test_binh_of_the_next_ward_learns_nothing_of_the_dossier(world, binh):
    client = client_as(binh)
    told = []
    for route, path in addresses(world):
        if route.pattern.startswith(BY_TOKEN):
            continue  # the token is the key: whoever holds the receipt may open it
        for question in questions(world, path):
            text = shown(client.get(question)).replace(f"?q={world['number']}", "")
            if [secret for secret in SECRETS if secret in text] or _mentions(text, world["number"]):
                told.append(question)
    assert told == []


def _mentions(text, number):
    """The number beyond the echo of one's own question in a search box or a link."""
    without_echo = re.sub(rf'(value="|=|“|<title>\s*){re.escape(number)}', "", text)
    return number in without_echo


def _as_they_are(world):
    report = Report.objects.values().get(pk=world["report"].pk)
    return Dossier.objects.values().get(pk=world["dossier"].pk), report, world["report"].log.count()


def test_binh_changes_nothing_in_the_next_ward(world, binh):
    client = client_as(binh)
    before = _as_they_are(world)
    chosen = {"_selected_action": [world["dossier"].pk], "report": [world["report"].pk]}
    for route, path in addresses(world):
        if "logout" in route.pattern:
            continue
        client.post(path, {**chosen, "reason": "x", "what": "x", "text": "x", "note": "x", "post": "yes"})
    assert _as_they_are(world) == before
    assert Unit.objects.filter(name="Phường Mỹ Tho").exists()


def test_the_auditor_reads_but_changes_nothing(world, giang):
    client = client_as(giang)
    before = _as_they_are(world)
    for route, path in addresses(world):
        if "logout" not in route.pattern:
            client.post(path, {"reason": "x", "what": "x", "note": "x", "post": "yes", "name": "Đổi tên"})
    assert _as_they_are(world) == before
    assert not Unit.objects.filter(name="Đổi tên").exists()


def test_another_wards_system_learns_and_changes_nothing_through_the_api(world):
    client = Client(raise_request_exception=False)
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {world['key']}"}
    before = Dossier.objects.values().get(pk=world["dossier"].pk)
    for route, path in addresses(world):
        if not route.pattern.startswith("api/"):
            continue
        for question in questions(world, path):
            answer = client.get(question, **bearer)
            assert answer.status_code < 500, question
            text = shown(answer).replace(path, "")
            assert not [secret for secret in SECRETS if secret in text], question
            if "openapi" not in path and "lookup" not in path:
                assert f'"number":"{world["number"]}"' not in text.replace(" ", ""), question
        for verb in (client.put, client.post, client.patch, client.delete):
            answer = verb(path, {"note": "x"}, content_type="application/json", **bearer)
            assert answer.status_code < 500, path
    assert Dossier.objects.values().get(pk=world["dossier"].pk) == before


def test_the_back_office_is_never_kept_by_a_browser_or_proxy(world, an):
    answer = client_as(an).get("/quan-tri/")
    assert "no-store" in answer["Cache-Control"] or "private" in answer["Cache-Control"]


def test_every_language_of_the_settings_is_spoken(world):
    assert [code for code, _name in settings.LANGUAGES] == ["vi", "en"]


def test_a_private_report_is_at_none_of_the_addresses_of_programs(world):
    stranger, code = client_as(None), world["private_code"]
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {world['key']}"}
    for address in (
        f"/open311/v2/requests/{code}.json", f"/open311/v2/requests/{code}.xml",
        f"/open311/test/v2/requests/{code}.xml",
        f"/open311/v2/requests.json?service_request_id={code}", "/open311/v2/requests.xml?extensions=true",
        "/open311/v2/servicerequestupdates.json", f"/api/v1/reports/{code}/", "/api/v1/reports/",
    ):  # fmt: skip
        assert code not in shown(stranger.get(address)), address
        assert code not in shown(stranger.get(address, **bearer)), address
    assert code not in shown(stranger.get("/api/v1/unit-reports/", **bearer))
