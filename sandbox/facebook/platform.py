"""The made-up Facebook: one app, one Page with its wall, its people, and how a word reaches one of them."""

import hashlib
import hmac
import json
import random
import secrets

from sandbox.door import Door, Upload
from sandbox.facebook import events, graph
from sandbox.facebook.people import Fans, Message
from sandbox.facebook.subscribing import FIELDS
from sandbox.facebook.wall import PAGE, Wall

PREFIX = "/facebook"
# Graph API, "Webhooks": tried again with falling frequency over 36 hours, then dropped.
OF_PAGES = (60, 300, 1_800, 7_200, 21_600, 43_200, 55_440)
# Messenger Platform, "Webhooks": after one hour the app is unsubscribed from the Page.
OF_MESSAGES = (10, 60, 300, 900, 2_330)
ANOTHER_PAGE = "999888777666555"


class Facebook:
    def __init__(self, world, settings):
        self.world, self.settings = world, settings
        self.wall = Wall(world.clock, settings.page_id)
        self.fans = Fans(world.people, settings.page_id)
        self.subscribed = set(FIELDS)
        self.media = {}
        self.waiting = []  # (field, update) of a batch that is not full
        self.wall.post(PAGE, "Phường tiếp nhận phản ánh về đường, đèn, rác ngay dưới bài này. Xin ghi rõ địa chỉ.")
        prefix = f"{PREFIX}/graph"
        door = Door(world=world, prefix=prefix, endpoints=graph.endpoints(self), manners=graph.Manners(self))
        self.doors = {prefix: door}

    def who(self, by):
        if by == PAGE:
            return {"id": self.settings.page_id, "name": self.settings.page_name}
        person = self.world.people.get(by)
        return {"id": self.fans.of(person).psid, "name": person.name}

    # --- on the wall ---

    def post(self, by, text, *, endpoint="", **more):
        one = self.wall.post(by, text, **more)
        return self._said(one, endpoint, "post")

    def comment(self, by, target, text, *, endpoint="", **more):
        one = self.wall.comment(by, target, text, **more)
        return self._said(one, endpoint, "comment")

    def _said(self, one, endpoint, kind):
        if one.by == PAGE:
            self.world.ledger.note(
                platform="facebook", kind=kind, endpoint=endpoint, to="everyone", text=one.text, message_id=one.id,
                data={"parent": one.parent},
            )  # fmt: skip
        if one.published:
            self.publish("feed", events.told(self, one, "add"))
        self.world.changed()
        return one

    def edit(self, one, text):
        one.text, one.edited_at = text, self.world.clock.now()
        self.publish("feed", events.told(self, one, "edited"))
        self.world.changed()

    def remove(self, one):
        self.publish("feed", events.told(self, one, "remove"))
        self.wall.remove(one)
        self.world.changed()

    # --- in private ---

    def hear(self, fan, message, **more):
        """The person said something: it opens the window."""
        fan.last_word = self.world.clock.now()
        fan.chat.append(message)
        self.publish("messages", events.said(self, fan, message, **more))
        self.world.changed()

    def deliver(self, fan, *, endpoint, private, **content):
        message = Message(self.new_mid(), "page", self.world.clock.now(), **content)
        fan.chat.append(message)
        self.world.ledger.note(
            platform="facebook", kind="private_reply" if private else "message", endpoint=endpoint, to=fan.person.id,
            text=message.text, message_id=message.id, tracking_id=message.metadata,
        )  # fmt: skip
        if self.settings.echo:
            self.publish("message_echoes", events.echo(self, fan, message))
        if self.settings.receipts:
            delivery = {"mids": [message.id], "watermark": int(message.at * 1000)}
            self.publish("message_deliveries", events.from_person(self, fan, delivery=delivery))
        self.world.changed()
        return message

    def new_mid(self):
        return f"m_{secrets.token_urlsafe(24)}"

    @staticmethod
    def new_number():
        return str(random.randrange(10**14, 10**15))

    def keep_media(self, upload: Upload):
        """The address under which a picture can be fetched."""
        name = secrets.token_hex(12)
        self.media[name] = upload
        return f"{self.world.url}{PREFIX}/media/{name}/{upload.filename}"

    # --- what the webhook is told ---

    def publish(self, field, update):
        """One update of a subscribed field; `batch` of them go in one POST."""
        if field not in self.subscribed:
            return
        self.waiting.append((field, update))
        if len(self.waiting) >= self.settings.batch:
            self.flush()

    def flush(self):
        """What is gathered goes now."""
        updates, self.waiting = self.waiting, []
        if not updates:
            return
        if self.settings.shuffled:
            random.shuffle(updates)
        of_messages = any(field != "feed" for field, _update in updates)
        self.world.postman.publish(
            url=self.settings.webhook_url, event="messages" if of_messages else "feed",
            body=written(self._envelope(updates), slashes=self.settings.slashes), seal=self.seal,
            ladder=OF_MESSAGES if of_messages else OF_PAGES, given_up=self._unsubscribe if of_messages else None,
        )  # fmt: skip

    def _envelope(self, updates):
        now, page = self.world.clock.now(), self.settings.page_id
        changes = [{"field": field, "value": value} for field, value in updates if field == "feed"]
        entries = [{"id": page, "time": int(now), "changes": changes}] if changes else []
        for field, event in updates:
            if field != "feed":
                part = "standby" if field == "standby" else "messaging"
                entries.append({"id": page, "time": int(now * 1000), part: [event]})
        if self.settings.strangers:
            entries.append({**entries[0], "id": ANOTHER_PAGE})
        return {"object": "page", "entry": entries}

    def _unsubscribe(self):
        """Silently: who wants events again has to look."""
        self.subscribed = set()
        self.world.changed()

    def seal(self, body, *, spoilt=""):
        headers = {"user-agent": "facebookexternalua"}
        if spoilt == "unsigned":
            return headers
        secret = self.settings.app_secret.encode() + (b"!" if spoilt == "bad_signature" else b"")
        signed = {"x-hub-signature-256": hashlib.sha256, "x-hub-signature": hashlib.sha1}
        return headers | {
            name: f"{digest().name}={hmac.new(secret, body, digest).hexdigest()}" for name, digest in signed.items()
        }

    def shown(self):
        return {
            "page_id": self.settings.page_id, "subscribed": sorted(self.subscribed), "said": len(self.wall.said),
            "waiting": len(self.waiting),
        }  # fmt: skip


def written(payload, *, slashes):
    """Every letter beyond ASCII is escaped, and those bytes are what is signed."""
    text = json.dumps(payload, ensure_ascii=True, separators=(",", ":"))
    return (text.replace("/", "\\/") if slashes else text).encode()
