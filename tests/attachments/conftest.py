import pytest

from attachments import access
from attachments.models import Attachment
from tests.attachments.moments import AT
from tests.attachments.pictures import photo


@pytest.fixture
def root(settings, tmp_path):
    """The folder in which files lie: on a real disk here."""
    location = tmp_path / "attachments"
    storage = {"BACKEND": "attachments.storing.PrivateFiles", "OPTIONS": {"location": str(location)}}
    settings.STORAGES = {**settings.STORAGES, "attachments": storage}
    return location


@pytest.fixture
def stored(root):
    """The names of all files on disk."""
    return lambda: sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.fixture
def chis_photo(db, root):
    """Of a pothole, with report 17; nobody has published it."""
    return Attachment.objects.take(photo(), door="web", at=AT, about="report:17").attachment


@pytest.fixture
def reports_of():
    """Says whose reports are whose, as `feedback` will: `reports_of({an: {"17"}})`."""

    def say(mine):
        access.register("report", may_see=lambda user, ident: ident in mine.get(user, ()))

    before = dict(access._checkers)
    yield say
    access._checkers.clear()
    access._checkers.update(before)
