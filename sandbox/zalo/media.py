"""Photos and files, of people and of the Official Account, under the addresses that messages carry."""

from starlette.responses import Response
from starlette.routing import Route

SHOWN = ("image/jpeg", "image/png", "image/gif", "image/webp", "audio/mpeg", "video/mp4", "application/pdf")


async def fetch(request):
    zalo = request.app.state.world.zalo
    id = request.path_params["id"]
    found = zalo.media.get(id) or zalo.assets.by_id.get(id)
    if found is None:
        return Response("There is no such photo or file; a restart forgets all of them.", status_code=404)
    kind = found.content_type if found.content_type in SHOWN else "application/octet-stream"
    return Response(found.content, media_type=kind, headers={"x-content-type-options": "nosniff"})


ROUTES = [Route("/zalo/media/{id}/{name}", fetch), Route("/zalo/media/{id}", fetch)]
