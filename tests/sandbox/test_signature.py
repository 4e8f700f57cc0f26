"""Both seals, against vectors computed by somebody else's code."""

import hashlib

from sandbox.zalo import signature
from tests.sandbox.driving import APP_ID, OA_SECRET_KEY

BODY = (
    '{"app_id":"3608465248940903967","sender":{"id":"2468458835296117922"},"recipient":{"id":"388613280878808645"},'
    '"user_id_by_app":"552177279717587730","event_name":"user_send_text","message":{"text":"Tra cứu hồ sơ 000.01.H58",'
    '"msg_id":"96d3cdf3af150460909"},"timestamp":"1785312004871"}'
).encode()
MAC = "mac=ffcb8761d71b549356298bef27562b63814e42dce98c00261d7d7778aa319709"


def test_an_event_is_sealed_as_zalo_seals_it():
    assert len(BODY) == 288
    assert signature.of_event(app_id=APP_ID, body=BODY, timestamp="1785312004871", key=OA_SECRET_KEY) == MAC


def test_what_the_webhook_hears_is_sealed_over_the_very_bytes(sandbox, webhook):
    sandbox.act("chi", "text", text="Tra cứu hồ sơ 000.01.H58")
    sandbox.settle()
    heard = webhook.events("user_send_text")[0]
    sealed = APP_ID.encode() + heard["_raw"] + heard["timestamp"].encode() + OA_SECRET_KEY.encode()
    assert heard["_headers"]["x-zevent-signature"] == f"mac={hashlib.sha256(sealed).hexdigest()}"
    assert "Tra cứu hồ sơ".encode() in heard["_raw"]
