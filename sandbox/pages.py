"""The pages: a phone, the faults and the clock, the ledger, what the webhook heard, templates, settings.

Plain forms that work without JavaScript; static/sandbox.js only saves the reader from loading the page again.
"""

from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox import control, faults
from sandbox.clock import VIETNAM
from sandbox.door import read_form
from sandbox.zalo import acting, events, examples, templates
from sandbox.zalo import control as zalo_control
from sandbox.zalo.users import ANSWERED_FOR, FREE_FOR, HOUR

HERE = Path(__file__).parent
LANGUAGES = ("vi", "en")
# A message may show a picture of the sender's own host; everything else is ours.
POLICY = (
    "default-src 'self'; img-src 'self' data: http: https:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
)
FLAGS = {
    "phone_off": ("Tắt máy, chưa nhận tin", "Phone is off, receives nothing"),
    "blocked": ("Chặn OA", "Blocks the OA"),
    "inactive": ("Khóa hoặc không dùng Zalo trên 45 ngày", "Banned, or away for more than 45 days"),
    "old_version": ("Zalo bản cũ", "Old version of Zalo"),
    "admin": ("Quản trị viên của ứng dụng", "Administrator of the app"),
}
RESTRICTABLE = {
    "consultation": ("tin tư vấn", "consultation messages"),
    "template": ("tin mẫu", "template messages"),
    "promotion": ("tin truyền thông", "promotion"),
}
SHOWN = 200


def hour_and_minute(milliseconds):
    return datetime.fromtimestamp(int(milliseconds) / 1000, tz=VIETNAM).strftime("%H:%M")


def moment(milliseconds):
    return datetime.fromtimestamp(int(milliseconds) / 1000, tz=VIETNAM).strftime("%d/%m/%Y %H:%M:%S")


environment = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip
environment.filters |= {"hour": hour_and_minute, "moment": moment}


def render(request, template, *, status=200, **context):
    """`t("tiếng Việt", "English")` in a template picks the reader's language."""
    language = language_of(request)
    index = LANGUAGES.index(language)
    world = request.app.state.world
    page = environment.get_template(template).render(
        t=lambda *words: words[index], language=language, world=world, zalo=world.zalo, path=request.url.path,
        index=index, error=request.query_params.get("error", ""), now=world.clock.local(), **context,
    )  # fmt: skip
    return HTMLResponse(page, status_code=status, headers={"content-security-policy": POLICY})


def language_of(request):
    chosen = request.cookies.get("language")
    return chosen if chosen in LANGUAGES else "vi"


def back(path, error=""):
    return RedirectResponse(f"{path}?{urlencode({'error': error})}" if error else path, status_code=303)


async def form_of(request):
    return await read_form(request)


async def home(request):
    first = next(iter(request.app.state.world.people))
    return RedirectResponse(f"/phone/{first.id}", status_code=303)


async def choose_language(request):
    form = await form_of(request)
    answer = back(_own_path(form.get("next", "/")))
    if form.get("language") in LANGUAGES:
        answer.set_cookie("language", form["language"], max_age=31_536_000, samesite="lax")
    return answer


def _own_path(path):
    """Back to a page of ours, whatever the form says."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


# --- the phone ---


async def phone(request):
    world = request.app.state.world
    person = world.people.get(request.path_params["id"])
    if person is None:
        return render(request, "missing.html", status=404)
    user = world.zalo.users.of(person)
    return render(request, "phone.html", **_phone(world, user))


async def screen(request):
    """The screen alone, for a page that looks on; 204 while nothing is new."""
    world = request.app.state.world
    person = world.people.get(request.path_params["id"])
    if person is None or request.query_params.get("version") == str(world.version):
        return Response(status_code=204)
    answer = render(request, "screen.html", **_phone(world, world.zalo.users.of(person)))
    answer.headers["x-version"] = str(world.version)
    return answer


def _phone(world, user):
    chat = [message for message in user.chat if not message.hidden][-SHOWN:]
    from_oa = [message for message in chat if message.by == "oa"]
    return {
        "user": user, "person": user.person, "chat": chat, "last": from_oa[-1] if from_oa else None,
        "people": list(world.people)[:SHOWN], "window": window(user, world.clock.now()), "flags": FLAGS,
        "restrictable": RESTRICTABLE, "unread": sum(message.seen_at is None for message in from_oa),
    }  # fmt: skip


def window(user, now):
    """How long the OA may still answer: ("free" | "billed" | "closed", hours)."""
    if user.last_interaction is None:
        return "closed", 0
    silent = now - user.last_interaction
    if silent <= FREE_FOR:
        return "free", int((FREE_FOR - silent) // HOUR)
    return ("billed", int((ANSWERED_FOR - silent) // HOUR)) if silent <= ANSWERED_FOR else ("closed", 0)


async def do(request):
    """An act of the citizen, from a form of the phone's page."""
    world = request.app.state.world
    id, act = request.path_params["id"], request.path_params["act"]
    person = world.people.get(id)
    if person is None:
        return render(request, "missing.html", status=404)
    error = ""
    try:
        form = await form_of(request)
        zalo_control.act(world.zalo, person, act, _chosen(form) if act == "change" else form)
    except (ValueError, TypeError) as wrong:
        error = str(wrong)
    if request.headers.get("accept") == "application/json":
        return JSONResponse({"error": error})
    return back(f"/phone/{id}", error)


