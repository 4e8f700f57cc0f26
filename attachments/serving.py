"""Bytes of a stored file as an answer that a browser can do nothing with but show them."""

import hashlib

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response

from attachments import ranges, storing

# Were it ever taken for a page, it could load nothing, run nothing, and would belong to no site.
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
CHUNK = 65_536


def answer(request, name, content_type, *, called, cache):
    """The file, a part of it (206), or word that the browser has it already (304). Raises Http404.

    Args:
        name: in the store; it is new whenever the content is, so its hash serves as ETag.
        called: the file's name for who saves it, without its ending.
    """
    etag = f'"{hashlib.sha256(name.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or _of_file(request, name, content_type, etag)
    response["ETag"] = etag
    response["Cache-Control"] = cache
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = f'inline; filename="{called}.{storing.ENDINGS[content_type]}"'
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _of_file(request, name, content_type, etag):
    try:
        file = storing.files().open(name)
        size = file.size
    except FileNotFoundError:  # redacted or erased since the row was read
        raise Http404 from None
    if request.headers.get("If-Range", etag) != etag:
        return FileResponse(file, content_type=content_type)
    try:
        part = ranges.part_of(request.headers.get("Range"), size)
    except ranges.OutOfRange:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    return _part(file, *part, size, content_type) if part else FileResponse(file, content_type=content_type)


def _part(file, first, last, size, content_type):
    response = StreamingHttpResponse(_bytes(file, first, last), status=206, content_type=content_type)
    response["Content-Length"] = last - first + 1
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _bytes(file, first, last):
    with file:
        file.seek(first)
        left = last - first + 1
        while left and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
