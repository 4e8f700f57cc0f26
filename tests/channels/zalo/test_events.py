"""Every event that Zalo's documentation names, in every shape it is known in: stored, answered, read."""

import json
from pathlib import Path

import pytest
from django.utils.timezone import now

from portal.channels.inbound import InboundMessage, InboundState
from portal.channels.zalo import events, signature
from tests.channels.zalo.test_webhook import app, bring  # noqa: F401  (who signs)

RECORDED = json.loads(Path(__file__).with_name("events.json").read_text(encoding="utf-8"))


def name_of(recorded):
    return recorded["payload"]["event_name"]


def body_of(recorded):
    """As it would be said now: one of another day would be refused as played again."""
    said = {**recorded["payload"], "timestamp": str(int(now().timestamp() * 1000))}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.django_db
@pytest.mark.parametrize("recorded", RECORDED, ids=name_of)
def test_each_event_is_answered_stored_once_and_read_as_what_it_is(recorded, settings):
    settings.ZALO_PICTURE_HOSTS = []  # a picture is not fetched over the network here
    body = body_of(recorded)
    assert [bring(body).status_code, bring(body).status_code] == [200, 200]
    message = InboundMessage.objects.get()
    assert (message.event, message.incoming.kind) == (name_of(recorded), recorded["kind"])
    while message.state == InboundState.STORED:  # a receipt of what we do not know is looked at again, five times
        message.handle(at=message.try_at)
        message.refresh_from_db()
    assert (message.state, message.words) == (InboundState.HANDLED, "")


def test_no_two_of_them_are_taken_for_the_same():
    marks = [signature.mark_of(recorded["payload"]) for recorded in RECORDED]
    assert sorted(marks) == sorted(set(marks))


@pytest.mark.parametrize(("name", "part"), [("change_template_status", "template_id"), ("user_join_group", "group_id")])
def test_two_things_that_changed_in_the_same_moment_are_two_events(name, part):
    changed = next(recorded["payload"] for recorded in RECORDED if name_of(recorded) == name)
    assert signature.mark_of(changed) != signature.mark_of({**changed, part: "another"})


def test_a_person_who_acts_is_known_by_their_id_at_our_account():
    kinds = {"text", "photo", "location", "contact", "follow", "unfollow", "withdrawal"}
    said = [one["payload"] for one in RECORDED if one["kind"] in kinds]
    senders = {events.read(one["event_name"], json.dumps(one)).sender for one in said}
    assert senders == {"2468458835296117922", "2468458835296117923"}


def test_whatever_the_sandbox_can_say_is_among_them(sandbox):
    assert set(sandbox.look("zalo/events")["events"]) <= set(map(name_of, RECORDED))
