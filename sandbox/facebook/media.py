"""Pictures of people and of the Page, under the addresses that events carry."""

from starlette.responses import Response
from starlette.routing import Route

SHOWN = ("image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4")


async def fetch(request):
    found = request.app.state.world.facebook.media.get(request.path_params["id"])
    if found is None:
        return Response("There is no such picture; a restart forgets all of them.", status_code=404)
    kind = found.content_type if found.content_type in SHOWN else "application/octet-stream"
    return Response(found.content, media_type=kind, headers={"x-content-type-options": "nosniff"})


ROUTES = [Route("/facebook/media/{id}/{name}", fetch)]
