"""News: an article is a job first, then an article, then a broadcast, by day, to whom it is meant for."""

import pytest

PICTURE = {"cover_type": "photo", "photo_url": "https://example.vn/a.jpg", "status": "show"}


def article(**changes):
    return {
        "type": "normal",
        "title": "Lịch tiếp công dân",
        "author": "Văn phòng",
        "description": "Lịch tháng 12",
        "cover": PICTURE,
        "body": [{"type": "text", "content": "<p>Sáng thứ Năm hằng tuần.</p>"}],
        "status": "show",
        "tracking_link": "https://example.vn/tin/17",
        **changes,
    }


def create(sandbox, **changes):
    return sandbox.post("/v2.0/article/create", article(**changes))


def published(sandbox, **changes):
    """The id of an article that is ready."""
    token = create(sandbox, **changes)["data"]["token"]
    sandbox.post("/v2.0/article/verify", {"token": token})
    return sandbox.post("/v2.0/article/verify", {"token": token})["data"]["id"]


def broadcast(sandbox, id, **target):
    element = {"media_type": "article", "attachment_id": id}
    attachment = {"type": "template", "payload": {"template_type": "media", "elements": [element]}}
    return sandbox.post("/v2.0/oa/message", {"recipient": {"target": target}, "message": {"attachment": attachment}})


def test_an_article_takes_a_while(sandbox):
    sandbox.settings(article_polls=2)
    token = create(sandbox)["data"]["token"]
    answers = [sandbox.post("/v2.0/article/verify", {"token": token}) for _ in range(3)]
    assert [answer["error"] for answer in answers] == [-214, -214, 0]
    detail = sandbox.get("/v2.0/article/getdetail", id=answers[-1]["data"]["id"])["data"]
    assert detail["title"] == "Lịch tiếp công dân"


def test_whoever_lost_the_answer_finds_the_article_in_the_list(sandbox):
    sandbox.fault("http_500", "zalo.article_create", times=1)
    assert sandbox.send("/v2.0/article/create", article()).status_code == 500
    found = sandbox.get("/v2.0/article/getslice", offset=0, limit=10, type="normal")["data"]
    assert found["total"] == 1
    assert found["medias"][0]["tracking_link"] == "https://example.vn/tin/17"


def test_an_article_that_is_not_said_to_be_shown_is_hidden(sandbox):
    changed = article()
    del changed["status"]
    sandbox.post("/v2.0/article/create", changed)
    assert sandbox.get("/v2.0/article/getslice", offset=0, limit=10)["data"]["medias"][0]["status"] == "hide"
    assert sandbox.ledger(kind="article") == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "x" * 151}, -210),
        ({"author": "x" * 51}, -210),
        ({"description": "x" * 301}, -210),
        ({"title": ""}, -201),
        ({"type": "poem"}, -201),
        ({"cover": None}, -201),
        ({"body": "<p>text</p>"}, -201),
        ({"body": [{"type": "text"}]}, -201),
        ({"status": "visible"}, -201),
    ],
)
def test_what_may_not_stand_in_an_article(sandbox, changes, code):
    assert create(sandbox, **changes)["error"] == code


def test_articles_have_a_quota(sandbox):
    sandbox.settings(article_quota=1)
    assert [create(sandbox)["error"] for _ in range(2)] == [0, -223]


def test_an_article_is_corrected_and_taken_back(sandbox):
    id = published(sandbox)
    assert sandbox.post("/v2.0/article/update", article(id=id, title="Đính chính"))["error"] == 0
    assert sandbox.get("/v2.0/article/getdetail", id=id)["data"]["title"] == "Đính chính"
    assert sandbox.post("/v2.0/article/remove", {"id": id})["error"] == 0
    assert sandbox.get("/v2.0/article/getdetail", id=id)["error"] == -201
    assert [effect["kind"] for effect in sandbox.ledger()] == ["article", "article", "article_removed"]


def test_a_broadcast_reaches_each_follower_once(sandbox):
    for person in ("chi", "phuc"):
        sandbox.act(person, "follow")
    id = published(sandbox)
    answer = broadcast(sandbox, id)
    assert answer["data"]["message_id"]
    assert sorted(effect["to"] for effect in sandbox.ledger(kind="broadcast")) == ["chi", "phuc"]


def test_a_broadcast_goes_to_whom_it_is_meant_for(sandbox):
    sandbox.act("chi", "follow")
    sandbox.act("phuc", "follow")
    sandbox.act("chi", "change", location=0)
    broadcast(sandbox, published(sandbox), locations=[2], gender=[0])
    assert [effect["to"] for effect in sandbox.ledger(kind="broadcast")] == ["phuc"]


@pytest.mark.parametrize("target", [{"ages": [9]}, {"gender": "all"}, {"moods": [1]}, {"platform": [0]}])
def test_a_target_that_is_none(sandbox, target):
    assert broadcast(sandbox, published(sandbox), **target)["error"] == -201


def test_at_night_nobody_is_broadcast_to(sandbox):
    id = published(sandbox)
    sandbox.at("2026-11-26T23:00:00")
    assert broadcast(sandbox, id)["error"] == -234
    sandbox.at("2026-11-27T06:00:00")
    assert broadcast(sandbox, id)["error"] == 0


def test_broadcasts_have_a_quota_a_month(sandbox):
    sandbox.settings(broadcast_quota=1)
    id = published(sandbox)
    assert [broadcast(sandbox, id)["error"] for _ in range(2)] == [0, -211]
    left = sandbox.post("/v2.0/oa/quota/message", {"user_id": sandbox.uid("chi"), "type": "promotion"})["data"]
    assert (left["remain"], left["total"]) == (0, 1)


def test_only_articles_are_broadcast(sandbox):
    element = {"media_type": "image", "url": "https://example.vn/a.jpg"}
    attachment = {"payload": {"template_type": "media", "elements": [element]}}
    body = {"recipient": {"target": {}}, "message": {"attachment": attachment}}
    assert sandbox.post("/v2.0/oa/message", body)["error"] == -233
    element["media_type"] = "article"
    assert sandbox.post("/v2.0/oa/message", body)["error"] == -201


def test_a_film_is_ready_at_the_second_look(sandbox):
    part = {"file": ("phim.mp4", b"\0\0\0\x18ftypmp42", "video/mp4")}
    token = sandbox.post("/v2.0/article/upload_video/preparevideo", files=part)["data"]["token"]
    looks = [sandbox.get("/v2.0/article/upload_video/verify", token=token)["data"] for _ in range(2)]
    assert [look["status"] for look in looks] == [3, 1]
    film = {"type": "video", "video_id": looks[1]["video_id"], "avatar": "https://example.vn/a.jpg"}
    assert sandbox.post("/v2.0/article/create", {**film, "title": "Phim", "description": "x"})["error"] == 0
