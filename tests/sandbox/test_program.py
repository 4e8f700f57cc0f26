"""The program itself: how it starts, and what it leaves behind."""

import asyncio
import json
import subprocess
import sys
import time

import httpx

from tests.sandbox.driving import ROOT, Driver, Program


def test_it_starts_with_what_the_environment_says_and_leaves_a_dump(tmp_path):
    dump = tmp_path / "dump.json"
    program = Program("--dump", str(dump), SANDBOX_ZALO_OA_NAME="Một Cửa xã", SANDBOX_CLOCK="2026-01-02T03:04:05")
    driver = Driver(program.url)
    driver.log_in()
    assert driver.get("/v2.0/oa/getoa")["data"]["name"] == "Một Cửa xã"
    assert driver.look("clock")["now"].startswith("2026-01-02T03:04")
    driver.act("chi", "follow")
    driver.http.close()
    program.stop()
    left = json.loads(dump.read_text())
    assert left["people"][0]["zalo"]["follower"] is True


def test_a_port_that_is_taken_is_said_in_words():
    program = Program()
    port = program.url.rpartition(":")[2]
    second = subprocess.run(
        [sys.executable, "-m", "sandbox", "--port", port], cwd=ROOT, capture_output=True, text=True, timeout=20
    )
    program.stop()
    assert second.returncode == 1
    assert "SANDBOX_PORT" in second.stderr


def test_two_hundred_slow_answers_at_once(sandbox):
    """With 200 ms of latency the sandbox waits for all of them together, not one after the other."""
    sandbox.act("chi", "follow")
    sandbox.control("latency", seconds=0.2)
    body = {"recipient": {"user_id": sandbox.uid("chi")}, "message": {"text": "Chào"}}
    headers = {"access_token": sandbox.tokens["access_token"]}
    took = _together(f"{sandbox.url}/zalo/openapi/v3.0/oa/message/cs", body, headers, count=200)
    assert len(sandbox.ledger()) == 200
    assert took < 200 * 0.2 / 4


def _together(url, body, headers, *, count):

    async def all_of_them():
        limits = httpx.Limits(max_connections=count)
        async with httpx.AsyncClient(limits=limits, timeout=30, trust_env=False) as client:
            await asyncio.gather(*(client.post(url, json=body, headers=headers) for _ in range(count)))

    began = time.monotonic()
    asyncio.run(all_of_them())
    return time.monotonic() - began