def _chosen(form):
    """Boxes that are not ticked are not in a form."""
    return {**{name: name in form for name in FLAGS}, "restricted": [name for name in RESTRICTABLE if name in form]}


async def add_person(request):
    world, form = request.app.state.world, await form_of(request)
    try:
        person = world.people.add(name=form.get("name", ""), phone=form.get("phone", ""))
    except ValueError as wrong:
        return back(f"/phone/{next(iter(world.people)).id}", str(wrong))
    return back(f"/phone/{person.id}")


# --- faults and clock ---


async def fault_page(request):
    world = request.app.state.world
    doors = [door for platform in world.platforms.values() for door in platform.doors.values()]
    names = sorted({name for door in doors for name, _handler in door.endpoints.values()})
    groups = (faults.BEFORE, faults.AFTER, faults.ON_EVENTS, faults.ON_TRIES)
    return render(request, "faults.html", names=names, groups=groups, kinds=faults.KINDS)


async def change_faults(request):
    return await _change(request, "/faults", {
        "on": lambda world, form: control.add_fault(world, None, form),
        "off": lambda world, form: world.faults.switch_off(int(form["number"]) if form.get("number") else None),
        "clock": _move_clock,
        "latency": lambda world, form: control.set_latency(world, None, form),
        "reset": lambda world, form: world.reset(keep_settings=True, keep_tokens=True),
    })  # fmt: skip


def _move_clock(world, form):
    units = {"minutes": 60, "hours": HOUR, "days": 24 * HOUR}
    if form.get("amount"):
        form = {"advance": float(form["amount"]) * units.get(form.get("unit"), 1)}
    control.move_clock(world, None, {name: value for name, value in form.items() if value})


async def _change(request, path, changes):
    """One of the forms of a page: `do` says which."""
    form = await form_of(request)
    try:
        changes[form.pop("do", "")](request.app.state.world, form)
    except (ValueError, TypeError, control.Wrong) as wrong:
        return back(path, str(wrong))
    except KeyError as missing:
        return back(path, f"{missing} is missing")
    return back(path)


# --- what happened ---


async def ledger_page(request):
    world = request.app.state.world
    chosen = request.query_params.get("to", "")
    effects = [one for one in world.ledger.effects if chosen in ("", one.to)]
    return render(request, "ledger.html", effects=effects[::-1][:SHOWN], count=len(effects), chosen=chosen)


async def webhook_page(request):
    world = request.app.state.world
    return render(
        request, "webhooks.html", posts=list(world.postman.history)[::-1][:SHOWN], names=list(examples.CATALOGUE)
    )


async def change_webhooks(request):
    return await _change(request, "/webhooks", {
        "probe": lambda world, form: world.zalo.probe(),
        "fire": lambda world, form: zalo_control.fire(world, None, form),
    })  # fmt: skip


# --- templates and settings ---


async def template_page(request):
    zalo = request.app.state.world.zalo
    cards = [
        (one, templates.content(one, {parameter["name"]: parameter["sample"] for parameter in one["params"]}))
        for one in zalo.templates.values()
    ]
    wanted = request.path_params.get("template_id")
    shown = [pair for pair in cards if wanted in (None, pair[0]["template_id"])]
    return render(request, "zbs.html", cards=shown, statuses=templates.STATUSES, status=200 if shown else 404)


async def change_templates(request):
    return await _change(request, "/templates", {"status": _review})


def _review(world, form):
    template = world.zalo.templates[form["template_id"]]
    before, template["status"] = template["status"], form["status"]
    world.zalo.publish(events.template_status(world.zalo, template, before=before))


async def article_page(request):
    article = request.app.state.world.zalo.articles.by_id.get(request.path_params["id"])
    if article is None:
        return render(request, "missing.html", status=404)
    return render(request, "article.html", article=article)


async def settings_page(request, pair=None):
    return render(request, "settings.html", settings=request.app.state.world.zalo.settings.shown(), pair=pair)


async def change_settings(request):
    form = await form_of(request)
    if form.get("do") == "grant":
        return await settings_page(request, request.app.state.world.zalo.grants.pair())
    world = request.app.state.world
    settings = (world.facebook if form.get("do") == "facebook" else world.zalo).settings
    switches = {name: name in form for name, value in settings.shown().items() if isinstance(value, bool)}
    changes = {name: value for name, value in form.items() if name != "do"} | switches
    try:
        settings.change(**changes)
    except ValueError as wrong:
        return back("/settings", str(wrong))
    return back("/settings")


ACTS = (*acting.ACTS, *acting.MEDIA)
ROUTES = [
    Route("/", home),
    Route("/language", choose_language, methods=["POST"]),
    Route("/people", add_person, methods=["POST"]),
    Route("/phone/{id}", phone),
    Route("/phone/{id}/screen", screen),
    Route("/phone/{id}/{act}", do, methods=["POST"]),
    Route("/faults", fault_page),
    Route("/faults", change_faults, methods=["POST"]),
    Route("/ledger", ledger_page),
    Route("/webhooks", webhook_page),
    Route("/webhooks", change_webhooks, methods=["POST"]),
    Route("/templates", template_page),
    Route("/templates", change_templates, methods=["POST"]),
    Route("/zalo/templates/{template_id}", template_page),
    Route("/zalo/articles/{id}", article_page),
    Route("/settings", settings_page),
    Route("/settings", change_settings, methods=["POST"]),
    Mount("/static", StaticFiles(directory=HERE / "static")),
]
