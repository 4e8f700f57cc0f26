"""What programs ask a site for: answered without the database, without a cookie, and kept for a day."""

from datetime import datetime, timedelta

import pytest
from django.utils.timezone import now


@pytest.mark.parametrize("address", ["/robots.txt", "/favicon.ico", "/.well-known/security.txt"])
def test_programs_are_answered_cheaply(client, address):
    answer = client.get(address)  # no access to the database in this test
    assert answer.status_code in (200, 301)
    assert {"public", "max-age=86400"} <= set(answer["Cache-Control"].split(", "))
    assert not answer.cookies
    assert client.post(address).status_code == 405


def test_a_search_engine_stays_out_of_the_back_office_but_finds_the_procedures(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /quan-tri/", "Disallow: /api/", "Disallow: /hs/"} <= set(lines)
    assert not any("thu-tuc" in line for line in lines)


def test_who_found_a_weakness_learns_where_to_write(client, settings):
    settings.AUTHORITY_EMAIL, settings.BASE_URL = "baomat@dongthap.example", "https://hoso.example"
    answer = client.get("/.well-known/security.txt")
    told = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert told["Contact"] == "mailto:baomat@dongthap.example"
    assert told["Canonical"] == "https://hoso.example/.well-known/security.txt"
    assert timedelta(days=100) < datetime.fromisoformat(told["Expires"]) - now() < timedelta(days=365)


def test_an_icon_is_found_where_old_browsers_look(client):
    assert client.get("/favicon.ico")["Location"].endswith("website/door.svg")
