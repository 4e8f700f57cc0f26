"""Zalo's part of the control API: settings, templates, tokens, events, and what a citizen does."""

from dataclasses import asdict

from sandbox.door import Upload
from sandbox.zalo import acting, events, examples, templates


def settings(world, request, asked):
    """All settings of the made-up app and Official Account."""
    return world.zalo.settings.shown()


def change_settings(world, request, asked):
    """{"webhook_url": "http://127.0.0.1:8000/webhooks/zalo/", "require_proof": true, …}."""
    world.zalo.settings.change(**asked)
    world.changed()
    return world.zalo.settings.shown()


def grant(world, request, asked):
    """A pair of tokens, as if an administrator had pressed "Đồng ý" just now."""
    return world.zalo.grants.pair()


def tokens(world, request, asked):
    """{"expire": true}: access tokens end now; {"revoke": true}: the consent is taken back, all tokens are dead."""
    if asked.get("revoke"):
        world.zalo.grants.revoke()
    elif asked.get("expire"):
        world.zalo.grants.expire_access()
    return world.zalo.grants.shown()


# --- templates ---


def listed(world, request, asked):
    """Every template with its parameters."""
    return {"templates": list(world.zalo.templates.values())}


def register(world, request, asked):
    """One template in the shape of sandbox/zalo/templates.json, or {"templates": [several]}. Same id: replaced."""
    rows = [templates.whole(row) for row in asked.get("templates", [asked])]
    for row in rows:
        world.zalo.templates[row["template_id"]] = row
    return {"templates": [row["template_id"] for row in rows]}


def review(world, request, asked):
    """{"status": "ENABLE", "reason": ""}: what Zalo's reviewers decide; the webhook is told."""
    template = world.zalo.templates.get(request.path_params["template_id"])
    if template is None or asked.get("status") not in templates.STATUSES:
        raise ValueError(f"An existing template, and a status of {', '.join(templates.STATUSES)}.")
    before, template["status"] = template["status"], asked["status"]
    event = events.template_status(world.zalo, template, before=before, reason=str(asked.get("reason", "")))
    world.zalo.publish(event)
    return template


# --- events ---


def event_names(world, request, asked):
    """Every event name there is."""
    return {"events": list(examples.CATALOGUE)}


def fire(world, request, asked):
    """{"event_name": "user_call_oa", "person": "chi", "with": {…}}; or {"payload": {…}} for one of your own."""
    if "payload" in asked:
        payload = dict(asked["payload"])
        payload.setdefault("event_name", "unknown_event")
    else:
        payload = {**example(world.zalo, asked.get("event_name"), asked.get("person", "chi")), **asked.get("with", {})}
    world.zalo.publish(payload)
    return payload


def example(zalo, name, person_id="chi"):
    if name not in examples.CATALOGUE:
        raise ValueError(f"There is no event {name!r}; GET /control/zalo/events lists all of them.")
    person = zalo.world.people.get(person_id)
    if person is None:
        raise ValueError(f"There is nobody called {person_id!r}.")
    return examples.CATALOGUE[name](zalo, zalo.users.of(person))


def probe(world, request, asked):
    """What the console's "Check" button sends: one POST without a signature."""
    world.zalo.probe()


# --- people ---


def described(zalo, person, *, with_chat=False):
    user = zalo.users.of(person)
    fields = (
        "uid", "by_app", "follower", "last_interaction", "has_zalo", "blocked", "inactive", "old_version", "admin",
        "phone_off", "alias", "tags",
    )  # fmt: skip
    shown = {"id": person.id, "name": person.name, "phone": person.phone}
    shown["zalo"] = {name: getattr(user, name) for name in fields} | {"restricted": sorted(user.restricted)}
    if with_chat:
        shown["chat"] = [asdict(message) for message in user.chat]
    return shown


def all_follow(zalo, people):
    """As if they had long followed: the webhook is not told, and the OA may answer them now."""
    for person in people:
        user = zalo.users.of(person)
        user.follower, user.last_interaction = True, zalo.world.clock.now()


def act(zalo, person, name, asked):
    """One act of a citizen; a message it made comes back as JSON."""
    user = zalo.users.of(person)
    if name in acting.MEDIA:
        upload = asked.pop("file", None)
        done = acting.send_media(zalo, user, kind=name, upload=_whole(upload), **asked)
    elif name in acting.ACTS:
        done = acting.ACTS[name](zalo, user, **{key.replace("-", "_"): value for key, value in asked.items()})
    else:
        known = ", ".join([*acting.ACTS, *acting.MEDIA])
        raise ValueError(f"A citizen cannot {name!r}; there are: {known}.")
    if done is None or isinstance(done, dict):
        return done
    return asdict(done) if hasattr(done, "kind") else {"count": done}


def _whole(upload):
    if upload is not None and not (isinstance(upload, Upload) and upload.content):
        raise ValueError("file: choose a file that is not empty.")
    return upload


# (method, path, handler)
ROUTES = [
    ("GET", "/control/zalo/settings", settings),
    ("POST", "/control/zalo/settings", change_settings),
    ("POST", "/control/zalo/grant", grant),
    ("POST", "/control/zalo/tokens", tokens),
    ("GET", "/control/zalo/templates", listed),
    ("POST", "/control/zalo/templates", register),
    ("POST", "/control/zalo/templates/{template_id}/status", review),
    ("GET", "/control/zalo/events", event_names),
    ("POST", "/control/zalo/events", fire),
    ("POST", "/control/zalo/probe", probe),
]
