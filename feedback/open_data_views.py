"""Pages of open data: what there is, what its columns mean, and the files."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date

from agencies.methods import only_read
from feedback import open_data


@only_read
def index(request):
    context = {"editions": open_data.editions(), **_licence()}
    return render(request, "feedback/open_data.html", context)


@only_read
def dictionary(request):
    context = {"columns": list(open_data.COLUMNS.items()), **_licence()}
    return render(request, "feedback/open_data_dictionary.html", context)


@only_read
def download(request, name):
    """The file as it lies on disk, piece by piece."""
    found = open_data.file_named(name)
    if found is None:
        raise Http404
    path, content_type = found
    changed = int(path.stat().st_mtime)
    response = get_conditional_response(request, last_modified=changed)
    if response is None:
        response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=content_type)
    response["Last-Modified"] = http_date(datetime.fromtimestamp(changed, UTC).timestamp())
    patch_cache_control(response, public=True, max_age=300)
    return response


def _licence():
    return {"licence": settings.OPEN_DATA_LICENCE, "licence_url": settings.OPEN_DATA_LICENCE_URL}
