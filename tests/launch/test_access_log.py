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
