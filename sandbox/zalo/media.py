"""Photos and files, of people and of the Official Account, under the addresses that messages carry."""

import base64

from starlette.responses import Response
from starlette.routing import Route

from sandbox.door import Upload

SHOWN = ("image/jpeg", "image/png", "image/gif", "image/webp", "audio/mpeg", "video/mp4", "application/pdf")


# Examples of events name a picture, too: one grey dot.
DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")
SAMPLES = {"image": Upload("image.png", "image/png", DOT)}


async def fetch(request):
    zalo = request.app.state.world.zalo
    id = request.path_params["id"]
    found = zalo.media.get(id) or zalo.assets.by_id.get(id) or SAMPLES.get(id)
    if found is None:
        return Response("There is no such photo or file; a restart forgets all of them.", status_code=404)
    kind = found.content_type if found.content_type in SHOWN else "application/octet-stream"
    return Response(found.content, media_type=kind, headers={"x-content-type-options": "nosniff"})


ROUTES = [Route("/zalo/media/{id}/{name}", fetch), Route("/zalo/media/{id}", fetch)]
