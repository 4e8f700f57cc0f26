"""One consent, many workers: a refresh token is used once."""

import threading
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.utils.timezone import now

from portal.channels.base import AccountConfig, TryAgain
from portal.channels.models import Account, Grant
from portal.channels.zalo import Zalo, client, oauth

pytestmark = pytest.mark.usefixtures("consented")


def refreshes(sandbox):
    counted = sandbox.look("calls")["counted"]
    return sum(number for what, number in _flat(counted) if "access_token" in what)


def _flat(counted):
    for what, how in counted.items():
        yield what, sum(how.values()) if isinstance(how, dict) else how


def test_sixteen_workers_whose_token_ended_renew_it_once(sandbox):
    before, sixteen = refreshes(sandbox), 16
    sandbox.control("zalo/tokens", expire=True)
    results, barrier = [], threading.Barrier(sixteen)

    def worker():
        barrier.wait()
        try:
            results.append(client.ask("/v2.0/oa/getoa")["name"])
        finally:
            connection.close()

    workers = [threading.Thread(target=worker) for _ in range(sixteen)]
    [one.start() for one in workers]
    [one.join() for one in workers]
    assert len(results) == sixteen
    assert refreshes(sandbox) - before == 1


def test_a_pair_that_came_but_was_never_read_ends_in_front_of_a_person(sandbox, heard_of_grants):
    sandbox.control("zalo/tokens", expire=True)
    sandbox.fault("rotated_lost", times=1)
    with pytest.raises(AccountConfig):
        client.ask("/v2.0/oa/getoa")
    assert Account.objects.of("zalo").state == "needs_consent"
    assert Account.objects.of("zalo-phone").state == "needs_consent"
    assert len(heard_of_grants) == 1


def test_zalo_being_away_for_a_moment_costs_no_consent(sandbox, settings):
    sandbox.control("zalo/tokens", expire=True)
    sandbox.fault("http_503", "zalo.access_token", times=2)
    with pytest.raises(TryAgain):
        client.ask("/v2.0/oa/getoa")
    assert Grant.objects.get().refused_at is None
    assert client.ask("/v2.0/oa/getoa")["name"]


@pytest.mark.parametrize("odd", [None, "", "soon", -1, 1e300])
def test_a_pair_is_kept_whatever_is_said_of_how_long_it_lasts(odd):
    assert oauth._lifetime(odd) == timedelta(hours=25)


def test_tokens_are_renewed_hours_before_they_end(sandbox, settings):
    first = Grant.objects.get()
    Zalo().renew(at=first.obtained_at + timedelta(hours=19))
    assert Grant.objects.get().access_token == first.access_token
    Zalo().renew(at=first.obtained_at + timedelta(hours=20, minutes=1))
    assert Grant.objects.get().access_token != first.access_token


def test_an_administrator_consents_and_stopped_accounts_go_on(sandbox, settings):
    Grant.objects.get().refuse("-14020", at=now())
    verifier = oauth.new_verifier()
    address = oauth.consent_address(redirect_uri="https://mot-cua.example/zalo", state="abc", verifier=verifier)
    assert address.startswith(settings.ZALO_OAUTH_URL)
    answer = sandbox.http.post(address, follow_redirects=False)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    pair = oauth.redeem(query["code"][0], verifier=verifier)
    Grant.objects.of("zalo").keep(pair, at=now())
    assert {account.state for account in Account.objects.all()} == {"ok"}
    assert client.ask("/v2.0/oa/getoa")["name"]


def test_a_proof_is_sent_where_the_app_asks_for_it(sandbox, settings):
    sandbox.settings(require_proof=True)
    with pytest.raises(AccountConfig):
        client.ask("/v2.0/oa/getoa")
    settings.ZALO_APPSECRET_PROOF = True
    assert client.ask("/v2.0/oa/getoa")["name"]


def test_the_proof_is_the_one_of_the_documentation(settings):
    settings.ZALO_APP_SECRET = "sandbox-app-secret"
    proof = "86a92f9a043bb7382b80b01b87dc55b6cf92c737c913abd98ffdb238d0e0a8b6"
    assert client.appsecret_proof("sandbox-access-token") == proof


def test_the_challenge_is_the_one_of_the_documentation():
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert oauth.challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
