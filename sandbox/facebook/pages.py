"""The Page's wall and Messenger, as a citizen sees them: plain forms that work without JavaScript."""

from datetime import datetime

from starlette.responses import RedirectResponse
from starlette.routing import Route

from sandbox import pages
from sandbox.clock import VIETNAM
from sandbox.facebook import acting, control
from sandbox.facebook.wall import PAGE

ON_THE_WALL = ("comment", "post", "edit", "remove")


def when(seconds):
    return datetime.fromtimestamp(seconds, tz=VIETNAM).strftime("%H:%M %d/%m/%Y")


pages.environment.filters["when"] = when


async def wall(request):
    """?as=chi: who reads and writes here."""
    world = request.app.state.world
    person = world.people.get(request.query_params.get("as", "")) or next(iter(world.people))
    facebook = world.facebook
    posts = [(post, _tree(facebook, post)) for post in facebook.wall.posts() if post.published][: pages.SHOWN]
    return pages.render(request, "wall.html", posts=posts, **_common(world, person))


def _tree(facebook, post):
    """[(comment, its answers)], oldest first."""
    return [(one, facebook.wall.comments(one)) for one in facebook.wall.comments(post)]


def _common(world, person):
    names = {one.id: one.name for one in world.people} | {PAGE: world.facebook.settings.page_name}
    people = list(world.people)[: pages.SHOWN]
    return {"facebook": world.facebook, "person": person, "people": people, "names": names}


async def write(request):
    """One act on the wall, from a form."""
    form = await pages.form_of(request)
    id, act = form.pop("as", ""), request.path_params["act"]
    return await _do(request, id, act if act in ON_THE_WALL else "", form, f"/wall?as={id}")


async def messenger(request):
    world = request.app.state.world
    person = world.people.get(request.path_params.get("id", next(iter(world.people)).id))
    if person is None:
        return pages.render(request, "missing.html", status=404)
    fan = world.facebook.fans.of(person)
    window = fan.window(world.clock.now())
    return pages.render(request, "messenger.html", fan=fan, window=window, **_common(world, person))


async def say(request):
    """One act in a conversation, from a form."""
    id, act, form = request.path_params["id"], request.path_params["act"], await pages.form_of(request)
    if act == "change":  # boxes that are not ticked are not in a form
        form = {name: name in form for name in ("blocked", "unavailable")}
    return await _do(request, id, act, form, f"/messenger/{id}")


async def _do(request, id, act, form, back):
    world = request.app.state.world
    person = world.people.get(id)
    if person is None or act not in acting.ACTS:
        return pages.render(request, "missing.html", status=404)
    try:
        control.act(world.facebook, person, act, form)
    except (ValueError, TypeError) as wrong:
        joined = "&" if "?" in back else "?"
        return RedirectResponse(f"{back}{joined}{pages.urlencode({'error': str(wrong)})}", status_code=303)
    return RedirectResponse(back, status_code=303)


ROUTES = [
    Route("/wall", wall),
    Route("/wall/{act}", write, methods=["POST"]),
    Route("/messenger", messenger),
    Route("/messenger/{id}", messenger),
    Route("/messenger/{id}/{act}", say, methods=["POST"]),
]
