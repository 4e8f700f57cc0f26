from base64 import b64encode
from hashlib import sha256

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from portal.website.csp import HTMX_STYLE, TwoPolicies


def headers_of(path, response=None):
    middleware = TwoPolicies(lambda request: response or HttpResponse())
    return middleware(RequestFactory().get(path)).headers


def policy_of(path):
    parts = headers_of(path)["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


def test_outside_nothing_runs_but_our_own_files():
    assert policy_of("/thu-tuc/") == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


def test_the_back_office_adds_only_what_its_theme_needs():
    added = {name: value for name, value in policy_of("/quan-tri/x/").items() if policy_of("/").get(name) != value}
    assert added == {
        "script-src": "'self' 'unsafe-eval'",
        "style-src-elem": f"'self' {HTMX_STYLE}",
        "style-src-attr": "'unsafe-inline'",
    }


def test_the_colours_that_unfold_writes_into_a_page_are_allowed_and_no_other_style():
    page = HttpResponse('<style id="unfold-theme-colors">:root{}</style><style>p{}</style>')
    hashed = b64encode(sha256(b":root{}").digest()).decode()
    assert (
        f"style-src-elem 'self' {HTMX_STYLE} 'sha256-{hashed}';"
        in headers_of("/quan-tri/", page)["Content-Security-Policy"] + ";"
    )


def test_a_streamed_export_has_a_policy_too():
    assert "object-src 'none'" in headers_of("/quan-tri/", StreamingHttpResponse([b"x"]))["Content-Security-Policy"]


def test_a_path_that_only_looks_like_the_back_office_gets_the_strict_policy():
    assert policy_of("/quan-tri-gia/") == policy_of("/x/quan-tri/") == policy_of("/")


def test_the_address_of_a_receipt_is_handed_on_to_nobody():
    assert headers_of("/hs/hsGk8iDmQ3m0nq0PYG1Z2w/")["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/ho-so/tra-cuu/", "/hs/kiem-tra/"])
def test_a_page_with_a_form_lets_the_browser_say_where_the_form_comes_from(path):
    assert "Referrer-Policy" not in headers_of(path)  # Django's same-origin follows


@pytest.mark.parametrize("path", ["/hs/hsGk8iDmQ3m0nq0PYG1Z2w/", "/ho-so/tra-cuu/"])
def test_a_page_about_a_dossier_is_not_kept_or_indexed(path):
    headers = headers_of(path)
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"


def test_what_a_view_says_about_its_own_caching_stands():
    assert headers_of("/ho-so/x/", HttpResponse(headers={"Cache-Control": "no-cache"}))["Cache-Control"] == "no-cache"


def test_every_page_has_the_headers_that_a_browser_should_hear(client):
    headers = client.get("/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert client.get("/khong-co/").headers["Content-Security-Policy"]
