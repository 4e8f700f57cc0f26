"""Facebook's part of the control API: settings, events, and what a citizen does."""

from dataclasses import asdict

from sandbox.facebook import acting, events, objects
from sandbox.facebook.subscribing import FIELDS


def settings(world, request, asked):
    """All settings of the made-up app and Page."""
    return world.facebook.settings.shown()


def change_settings(world, request, asked):
    """{"webhook_url": "http://127.0.0.1:8000/webhooks/facebook/", "token_valid": false, "batch": 20, …}."""
    world.facebook.settings.change(**asked)
    world.changed()
    return world.facebook.settings.shown()


def wall(world, request, asked):
    """Every post and comment, as the Graph API tells them."""
    return {"said": [objects.described(world.facebook, one) for one in world.facebook.wall.said.values()]}


def flush(world, request, asked):
    """The updates that wait for their batch go now."""
    world.facebook.flush()


def fire(world, request, asked):
    """{"field": "feed", "update": {…}}: an event of your own, as `value` of a change or as an event of messaging."""
    if asked.get("field") not in FIELDS or not isinstance(asked.get("update"), dict):
        raise ValueError(f"field: one of {', '.join(sorted(FIELDS))}; update: an object.")
    world.facebook.publish(asked["field"], asked["update"])


def warn(world, request, asked):
    """{"action": "warning", "reason": "…"}: the platform's own word about a policy."""
    told = events.policy(world.facebook, str(asked.get("action", "warning")), str(asked.get("reason", "")))
    world.facebook.publish("messaging_policy_enforcement", told)


def described(facebook, person):
    fan = facebook.fans.of(person)
    shown = {name: getattr(fan, name) for name in ("psid", "last_word", "blocked", "unavailable")}
    window = fan.window(facebook.world.clock.now())
    return {"facebook": {**shown, "window": window, "chat": [asdict(message) for message in fan.chat]}}


def act(facebook, person, name, asked):
    """One act of a citizen."""
    if name not in acting.ACTS:
        raise ValueError(f"A citizen cannot {name!r}; there are: {', '.join(acting.ACTS)}.")
    return acting.ACTS[name](facebook, facebook.fans.of(person), **asked)


# (method, path, handler)
ROUTES = [
    ("GET", "/control/facebook/settings", settings),
    ("POST", "/control/facebook/settings", change_settings),
    ("GET", "/control/facebook/wall", wall),
    ("POST", "/control/facebook/flush", flush),
    ("POST", "/control/facebook/events", fire),
    ("POST", "/control/facebook/warn", warn),
]
