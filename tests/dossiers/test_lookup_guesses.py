"""How many wrong guesses are answered: counted in Valkey, or in PostgreSQL where Valkey is away."""

import json
import socket
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import redis
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from agencies import limits
from agencies.limits import Limit, LimitCount, count, seconds_to_wait
from dossiers.answers import Answer
from dossiers.lookup import NotFound, TooMany, look_up, look_up_by_token
from dossiers.proofs import pin_of
from tests.channels import processes
from tests.dossiers.making import at, receive
from tests.dossiers.valkey import valkey_url  # noqa: F401

pytestmark = pytest.mark.django_db
NOON = at("23/11/2026 12:00")
LIMIT = Limit("test", 5, 900)


@pytest.fixture(params=["valkey", "postgresql"])
def counted_in(request, settings, valkey_url):  # noqa: F811
    settings.CACHE_URL = ""
    if request.param == "valkey":
        settings.CACHE_URL = valkey_url
        redis.Redis.from_url(valkey_url).flushdb()
    return request.param


@pytest.fixture
def dossier(an, my_tho, calendar):
    return receive(by=an, unit=my_tho)


def guess(dossier, proof="0000", *, client="203.0.113.7", when=NOON):
    return look_up(code=dossier.number, proof=proof, client=client, at=when)


# --- one limit ------------------------------------------------------------------------------------------------------
def test_five_wrong_guesses_are_told_and_the_sixth_is_not(counted_in):
    assert [count([LIMIT], at=NOON) > 0 for _ in range(6)] == [False] * 5 + [True]
    assert seconds_to_wait([LIMIT], at=NOON) > 0


def test_the_window_slides(counted_in):
    for minute in range(0, 5):
        assert count([LIMIT], at=NOON + timedelta(minutes=minute)) == 0
    assert seconds_to_wait([LIMIT], at=NOON + timedelta(minutes=14)) > 0
    assert seconds_to_wait([LIMIT], at=NOON + timedelta(minutes=20)) == 0


def test_after_the_seconds_it_named_a_guess_is_allowed_and_not_before(counted_in):
    for _ in range(5):
        count([LIMIT], at=NOON + timedelta(seconds=17))
    wait = seconds_to_wait([LIMIT], at=NOON + timedelta(seconds=100))
    assert 900 - 100 <= wait <= 1200
    assert seconds_to_wait([LIMIT], at=NOON + timedelta(seconds=100 + wait - 2)) > 0
    assert seconds_to_wait([LIMIT], at=NOON + timedelta(seconds=100 + wait)) == 0


def test_names_are_counted_apart(counted_in):
    for _ in range(6):
        count([LIMIT], at=NOON)
    assert seconds_to_wait([Limit("other", 5, 900)], at=NOON) == 0


moments = st.lists(st.integers(0, 7200), min_size=1, max_size=40)


@given(seconds=moments, allowed=st.integers(1, 6))
@hypothesis_settings(max_examples=200, deadline=None)
def test_no_window_ever_holds_more_told_guesses_than_are_allowed(seconds, allowed):
    limit, counts, told = Limit("property", allowed, 900), {}, []
    for second in sorted(seconds):
        moment = NOON + timedelta(seconds=second)
        keys = limit.keys(moment)
        if limit.wait([counts.get(key, 0) for key in keys], moment, over=allowed - 1):
            continue
        counts[keys[0]] = counts.get(keys[0], 0) + 1
        told.append(second)
    for second in told:
        assert sum(second <= other < second + 900 for other in told) <= allowed


# --- Valkey away ----------------------------------------------------------------------------------------------------
def test_with_valkey_away_postgresql_counts(settings, tmp_path, caplog):
    settings.CACHE_URL = f"unix://{tmp_path}/nobody.sock"
    assert [count([LIMIT], at=NOON) > 0 for _ in range(6)] == [False] * 5 + [True]
    assert sum(LimitCount.objects.values_list("count", flat=True)) == 6
    assert "Valkey is away" in caplog.text


