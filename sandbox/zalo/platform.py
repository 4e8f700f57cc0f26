"""The made-up Zalo: one app, one Official Account, its people, and how a message reaches one of them."""

import json
import secrets

from sandbox.door import Door, Upload
from sandbox.zalo import articles, business, events, oauth, openapi, signature, templates, uploads
from sandbox.zalo.grants import Grants
from sandbox.zalo.quotas import Quotas
from sandbox.zalo.users import Message, Users

# Zalo OA, webhooks: tried again after 30 s, 5 min, 15 min, 30 min and 1 h, then dropped.
LADDER = (30, 300, 900, 1800, 3600)
PREFIX = "/zalo"


class Zalo:
    def __init__(self, world, settings):
        self.world, self.settings = world, settings
        self.grants = Grants(world.clock, settings)
        self.users = Users(world.people, settings)
        self.quotas = Quotas(world.clock, settings)
        self.templates = templates.shipped()
        self.articles = articles.Shelf()
        self.assets = uploads.Assets(world.clock)
        self.media = {}  # what people sent: id -> Upload
        self.messages = {}  # id -> (user, message)
        self.ratings = []  # (user, message, answer)
        self.responses = []  # (message, data, at)
        self.doors = {
            f"{PREFIX}/{host}": Door(
                world=world, prefix=f"{PREFIX}/{host}", endpoints=module.endpoints(self), manners=module.Manners(self)
            )
            for host, module in (("oauth", oauth), ("openapi", openapi), ("business", business))
        }

    # --- what reaches a person ---

    def deliver(self, user, message, *, kind, endpoint, data=None):
        """The message stands in the person's chat and is told back to the webhook; the ledger says when it arrives."""
        self.messages[message.id] = (user, message)
        effect = {
            "platform": "zalo", "kind": kind, "endpoint": endpoint, "to": user.person.id, "text": message.words,
            "message_id": message.id, "tracking_id": message.tracking_id, "template_id": message.template_id,
            "data": data or {},
        }  # fmt: skip
        if self.settings.echo and not message.by_phone:
            self.publish(events.echo(self, user, message))
        if self.world.faults.take(endpoint, {"undelivered"}):
            return
        self._put(user, message)
        if user.phone_off:
            user.waiting.append((message, effect))
        else:
            self.receive(user, message, effect)

    def switch_on(self, user):
        """What waited for the phone arrives now."""
        waiting, user.waiting = user.waiting, []
        for message, effect in waiting:
            self.receive(user, message, effect)

    def receive(self, user, message, effect):
        """The phone has it: the OA is told, after a moment."""
        self.world.ledger.note(**effect)
        after = self.settings.receipt_after
        if after < 0:
            return
        at = self.world.clock.stamp(after)
        message.received_at = int(at)
        self.publish(
            events.received(self, user, message, at=at), after=after, server=events.ZBS if message.by_phone else ""
        )
        if self.settings.seen_after >= 0:
            message.seen_at = int(at)
            self.publish(events.seen(self, user, [message]), after=max(after, self.settings.seen_after))

    def new_message(self, by, kind, **more):
        at = int(self.world.clock.stamp())
        return Message(self.new_id(), by, at, kind, **more)

    def hear(self, user, message):
        """The person said something in the chat."""
        self._put(user, message)
        user.interacts(self.world.clock.now())
        if not self.settings.filter_syntax or message.kind != "text" or message.text.startswith("#"):
            self.publish(events.said(self, user, message))

    def keep_media(self, upload: Upload):
        """The address under which a photo or file of a person can be fetched."""
        name = secrets.token_hex(12)
        self.media[name] = upload
        return f"{self.world.url}{PREFIX}/media/{name}/{upload.filename}"

    def find(self, message_id):
        """(user, message), or None when there is no such id."""
        return self.messages.get(message_id) if isinstance(message_id, str) else None

    @staticmethod
    def new_id():
        return secrets.token_hex(10)

    def _put(self, user, message):
        user.chat.append(message)
        self.messages[message.id] = (user, message)
        self.world.changed()

    # --- what the webhook is told ---

    def publish(self, payload, *, after=0.0, server=""):
        if payload["event_name"] in self.settings.unticked.split():
            return
        clock = self.world.clock
        body = sealed_body(payload, clock.stamp(after) if "message" in payload else clock.stamp_once())
        server = server or (events.ZBS if payload["event_name"] in events.OF_ZBS else events.OA)
        self.world.postman.publish(
            url=self.settings.webhook_url, event=payload["event_name"], body=body, ladder=LADDER, after=after,
            seal=lambda body, spoilt: self.seal(body, server=server, spoilt=spoilt),
        )  # fmt: skip

    def probe(self):
        """The console's "Check" button: one POST without a signature, never tried again."""
        payload = {"app_id": self.settings.app_id, "event_name": "webhook_check", "oa_id": self.settings.oa_id}
        self.world.postman.publish(
            url=self.settings.webhook_url, event="webhook_check", ladder=(),
            body=sealed_body(payload, self.world.clock.stamp()), seal=lambda body, spoilt: {},
        )  # fmt: skip

    def seal(self, body, *, server, spoilt=""):
        headers = {"user-agent": "ZaloWebhook", "x-zevent-server": server}
        if spoilt == "unsigned":
            return headers
        settings = self.settings
        key = f"not {settings.oa_secret_key}" if spoilt == "bad_signature" else settings.oa_secret_key
        timestamp = json.loads(body)["timestamp"]
        first = settings.oa_id if settings.sign_with_oa_id else settings.app_id
        mac = signature.of_event(app_id=first, body=body, timestamp=timestamp, key=key)
        return {**headers, "x-zevent-signature": mac}

    # --- what the pages show ---

    def shown(self):
        return {
            "app_id": self.settings.app_id,
            "oa_id": self.settings.oa_id,
            "tokens": self.grants.shown(),
            "messages": len(self.messages),
            "followers": sum(user.follower for user in self.users.all()),
            "articles": len(self.articles.by_id),
            "templates": len(self.templates),
        }


def sealed_body(payload, timestamp):
    """Vietnamese stays as it is, and the time comes last, as in what Zalo sends."""
    whole = {**payload, "timestamp": timestamp}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
