"""What a message shows is uploaded first; too large or of another type it never leaves the house."""

import unicodedata

import pytest
from django.core.cache import cache

from portal.channels.base import ContentRejected, TryAgain
from portal.channels.zalo import client
from portal.channels.zalo import uploads as uploading
from portal.channels.zalo.answers import AssetExpired
from portal.channels.zalo.uploads import FILE, GIF, IMAGE, MB, Asset

pytestmark = pytest.mark.usefixtures("consented")

PNG, JPG, PDF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()


@pytest.fixture
def chi(sandbox):
    sandbox.act("chi", "text", text="Xin chào")
    return sandbox.uid("chi")


def uploads(sandbox):
    counted = sandbox.look("calls")["counted"]
    return sum(times for what, times in counted.items() if "upload_" in what)


def show(uid):
    """Sends a picture to this person by its number."""

    def send(number):
        element = {"media_type": "image", "attachment_id": number}
        payload = {"template_type": "media", "elements": [element]}
        message = {"attachment": {"type": "template", "payload": payload}}
        return client.post("/v3.0/oa/message/cs", {"recipient": {"user_id": uid}, "message": message})

    return send


def picture(size=1000):
    return Asset(IMAGE, "bien-nhan.png", PNG + b"x" * (size - len(PNG)))


@pytest.mark.parametrize(
    "asset",
    [
        picture(MB),
        Asset(IMAGE, "ẢNH.JPG", JPG),
        Asset(GIF, "huong-dan.gif", b"GIF89a" + b"x" * (5 * MB - 6)),
        Asset(FILE, "Đơn đề nghị.pdf", PDF + b"x" * (5 * MB - 5)),
        Asset(FILE, "don.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        Asset(FILE, "don.docx", b"PK\x03\x04"),
    ],
    ids=lambda asset: asset.name,
)
def test_what_zalo_takes_is_uploaded(sandbox, asset):
    assert asset.upload()


@pytest.mark.parametrize(
    ("asset", "wrong"),
    [
        (picture(MB + 1), "bien-nhan.png: lớn hơn 1 MB"),
        (Asset(GIF, "a.gif", b"GIF89a" + b"x" * 5 * MB), "a.gif: lớn hơn 5 MB"),
        (Asset(FILE, "don.pdf", PDF + b"x" * 5 * MB), "don.pdf: lớn hơn 5 MB"),
        (Asset(IMAGE, "a.gif", b"GIF89a"), "a.gif: Zalo chỉ nhận JPG, JPEG, PNG ở đây"),
        (Asset(IMAGE, "a.png", JPG), "a.png: Zalo chỉ nhận"),
        (Asset(IMAGE, "a.png", b""), "a.png: Zalo chỉ nhận"),
        (Asset(FILE, "virus.exe", b"MZ"), "virus.exe: Zalo chỉ nhận PDF, DOC, DOCX ở đây"),
        (Asset(FILE, "pdf", PDF), "pdf: Zalo chỉ nhận"),
    ],
    ids=lambda value: value.name if isinstance(value, Asset) else "",
)
def test_what_zalo_does_not_take_never_leaves_the_house_and_the_words_say_why(sandbox, asset, wrong):
    with pytest.raises(ContentRejected) as refused:
        asset.upload()
    assert wrong in str(refused.value)
    assert uploads(sandbox) == 0


def test_one_picture_for_many_people_is_uploaded_once(sandbox, chi):
    for _ in range(3):
        picture().used(show(chi))
    assert len(sandbox.ledger(to="chi")) == 3
    assert uploads(sandbox) == 1


def test_what_zalo_has_forgotten_is_uploaded_again_and_chi_sees_it_once(sandbox, chi):
    picture().upload()
    sandbox.advance(days=8)
    sandbox.act("chi", "text", text="Còn đó không?")
    picture().used(show(chi))
    assert len(sandbox.ledger(to="chi")) == 1
    assert uploads(sandbox) == 2
    picture().used(show(chi))
    assert uploads(sandbox) == 2


def test_if_zalo_forgets_at_once_nobody_uploads_for_ever(sandbox, chi):
    picture().upload()
    sandbox.fault("refuse", "zalo.cs", code=-100, times=9)
    with pytest.raises(AssetExpired):
        picture().used(show(chi))
    assert uploads(sandbox) == 2
    assert issubclass(AssetExpired, TryAgain)


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "http_500", "malformed"])
def test_an_upload_whose_answer_is_lost_is_simply_tried_again(sandbox, fault):
    sandbox.fault(fault, "zalo.upload_image", times=1)
    with pytest.raises(TryAgain):
        picture().upload()
    assert picture().upload()


def test_a_cache_that_is_away_costs_an_upload_and_no_doubt(sandbox, chi, monkeypatch):
    def away(*arguments):
        raise ConnectionError

    for verb in ("get", "set", "delete"):
        monkeypatch.setattr(uploading.cache, verb, away, raising=False)
    picture().used(show(chi))
    picture().used(show(chi))
    assert (len(sandbox.ledger(to="chi")), uploads(sandbox)) == (2, 2)


def test_when_the_months_uploads_are_used_up_it_is_tried_on_another_day(sandbox):
    sandbox.settings(upload_quota=0)
    with pytest.raises(TryAgain) as refused:
        picture().upload()
    assert refused.value.at


def test_a_name_typed_on_another_machine_is_the_same_name(sandbox, chi):
    composed = "Đơn đề nghị.pdf"
    token = Asset(FILE, unicodedata.normalize("NFD", f"thư mục/{composed}"), PDF).upload()
    message = {"attachment": {"type": "file", "payload": {"token": token}}}
    client.post("/v3.0/oa/message/cs", {"recipient": {"user_id": chi}, "message": message})
    assert composed in str(sandbox.look("people/chi"))