def test_a_valkey_that_does_not_answer_is_left_alone_for_a_while(settings, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(limits.InValkey, "read", lambda self, keys: asked.append(keys) or _away())
    settings.CACHE_URL = f"unix://{tmp_path}/slow.sock"
    for _ in range(3):
        assert seconds_to_wait([LIMIT], at=NOON) == 0
    assert len(asked) == 1


def _away():
    raise redis.TimeoutError("no answer")


def test_old_counts_are_tidied_up(settings):
    settings.CACHE_URL = ""
    count([LIMIT], at=NOON)
    count([LIMIT], at=NOON + timedelta(days=1))
    assert LimitCount.objects.count() == 1


# --- the doors ------------------------------------------------------------------------------------------------------
def test_after_five_wrong_guesses_even_the_right_one_waits(counted_in, dossier):
    assert [guess(dossier) for _ in range(5)] == [NotFound()] * 5
    assert isinstance(guess(dossier, "5678"), TooMany)
    assert isinstance(guess(dossier, "5678", client="198.51.100.9"), TooMany)
    assert isinstance(guess(dossier, "5678", when=NOON + timedelta(minutes=21)), Answer)


def test_the_owner_with_the_qr_still_gets_in(counted_in, dossier, an):
    token = dossier.issue_receipt(by=an, at=NOON).token
    for _ in range(6):
        guess(dossier)
    for _ in range(40):
        look_up_by_token(token="0" * 22, client="203.0.113.7", at=NOON)
    assert isinstance(look_up_by_token(token=token, client="203.0.113.7", at=NOON), Answer)


def test_a_number_that_nobody_has_is_limited_like_one_that_somebody_has(counted_in, dossier):
    answers = [look_up(code="H20.30-261123-9999", proof="0000", client="203.0.113.7", at=NOON) for _ in range(6)]
    assert [type(answer) for answer in answers] == [NotFound] * 5 + [TooMany]
    assert [type(guess(dossier)) for _ in range(6)] == [NotFound] * 5 + [TooMany]


def test_right_answers_cost_nothing(counted_in, dossier):
    assert all(isinstance(guess(dossier, "5678"), Answer) for _ in range(20))
    assert guess(dossier) == NotFound()


def test_a_client_has_thirty_guesses_at_whatever_dossiers(counted_in, dossier, settings):
    for number in range(settings.LOOKUP_CLIENT_LIMIT):
        answer = look_up(code=f"H20.30-261122-{number:04}", proof="1234", client="203.0.113.7", at=NOON)
        assert answer == NotFound()
    assert isinstance(guess(dossier, "5678"), TooMany)
    assert isinstance(guess(dossier, "5678", client="198.51.100.9"), Answer)


def test_a_patient_guesser_has_twenty_a_day(counted_in, dossier, settings):
    told = 0
    for quarter in range(0, 20):
        when = NOON + timedelta(minutes=21 * quarter)
        told += sum(guess(dossier, when=when) == NotFound() for _ in range(6))
    assert told == settings.LOOKUP_DOSSIER_DAY_LIMIT


def test_everybody_together_has_a_limit(counted_in, dossier, settings):
    settings.LOOKUP_GLOBAL_LIMIT = 8
    for number in range(8):
        look_up(code=f"H20.30-261122-{number:04}", proof="1234", client=f"203.0.113.{number}", at=NOON)
    assert guess(dossier, "5678", client="198.51.100.9").pin_is_open
    assert isinstance(guess(dossier, pin_of(dossier.number_key), client="198.51.100.9"), Answer)


def test_whoever_guesses_pins_shuts_the_door_of_pins_only(counted_in, dossier, settings):
    settings.LOOKUP_GLOBAL_LIMIT = 1
    for number in range(10):
        look_up(code=f"H20.30-261122-{number:04}", proof="123456", client=f"203.0.113.{number}", at=NOON)
    refused = guess(dossier, pin_of(dossier.number_key), client="198.51.100.9")
    assert isinstance(refused, TooMany)
    assert not refused.pin_is_open
    assert isinstance(guess(dossier, "5678", client="198.51.100.9"), Answer)


def test_a_network_of_many_addresses_has_no_more_guesses_than_a_few_households(counted_in, dossier, settings):
    settings.LOOKUP_CLIENT_LIMIT = 2
    homes = [f"2001:db8:1:{number:x}::" for number in range(0, 0x4000, 0x100)]  # each in a /56 of its own, in one /48
    rooms = [f"2001:db8:2:{number:x}::" for number in range(6)]  # six in one /56
    for clients, told in ((homes, 20), (rooms, 4)):
        answers = [
            look_up(code=f"H20.30-261122-{n:04}", proof="1234", client=client, at=NOON)
            for n, client in enumerate(clients)
        ]
        assert [type(answer) for answer in answers] == [NotFound] * told + [TooMany] * (len(clients) - told)
    assert isinstance(guess(dossier, "5678", client="2001:db8:3::"), Answer)


def test_a_token_that_nobody_has_is_limited_by_client(counted_in, settings):
    answers = [look_up_by_token(token=f"{n:022}", client="203.0.113.7", at=NOON) for n in range(31)]
    assert answers[:30] == [NotFound()] * 30
    assert isinstance(answers[30], TooMany)


def test_a_right_guess_among_too_many_is_counted_as_a_wrong_one(dossier, settings, monkeypatch):
    """Otherwise the count would tell afterwards what the answer did not."""
    settings.CACHE_URL = ""
    waits = iter([0, 60, 60])
    monkeypatch.setattr(limits, "seconds_to_wait", lambda limits, at: next(waits))
    assert isinstance(guess(dossier, "5678"), TooMany)
    assert set(LimitCount.objects.values_list("count", flat=True)) == {1}


# --- 200 at the same moment, over HTTP ------------------------------------------------------------------------------
@pytest.fixture
def web(counted_in, settings):
    """The portal as gunicorn serves it, two processes of four threads, on the test's database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = {"PORT": port, "HOST": "127.0.0.1", "CACHE_URL": settings.CACHE_URL, "ACCESS_LOG": "0"}
    server = processes.start("-m", "gunicorn", "-c", "bin/launch/web.py", "portal.wsgi", **where)
    _wait_for(port, server)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(20)


def _wait_for(port, server):
    for _ in range(200):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None, "gunicorn ended"
        time.sleep(0.1)
    pytest.fail("gunicorn did not start.")


@pytest.mark.django_db(transaction=True)
def test_of_200_guesses_at_the_same_moment_five_are_told(web, dossier):
    wrong = [f"{number:04}" for number in range(1000, 1200)]
    with ThreadPoolExecutor(200) as crowd:
        statuses = list(crowd.map(lambda proof: ask(web, dossier.number, proof), wrong))
    assert sorted(set(statuses)) == [404, 429]
    assert statuses.count(404) == 5
    # And the right one, sent with a forged address, waits like everybody.
    assert ask(web, dossier.number, "5678") == 429


def ask(web, code, proof):
    forged = f"198.51.{int(proof) % 100}.{int(proof) // 100}"
    request = urllib.request.Request(
        f"{web}/api/v1/lookup/",
        data=json.dumps({"code": code, "proof": proof}).encode(),
        headers={"Content-Type": "application/json", "X-Forwarded-For": forged},
    )
    try:
        return urllib.request.urlopen(request, timeout=60).status
    except urllib.error.HTTPError as error:
        return error.code
