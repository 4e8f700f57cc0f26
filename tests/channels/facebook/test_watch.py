"""What ends without a word to us is looked after: the token, and the events."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.timezone import now

from portal.channels.accounts import AccountState
from portal.channels.base import adapter_for
from portal.channels.facebook import explained, subscription, tokens
from portal.channels.facebook.answers import MEANINGS
from portal.channels.inbound import InboundMessage
from portal.channels.models import Account, Grant
from tests.channels.facebook.conftest import take_in


def warnings():
    return InboundMessage.objects.filter(event="warning")


def renew():
    adapter_for("facebook").renew(at=now())


def test_while_events_come_nobody_is_told_anything(sandbox):
    renew()
    assert not warnings().exists()


def test_events_that_have_stopped_are_ordered_again_and_a_person_is_told_once(sandbox):
    sandbox.graph("DELETE", "/102938475610293/subscribed_apps")
    renew()
    renew()
    assert subscription.subscribed() >= subscription.WANTED
    take_in(sandbox)
    (warning,) = warnings()
    assert warning.for_people
    assert "feed" in warning.incoming.text


def test_what_others_have_subscribed_to_stays(sandbox):
    sandbox.graph("POST", "/102938475610293/subscribed_apps", json={"subscribed_fields": "message_reads,feed"})
    renew()
    assert {"message_reads", "messages"} <= subscription.subscribed()


def test_a_token_of_another_page_is_refused_before_anybody_waits(sandbox, settings):
    Grant.objects.all().delete()
    settings.FACEBOOK_PAGE_ID = "42"
    tokens.look_after(lambda token: {"is_valid": True, "profile_id": "102938475610293"}, at=now())
    assert "102938475610293" in Grant.objects.get().refusal
    assert Account.objects.of("facebook").state == AccountState.NEEDS_CONSENT


def test_a_token_with_an_end_says_when(sandbox, settings):
    settings.FACEBOOK_PAGE_TOKEN = "another"
    ends = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())
    tokens.look_after(lambda token: {"is_valid": True, "expires_at": ends}, at=now())
    assert Grant.objects.get().expires_at == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_platform_that_is_away_refuses_nothing(sandbox, settings):
    settings.FACEBOOK_PAGE_TOKEN = "another"
    sandbox.fault("http_503", "facebook.debug_token", times=1)
    with pytest.raises(Exception, match="503"):
        renew()
    assert Grant.objects.get().refused_at is None


def test_hanh_sees_how_the_account_does_and_is_offered_no_consent_page(sandbox, client_of, hanh):
    account = Account.objects.of("facebook")
    sandbox.page_settings(scopes="pages_show_list", page_usage=42)
    client = client_of(hanh)
    page = client.get(reverse("admin:post_office_account_look", args=[account.pk])).content.decode()
    for words in ("UBND phường Mỹ Tho", "pages_messaging", "42 %", "không có thời hạn"):
        assert words in page
    assert "Kết nối" not in page
    sandbox.page_settings(token_valid=False)
    page = client.get(reverse("admin:post_office_account_look", args=[account.pk])).content.decode()
    assert "Error validating access token" in page


def test_whatever_stops_an_account_says_who_can_mend_it_where():
    stopping = {"_account", "_token", "_throttled", "_blocked", "_slower", "_barred"}
    silent = [number for number, meaning in MEANINGS.items() if meaning.__name__ in stopping
              and not explained.explain(f"{number} words of the platform")]  # fmt: skip
    assert silent == []
    assert explained.explain("no connection: ConnectError") == ""


def test_the_demo_joins_the_sandbox_by_itself(sandbox, settings, program):
    settings.SANDBOX_URL, settings.BASE_URL = program.url, "http://127.0.0.1:8000"
    sandbox.graph("DELETE", "/102938475610293/subscribed_apps")
    call_command("join_sandbox")
    assert sandbox.look("facebook/settings")["webhook_url"] == "http://127.0.0.1:8000/webhooks/facebook/"
    assert subscription.subscribed() >= subscription.WANTED
    assert Account.objects.of("facebook").state == AccountState.OK
