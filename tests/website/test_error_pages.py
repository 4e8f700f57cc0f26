import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import translation
from django.views.defaults import server_error

from tests.dossiers.making import receive


def form(request):
    return HttpResponse()


urlpatterns = [path("gui/", form), path("", include("portal.urls"))]


def test_a_form_that_expired_says_so_in_both_languages(settings):
    settings.ROOT_URLCONF = __name__
    answer = Client(enforce_csrf_checks=True).post("/gui/")
    assert answer.status_code == 403
    assert "Biểu mẫu đã hết hạn" in answer.content.decode()
    assert "The form has expired" in answer.content.decode()


def test_the_page_of_the_worst_day_needs_nothing(rf):
    answer = server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "Hồ sơ đã nộp không bị ảnh hưởng" in answer.content.decode()
    assert "Dossiers already filed are not affected" in answer.content.decode()


def test_a_host_that_is_not_ours_is_told_so_in_both_languages(client):
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "Yêu cầu không hợp lệ" in answer.content.decode()
    assert "could not be read" in answer.content.decode()


@pytest.mark.parametrize(("language", "words"), [("vi", "Không tìm thấy trang"), ("en", "There is no such page")])
def test_a_missing_page_leads_on_in_the_readers_language(client, language, words):
    answer = client.get("/khong-co/", headers={"accept-language": language})
    assert answer.status_code == 404
    assert words in answer.content.decode()
    assert 'href="/ho-so/tra-cuu/"' in answer.content.decode()


@pytest.mark.django_db
def test_an_officer_is_led_back_to_work_and_told_no_more_than_what_is_not_there(an, binh, my_tho, calendar):
    dossier = receive(by=an, unit=my_tho)
    client = Client()
    client.force_login(binh)
    client.get("/quan-tri/khong-co/")  # remembers that Bình has no second factor
    told = []
    for address in (
        f"/quan-tri/dossiers/dossier/{dossier.pk}/do/advance/",
        "/quan-tri/dossiers/dossier/999999/do/advance/",
    ):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 404
        words = re.sub(r'csrfToken.*|name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
        told.append((words.replace(address, ""), len(queries)))
    assert told[0][1] == told[1][1]
    assert told[0] == told[1]
    page = told[0][0]
    assert "không thuộc phạm vi đơn vị của anh/chị" in page
    assert 'href="/quan-tri/"' in page
    assert 'href="/quan-tri/dossiers/dossier/"' in page
    assert "Giấy hẹn" not in page


@pytest.mark.django_db
def test_a_citizen_at_the_officers_door_is_asked_to_log_in(client):
    assert client.get("/quan-tri/khong-co/").status_code == 302


@pytest.mark.parametrize("page", ["403.html", "429.html"])
def test_a_refusal_says_what_to_do_next(rf, page):
    with translation.override("vi"):
        text = render_to_string(page, request=rf.get("/x/"))
    assert 'href="tel:' in text
    assert "ông/bà" in text.lower()


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("post", "/"),
        ("post", "/tro-nang/"),
        ("post", "/thu-tuc/"),
        ("post", "/hs/aa/"),
        ("post", "/.well-known/receipt-keys.json"),
        ("delete", "/ho-so/tra-cuu/"),
        ("put", "/hs/kiem-tra/"),
    ],
)
def test_who_sends_what_a_page_does_not_take_is_not_told_of_a_form_that_expired(method, address):
    answer = getattr(Client(enforce_csrf_checks=True), method)(address)
    assert answer.status_code == 405
    assert {"GET", "HEAD"} <= set(answer["Allow"].split(", "))
    assert "Trang này không nhận yêu cầu kiểu đó" in answer.content.decode()
    assert "đã hết hạn" not in answer.content.decode()


@pytest.mark.parametrize("address", ["/ho-so/tra-cuu/", "/hs/kiem-tra/"])
@pytest.mark.django_db
def test_what_is_sent_is_guarded_all_the_same(address):
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(address, {"code": "x", "proof": "x", "text": "x"}).status_code == 403
    stranger.get(address)
    sent = {"code": "x", "proof": "x", "text": "x", "csrfmiddlewaretoken": stranger.cookies["csrftoken"].value}
    assert stranger.post(address, sent).status_code in (200, 404)
