"""Whatever a mistaken program sends, it gets one of Zalo's answers and never a broken sandbox."""

import copy
import json

import pytest

from sandbox.zalo import business, openapi
from sandbox.zalo.users import number
from tests.sandbox.driving import DOSSIER, OA_ID

CHI = number(OA_ID, "chi")
JUNK = [None, True, -1, "", "x" * 5000, [], [None], {"a": None}]
WHOLE = {
    "recipient": {"user_id": CHI, "target": {"ages": [1]}},
    "message": {
        "text": "x",
        "quote_message_id": "1",
        "attachment": {"type": "template", "payload": {"template_type": "media", "elements": [{}], "buttons": [{}]}},
    },
    "sender_action": {"react_icon": "/-heart", "react_message_id": "1"},
    "user_id": CHI, "template_id": "100001", "template_data": dict(DOSSIER), "phone": "84900000001",
    "tracking_id": "1", "sending_mode": "1", "mode": "", "hash_phone": "0" * 64, "tag_name": "x", "token": "1",
    "id": "1",
    "type": "normal", "title": "x", "author": "x", "description": "x", "status": "show", "comment": "show",
    "cover": {"cover_type": "photo", "photo_url": "x"}, "body": [{"type": "text", "content": "x"}],
    "related_medias": [], "tracking_link": "x", "alias": "x", "shared_info": {}, "quota_owner": "OA",
    "template_name": "Một mẫu mới", "template_type": 1, "tag": "1", "layout": [], "params": [{}], "note": "",
    "from_time": 0, "to_time": 0, "offset": 0, "limit": 1, "count": 1, "last_interaction_period": "TODAY",
    "is_follower": "true",
}  # fmt: skip


def variants():
    """The whole body, and every place of it replaced by every kind of rubbish."""
    yield from JUNK
    yield WHOLE
    for path in list(places(WHOLE)):
        for junk in JUNK:
            changed = copy.deepcopy(WHOLE)
            inner = changed
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = junk
            yield changed


def places(thing, path=()):
    rows = thing.items() if isinstance(thing, dict) else enumerate(thing)
    for key, value in rows:
        yield (*path, key)
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key))


ADDRESSES = [("openapi", *address) for address in openapi.TABLE]
ADDRESSES += [("business", *address) for address in business.TABLE]


@pytest.mark.parametrize(("host", "method", "path"), ADDRESSES, ids=lambda word: word.strip("/").replace("/", "-"))
def test_nobody_breaks_it_with_rubbish(sandbox, host, method, path):
    sandbox.settings(rate_limit=0)
    sandbox.act("chi", "follow")
    assert sandbox.uid("chi") == CHI
    seen = set()
    for body in variants() if method == "POST" else read_variants():
        answer = sandbox.http.request(
            method,
            f"/zalo/{host}{path}",
            headers={"access_token": sandbox.tokens["access_token"]},
            **({"json": body} if method == "POST" else {"params": body}),
        )
        assert answer.status_code == 200, body
        seen.add(answer.json()["error"])
    assert seen


def read_variants():
    """For GET: in `data` as JSON, and as plain parameters."""
    for junk in JUNK:
        yield {"data": json.dumps(junk)}
        for name in ("user_id", "offset", "count", "tag_name", "last_interaction_period", "is_follower"):
            yield {"data": json.dumps({"user_id": "1", "offset": 0, "count": 1, name: junk})}
        for name in ("offset", "limit", "type", "id", "token", "template_id", "message_id", "status"):
            yield {name: json.dumps(junk)}
