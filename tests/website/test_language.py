import re

import pytest
from django.conf import settings
from django.test import Client


def language_of(accept=None, *, path="/", cookie=None):
    client = Client(headers={"Accept-Language": accept} if accept else {})
    if cookie:
        client.cookies["django_language"] = cookie
    return client.get(path).headers["Content-Language"]


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "vi"),
        ("vi", "vi"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("fr-FR,fr;q=0.9", "vi"),
        ("fr-FR,en;q=0.5", "en"),
        ("*", "vi"),
        ("nonsense;;q=x", "vi"),
        ("vi;q=0,en", "en"),
    ],
)
def test_a_page_speaks_the_readers_language_and_vietnamese_when_in_doubt(accept, language):
    assert language_of(accept) == language


def test_a_phone_set_to_english_whose_owner_also_reads_vietnamese_gets_vietnamese():
    assert language_of("en-US,en;q=0.9,vi-VN;q=0.8") == "vi"


def test_a_program_gets_the_order_that_it_asked_for():
    assert language_of("en,vi;q=0.5", path="/api/v1/") == "en"


def test_what_chi_chose_with_the_switch_counts_more_than_her_browser():
    client = Client(headers={"Accept-Language": "vi"}, enforce_csrf_checks=True)
    answer = client.post("/ngon-ngu/", {"language": "en", "next": "/tro-nang/?x=1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/tro-nang/?x=1")
    assert "Accessibility" in client.get("/tro-nang/").content.decode()


def test_the_switch_never_leads_to_a_foreign_site():
    answer = Client().post("/ngon-ngu/", {"language": "en", "next": "https://example.org/x"})
    assert answer.headers["Location"] == "/"


def test_a_proxy_never_hands_one_readers_language_to_another():
    assert {"Accept-Language", "Cookie"} <= set(Client().get("/").headers["Vary"].split(", "))


def test_reading_sets_no_cookie():
    for address in ("/", "/tro-nang/", "/quyen-rieng-tu/", "/khong-co/"):
        assert not Client().get(address).cookies


def test_the_bar_lights_up_where_one_is_and_says_so_in_the_language_of_the_page(client, db):
    lit = {path: _lit(client.get(path)) for path in ("/", "/ho-so/tra-cuu/", "/thu-tuc/", "/thu-tuc/1.000000/")}
    assert lit == {
        "/": [],
        "/ho-so/tra-cuu/": [("/ho-so/tra-cuu/", "page", "Tra cứu hồ sơ")],
        "/thu-tuc/": [("/thu-tuc/", "page", "Thủ tục hành chính")],
        "/thu-tuc/1.000000/": [("/thu-tuc/", "true", "Thủ tục hành chính")],
    }
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert _lit(client.get("/thu-tuc/")) == [("/thu-tuc/", "page", "Procedures")]


def _lit(page):
    return re.findall(r'<a class="face-nav__link" href="(.*?)" aria-current="(.*?)">(.*?)</a>', page.content.decode())
