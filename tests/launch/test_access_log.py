"""What the web server's log must not keep, and what it lets through."""

import runpy

import pytest
from gunicorn.config import Config

from tests.launch.conftest import ROOT

web = runpy.run_path(str(ROOT / "bin" / "launch" / "web.py"))


@pytest.mark.parametrize(
    ("asked", "logged"),
    [
        ("/hs/Zk3vQ0d8Jx1mB7tY2wR9aA/", "/hs/Zk3v…/"),
        ("/hs/Zk3vQ0d8Jx1mB7tY2wR9aA", "/hs/Zk3v…"),
        ("/ho-so/tra-cuu/", "/ho-so/tra-cuu/"),
        ("/api/v1/dossiers/H20.30-261123-0001/", "/api/v1/dossiers/H20.30-261123-0001/"),
    ],
)
def test_a_receipts_token_is_not_written_down(asked, logged):
    assert web["without_tokens"](asked) == logged


def test_no_query_string_is_written_down():
    assert "%(q)s" not in web["access_log_format"]
    assert "%(r)s" not in web["access_log_format"]
    assert "%(f)s" not in web["access_log_format"]


def test_a_long_address_still_reaches_a_page_of_ours():
    Config().set("limit_request_line", web["limit_request_line"])
    assert web["limit_request_line"] == 8190


@pytest.mark.parametrize("sent", ["10.0.0.1\n2026 forged line", "\x1b[31mred", "\u2028next", "a\rb"])
def test_what_a_client_sends_stays_in_its_line_and_without_colours(sent):
    assert web["one_line"](f"/{sent}/").isprintable()


def test_both_parts_that_a_client_writes_are_made_harmless(monkeypatch):
    atoms = {"U": "/hs/Zk3vQ0d8Jx1mB7tY2wR9aA/\nx", "{x-forwarded-for}i": "1.2.3.4\x1b[0m"}
    monkeypatch.setattr(web["Discreet"].__mro__[1], "atoms", lambda *_: dict(atoms))
    cleaned = web["Discreet"](Config()).atoms(None, None, None, None)
    assert cleaned == {"U": "/hs/Zk3v…/?x", "{x-forwarded-for}i": "1.2.3.4?[0m"}


def test_a_request_that_came_through_no_proxy_has_its_line_too(monkeypatch):
    monkeypatch.setattr(web["Discreet"].__mro__[1], "atoms", lambda *_: {"U": "/"})
    assert web["Discreet"](Config()).atoms(None, None, None, None) == {"U": "/", "{x-forwarded-for}i": "-"}


def test_no_clients_header_becomes_the_prefix_of_our_addresses():
    cfg = Config()
    cfg.set("forwarder_headers", web["forwarder_headers"])
    assert not {"SCRIPT_NAME", "PATH_INFO"} & set(cfg.forwarder_headers)
