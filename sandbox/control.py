"""The sandbox's own API, for tests and for whoever looks on: JSON in, JSON out, errors that say what to do."""

import base64
import json
from collections import Counter

from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox import ledger
from sandbox.door import Upload, read_form
from sandbox.facebook import control as facebook
from sandbox.faults import KINDS
from sandbox.zalo import control as zalo


class Wrong(Exception):
    """The caller's mistake, in words."""

    def __init__(self, words, status=400):
        super().__init__(words)
        self.status = status


def edge(handler):
    """An endpoint: handler(world, request, asked) -> anything JSON can say."""

    async def endpoint(request):
        try:
            answer = handler(request.app.state.world, request, await asked(request))
            if hasattr(answer, "__await__"):
                answer = await answer
        except (Wrong, ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, status_code=getattr(error, "status", 400))
        return JSONResponse({"ok": True} if answer is None else answer)

    endpoint.__doc__ = handler.__doc__
    return endpoint


async def asked(request):
    """The body: JSON, or a form with files."""
    if request.method not in ("POST", "PATCH", "PUT"):
        return {}
    kind = request.headers.get("content-type", "")
    if kind.startswith(("multipart/form-data", "application/x-www-form-urlencoded")):
        return await read_form(request)
    body = await request.body()
    if not body.strip():
        return {}
    found = json.loads(body)
    if not isinstance(found, dict):
        raise Wrong("The body must be a JSON object.")
    return found


def person(world, request):
    found = world.people.get(request.path_params["id"])
    if found is None:
        known = ", ".join(one.id for one in world.people)
        raise Wrong(f"There is nobody called {request.path_params['id']!r}; there are {known}.", status=404)
    return found


# --- everything ---


def index(world, request, asked):
    """This list."""
    rows = [
        {
            "path": route.path,
            "methods": sorted(route.methods - {"HEAD"}),
            "what": route.endpoint.__doc__,
        }
        for route in ROUTES
    ]
    hosts = {prefix: world.url + prefix for platform in world.platforms.values() for prefix in platform.doors}
    endpoints = {
        prefix: [f"{method} {path} ({name})" for (method, path), (name, _handler) in door.endpoints.items()]
        for platform in world.platforms.values()
        for prefix, door in platform.doors.items()
    }
    return {"control": rows, "hosts": hosts, "endpoints": endpoints}


def state(world, request, asked):
    """Everything that may be shown, as one JSON (no token, no secret)."""
    return {
        "clock": world.clock.shown(),
        "latency": world.latency,
        "version": world.version,
        "faults": world.faults.shown(),
        "people": [zalo.described(world.zalo, one) for one in world.people],
        "zalo": world.zalo.shown(),
        "facebook": world.facebook.shown(),
        "calls": world.calls.counted,
        "ledger": [ledger.shown(effect) for effect in world.ledger.effects],
        "webhooks": [post.shown() for post in world.postman.history],
    }


def reset(world, request, asked):
    """{"keep_settings": true, "keep_tokens": true}: as after the start."""
    world.reset(**{name: bool(asked.get(name)) for name in ("keep_settings", "keep_tokens")})


# --- clock and latency ---


def clock(world, request, asked):
    """What time it is here."""
    return world.clock.shown()


def move_clock(world, request, asked):
    """{"advance": seconds} or {"set": "2026-11-26T21:55:00"} or {"back": true}."""
    if "advance" in asked:
        world.clock.advance(float(asked["advance"]))
    elif "set" in asked:
        world.clock.set(str(asked["set"]))
    elif asked.get("back"):
        world.clock.back()
    else:
        raise Wrong("Say advance (seconds), set (a moment) or back.")
    world.postman.wake()
    world.changed()
    return world.clock.shown()


def set_latency(world, request, asked):
    """{"seconds": 0.2}: every answer of a platform takes so long."""
    world.latency = max(float(asked.get("seconds", 0)), 0.0)
    return {"latency": world.latency}


# --- faults ---


def faults(world, request, asked):
    """Which are on, and which there are."""
    kinds = {kind: english for kind, (_vietnamese, english) in KINDS.items()}
    return {"active": world.faults.shown(), "kinds": kinds}


def add_fault(world, request, asked):
    """{"kind": "drop_after", "endpoint": "zalo.cs", "times": 1, "seconds": 5, "code": -230, "share": 0.1}."""
    kind = asked.pop("kind", "")
    fault = world.faults.switch_on(kind, endpoint=asked.pop("endpoint", ""), **fault_details(asked))
    world.changed()
    return next(one for one in world.faults.shown() if one["id"] == fault.id)


def fault_details(asked):
    """Numbers may come as text from a form; what is empty is left out."""
    kinds = {"times": int, "seconds": float, "code": int, "subcode": int, "share": float, "processed": bool}
    return {name: kinds.get(name, str)(value) for name, value in asked.items() if value not in ("", None)}


def remove_faults(world, request, asked):
    """All of them, or the one with this number."""
    world.faults.switch_off(request.path_params.get("number"))
    world.changed()


# --- what happened ---


