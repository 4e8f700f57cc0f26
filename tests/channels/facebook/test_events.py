"""What the platform brings, read into the words of every channel. The payloads have its shapes, and invented people."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.channels.facebook import events, signature

PAYLOADS = sorted((Path(__file__).parent / "payloads").glob("*.json"))
AT = datetime.fromtimestamp(1785312010, UTC)
PAGE = "102938475610293"
NAMED = (
    "sender", "name", "subject", "text", "public", "thread", "parent", "ref", "photos", "place", "attached", "contact",
    "rating", "receipt", "answer_to", "private_to",
)  # fmt: skip


@pytest.fixture(autouse=True)
def page(settings):
    settings.FACEBOOK_PAGE_ID, settings.FACEBOOK_APP_SECRET = PAGE, "sandbox-app-secret"


def arrivals_in(body, at=AT):
    raw = json.dumps(body).encode()
    return signature.opened(raw, {"X-Hub-Signature-256": signature.signed(raw)}, at=at)


def listed(value):
    return [listed(one) for one in value] if isinstance(value, tuple | list) else value


def test_there_are_payloads_of_every_sort():
    assert len(PAYLOADS) >= 40


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_a_payload_is_read(path):
    recorded = json.loads(path.read_text(encoding="utf-8"))
    (arrival,) = arrivals_in(recorded["body"])
    assert (arrival.event, arrival.mark) == (recorded["event"], recorded.get("mark", arrival.mark))
    incoming, wanted = events.read(arrival.event, arrival.body), recorded["read"]
    assert incoming.kind == wanted.pop("kind")
    said = {name: listed(getattr(incoming, name)) for name in NAMED if getattr(incoming, name)}
    assert said == {name: value for name, value in wanted.items() if value}


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_the_same_twice_has_one_mark_and_another_moment_another(path):
    body = json.loads(path.read_text(encoding="utf-8"))["body"]
    (first,), (again,) = arrivals_in(body), arrivals_in(json.loads(json.dumps(body)))
    assert first.mark == again.mark
    assert 0 < len(first.mark) <= 200


def mark_of(name, **changes):
    body = json.loads((PAYLOADS[0].parent / f"{name}.json").read_text(encoding="utf-8"))["body"]
    part = body["entry"][0].get("changes") or body["entry"][0]["messaging"]
    (part[0].get("value") or part[0]).update(changes)
    return arrivals_in(body)[0].mark


def test_what_was_said_changed_and_taken_away_has_a_mark_each():
    assert len({mark_of(name) for name in ("comment_add", "comment_edited", "comment_remove", "comment_hide")}) == 4
    assert mark_of("comment_edit") == mark_of("comment_edited")
    assert mark_of("comment_delete") == mark_of("comment_remove")
    assert mark_of("comment_edited") != mark_of("comment_edited", edited_time=1785312065)


def test_a_message_its_echo_and_two_edits_of_it_have_a_mark_each():
    edits = [mark_of("message_edit", message_edit={"mid": "m_AbC-1", "num_edit": n}) for n in (1, 2)]
    assert len({mark_of("message_text"), mark_of("echo_of_ours"), *edits}) == 4


def test_a_number_longer_than_its_column_is_told_apart_to_its_end():
    one, other = (mark_of("message_text", message={"mid": "m_" + "x" * 300 + end}) for end in "ab")
    assert one != other


@pytest.mark.parametrize("value", [None, [], "x", 1, {}, {"item": "comment"}, {"item": [], "verb": {}, "from": "x"}])
def test_a_change_of_another_shape_is_noted_and_breaks_nothing(value):
    (arrival,) = arrivals_in(
        {"object": "page", "entry": [{"id": PAGE, "changes": [{"field": "feed", "value": value}]}]}
    )
    read = events.read(arrival.event, arrival.body)
    assert (read.kind, read.sender) == ("other", "")


@pytest.mark.parametrize("event", [{}, {"message": None}, {"message": []}, {"message": {"attachments": "x"}},
                                   {"message": {"mid": 1, "attachments": [{"type": "location"}]}}, {"postback": {}},
                                   {"timestamp": "x", "message": {"mid": "m"}}])  # fmt: skip
def test_a_message_of_another_shape_is_noted_and_breaks_nothing(event):
    good = {"sender": {"id": "U1"}, "message": {"mid": "m_1", "text": "Chào"}}
    odd = {"sender": {"id": "U1"}, **event}
    arrivals = arrivals_in({"object": "page", "entry": [{"id": PAGE, "messaging": [odd, good]}]})
    assert [events.read(one.event, one.body).kind for one in arrivals] == ["other", "text"]


def test_what_was_said_to_another_page_of_the_app_is_nobodys_here():
    mine = json.loads((PAYLOADS[0].parent / "comment_add.json").read_text())["body"]["entry"][0]
    assert len(arrivals_in({"object": "page", "entry": [{**mine, "id": "1"}, mine]})) == 1
    assert arrivals_in({"object": "user", "entry": [mine]}) == []


def test_a_thousand_updates_come_at_once():
    changes = [{"field": "feed", "value": {"item": "comment", "verb": "add", "comment_id": f"551_{n}"}}
               for n in range(1000)]  # fmt: skip
    arrivals = arrivals_in({"object": "page", "entry": [{"id": PAGE, "time": 1785312004, "changes": changes}]})
    assert len({arrival.mark for arrival in arrivals}) == 1000


@given(st.one_of(st.integers(), st.floats(), st.text(), st.none()))
def test_whatever_their_clock_says_nothing_happened_in_the_future(moment):
    assert signature._moment(moment, AT) <= AT


def test_two_edits_without_a_moment_of_their_own_are_two():
    edits = [mark_of("comment_edited", edited_time=None, message=words) for words in ("số 14", "số 16")]
    assert edits[0] != edits[1]
