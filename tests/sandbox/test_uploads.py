"""What the OA uploads: its limits, and that it is gone after a week."""

import pytest

PNG, JPG, GIF, PDF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"%PDF-1.7"
MB = 1024 * 1024


def upload(sandbox, kind, name, content):
    return sandbox.post(f"/v2.0/oa/upload/{kind}", files={"file": (name, content)})


@pytest.mark.parametrize(
    ("kind", "name", "content", "code"),
    [
        ("image", "a.png", PNG, 0),
        ("image", "a.JPG", JPG, 0),
        ("image", "a.gif", GIF, -201),
        ("image", "a.png", JPG, -201),
        ("image", "a.png", PNG + b"x" * MB, -210),
        ("gif", "a.gif", GIF + b"x" * MB, 0),
        ("gif", "a.gif", GIF + b"x" * 5 * MB, -210),
        ("file", "don.pdf", PDF, 0),
        ("file", "don.docx", b"PK\3\4", 0),
        ("file", "don.exe", b"MZ", -201),
        ("file", "don.pdf", PDF + b"x" * 5 * MB, -210),
    ],
)
def test_kinds_and_sizes(sandbox, kind, name, content, code):
    assert upload(sandbox, kind, name, content)["error"] == code


def test_without_a_part_called_file_there_is_nothing(sandbox):
    assert sandbox.post("/v2.0/oa/upload/image", files={"photo": ("a.png", PNG)})["error"] == -201


def test_chi_gets_the_picture_and_the_receipt(sandbox):
    sandbox.act("chi", "follow")
    picture = upload(sandbox, "image", "a.png", PNG)["data"]["attachment_id"]
    token = upload(sandbox, "file", "giay-hen.pdf", PDF)["data"]["token"]
    element = {"media_type": "image", "attachment_id": picture}
    shown = {"type": "template", "payload": {"template_type": "media", "elements": [element]}}
    assert sandbox.say("chi", "Mã QR", attachment=shown)["error"] == 0
    assert sandbox.say("chi", "", attachment={"type": "file", "payload": {"token": token}})["error"] == 0
    chat = sandbox.look("people/chi")["chat"]
    assert sandbox.http.get(chat[0]["url"]).content == PNG
    assert chat[1]["details"]["file"]["name"] == "giay-hen.pdf"


def test_after_seven_days_it_is_gone(sandbox):
    sandbox.act("chi", "follow")
    token = upload(sandbox, "file", "giay-hen.pdf", PDF)["data"]["token"]
    sandbox.advance(days=7)
    sandbox.log_in()
    sandbox.act("chi", "text", text="Chào")
    answer = sandbox.say("chi", "", attachment={"type": "file", "payload": {"token": token}})
    assert answer == {"error": -100, "message": "attachment_id was expired"}


def test_uploads_have_a_quota_a_month(sandbox):
    sandbox.settings(upload_quota=1)
    assert [upload(sandbox, "image", "a.png", PNG)["error"] for _ in range(2)] == [0, -211]


def test_a_picture_of_a_template(sandbox):
    answer = sandbox.post("/upload/image", files={"file": ("logo.png", PNG)}, host="business")
    assert answer["data"]["media_id"]
    large = sandbox.post("/upload/image", files={"file": ("logo.png", PNG + b"x" * MB)}, host="business")
    assert large["error"] == -158