def read_ledger(world, request, asked):
    """?to=chi&kind=consultation&tracking_id=…&contains=…&after=0&limit=100; ?by=tracking_id counts instead"""
    wanted = dict(request.query_params)
    by = wanted.pop("by", "")
    numbers = {name: int(wanted.pop(name, 0)) for name in ("after", "limit")}
    contains = wanted.pop("contains", "")
    wrong = {*wanted, by} - {"", *ledger.FIELDS}
    if wrong:
        raise Wrong(f"The ledger has {', '.join(ledger.FIELDS)}; not {', '.join(sorted(wrong))}.")
    found = world.ledger.find(contains=contains, **numbers, **wanted)
    if by:
        return {"count": len(found), "by": Counter(getattr(effect, by) for effect in found)}
    return {"count": len(found), "effects": [ledger.shown(effect) for effect in found]}


def clear_ledger(world, request, asked):
    """Begin anew; chats stay."""
    world.ledger.clear()


def calls(world, request, asked):
    """How often what was asked and how it ended, and the last of them."""
    return {"counted": world.calls.counted, "last": list(world.calls.last)}


def webhooks(world, request, asked):
    """?event=user_send_text&state=dropped: what was sent to the webhook, try by try."""
    wanted = request.query_params
    return {
        "posts": [
            post.shown()
            for post in world.postman.history
            if wanted.get("event", post.event) == post.event and wanted.get("state", post.state) == post.state
        ]
    }


async def settle(world, request, asked):
    """{"within": 2}: waits until every event due in these seconds was tried."""
    done = await world.postman.settle(within=float(asked.get("within", 2.0)), at_most=float(asked.get("at_most", 15)))
    return {"settled": done}


# --- people ---


def people(world, request, asked):
    """Who there is, and how they stand to the Official Account."""
    return {"people": [zalo.described(world.zalo, one) for one in world.people]}


def add_person(world, request, asked):
    """{"name": "Đỗ Thị Mai", "phone": "0900000009", "id": "mai"}, or a crowd: {"count": 1000, "following": true}."""
    if "count" in asked:
        added = crowd(world, int(asked["count"]))
        if asked.get("following"):
            zalo.all_follow(world.zalo, added)
        return {"people": [zalo.described(world.zalo, one) for one in added]}
    added = world.people.add(name=asked.get("name", ""), phone=asked.get("phone", ""), id=asked.get("id", ""))
    world.changed()
    return zalo.described(world.zalo, added)


def crowd(world, count):
    begin = 84901000000 + len(world.people)
    return [world.people.add(name=f"Công dân {number}", phone=str(begin + number)) for number in range(count)]


def one_person(world, request, asked):
    """One of them, with the whole chat."""
    found = person(world, request)
    return zalo.described(world.zalo, found, with_chat=True) | facebook.described(world.facebook, found)


def act(world, request, asked):
    """follow, unfollow, text, image, file, location, sticker, press, rate, see, submit-info, change, withdraw …"""
    return zalo.act(world.zalo, person(world, request), request.path_params["act"], upload_in(asked))


def act_on_facebook(world, request, asked):
    """comment, post, edit, remove, text, image, press, start, come, read, change."""
    return facebook.act(world.facebook, person(world, request), request.path_params["act"], upload_in(asked))


def upload_in(asked):
    """`data` in base64 and a file of a form become an Upload."""
    if "data" in asked:
        name = asked.pop("filename", "photo.jpg")
        asked["file"] = Upload(name, asked.pop("content_type", "image/jpeg"), base64.b64decode(asked.pop("data")))
    return asked


ROUTES = [
    Route("/control", edge(index)),
    Route("/control/state", edge(state)),
    Route("/control/reset", edge(reset), methods=["POST"]),
    Route("/control/clock", edge(clock)),
    Route("/control/clock", edge(move_clock), methods=["POST"]),
    Route("/control/latency", edge(set_latency), methods=["POST"]),
    Route("/control/faults", edge(faults)),
    Route("/control/faults", edge(add_fault), methods=["POST"]),
    Route("/control/faults", edge(remove_faults), methods=["DELETE"]),
    Route("/control/faults/{number:int}", edge(remove_faults), methods=["DELETE"]),
    Route("/control/ledger", edge(read_ledger)),
    Route("/control/ledger", edge(clear_ledger), methods=["DELETE"]),
    Route("/control/calls", edge(calls)),
    Route("/control/webhooks", edge(webhooks)),
    Route("/control/settle", edge(settle), methods=["POST"]),
    Route("/control/people", edge(people)),
    Route("/control/people", edge(add_person), methods=["POST"]),
    Route("/control/people/{id}", edge(one_person)),
    *[Route(path, edge(handler), methods=[method]) for method, path, handler in zalo.ROUTES],
    Route("/control/zalo/people/{id}/{act}", edge(act), methods=["POST"]),
    *[Route(path, edge(handler), methods=[method]) for method, path, handler in facebook.ROUTES],
    Route("/control/facebook/people/{id}/{act}", edge(act_on_facebook), methods=["POST"]),
]
