"""Files lie on disk, or in an S3 store that speaks S3 over http; what is set up by half is said at the start."""

import io
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from attachments import storing
from attachments.checks import files_can_be_stored, the_scanners_address_can_be_read
from attachments.models import Attachment
from tests.attachments.moments import AT
from tests.attachments.pictures import photo


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as we use: PUT, HEAD, GET and DELETE of an object."""

    objects = {}
    headers_seen = []

    def do_PUT(self):
        self.headers_seen.append(dict(self.headers))
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            body = _unchunked(body)
        self.objects[self.path] = body
        self._say(200)

    def do_GET(self):
        found = self.objects.get(self.path)
        self._say(200, found) if found is not None else self._say(404)

    do_HEAD = do_GET

    def do_DELETE(self):
        self.objects.pop(self.path, None)
        self._say(204)

    def _say(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"x"')
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def _unchunked(body):
    file, whole = io.BytesIO(body), b""
    while length := int(file.readline().split(b";")[0], 16):
        whole += file.read(length)
        file.readline()
    return whole


@pytest.fixture
def bucket(settings):
    Bucket.objects, Bucket.headers_seen = {}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    Thread(target=server.serve_forever, daemon=True).start()
    options = {
        "bucket_name": "tep", "access_key": "a", "secret_key": "b", "region_name": "hn", "default_acl": "private",
        "endpoint_url": f"http://127.0.0.1:{server.server_port}", "file_overwrite": False,
    }  # fmt: skip
    storage = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "attachments": storage}
    yield Bucket
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
def test_a_photo_goes_into_an_s3_store_and_is_shown_from_there(bucket, client, an):
    attachment = Attachment.objects.take(photo(), door="web", at=AT, about="report:17").attachment
    assert len(bucket.objects) == 2
    assert bucket.headers_seen[0]["x-amz-acl"] == "private"
    attachment.publish(by=an, at=AT)
    answer = client.get(f"/tep/{attachment.key}")
    assert b"".join(answer.streaming_content) == storing.read(attachment.original)
    storing.remove(attachment.original, attachment.thumbnail)
    assert bucket.objects == {}
    assert client.get(f"/tep/{attachment.key}").status_code == 404


def test_files_on_disk_have_no_address(root):
    name = storing.put(b"x", "image/jpeg", at=AT)
    with pytest.raises(ValueError, match="view"):
        storing.files().url(name)


def ids(found):
    return [one.id for one in found]


def test_a_folder_that_cannot_be_written_to_is_said(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path / "new" / "folder"
    assert files_can_be_stored(None) == []
    assert not settings.ATTACHMENTS_ROOT.exists()  # asking makes nothing
    (tmp_path / "file").write_text("in the way")
    settings.ATTACHMENTS_ROOT = tmp_path / "file"
    assert ids(files_can_be_stored(None)) == ["attachments.W001"]
    settings.ATTACHMENTS_ROOT = Path("/proc/sys")
    assert ids(files_can_be_stored(None)) == ["attachments.W001"]


def test_an_s3_store_that_is_set_up_by_half_stops_the_start(settings):
    settings.ATTACHMENTS_S3_BUCKET = "tep"
    assert ids(files_can_be_stored(None)) == ["attachments.E001"]
    settings.ATTACHMENTS_S3_ACCESS_KEY = settings.ATTACHMENTS_S3_SECRET_KEY = "x"
    assert files_can_be_stored(None) == []


@pytest.mark.parametrize(
    ("address", "wrong"),
    [("", 0), ("clamav:3310", 0), ("/run/clamd.ctl", 0), ("clamav", 1), (":3310", 1), ("clamav:x", 1)],
)
def test_an_address_of_the_scanner_that_cannot_be_read_stops_the_start(settings, address, wrong):
    settings.CLAMD_ADDRESS = address
    assert len(the_scanners_address_can_be_read(None)) == wrong
