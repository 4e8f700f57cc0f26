"""Chi comments with a photo on a hole in the road: it becomes a case, is routed, answered with a photo of how it looks
now, and the answer stands under her comment once. Over real HTTP against the sandbox, which signs what it brings.
"""

import base64

import pytest
from django.utils.timezone import now
from PIL import Image

from attachments.models import Attachment
from feedback.models import Report, RoutingRule
from feedback.workflow import State
from portal import tasks
from tests.attachments.pictures import photo
from tests.feedback.making import make_category
from tests.journeys.test_a_comment_answered_on_facebook import program, sandbox, work  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def roads(calendar, my_tho):
    make_category("viec-khac", "Việc khác", place=False)
    category = make_category("o-ga", "Ổ gà", keywords="ổ gà, mặt đường", photo="needed", photo_after=True)
    rule = RoutingRule.objects.create(name="Đường phường", unit=my_tho, assigns=True)
    rule.categories.add(category)
    return category


def test_a_comment_with_a_photo_is_answered_under_it_once(sandbox, roads, khoa, an):  # noqa: F811
    hole = sandbox.on_facebook(
        "chi", "comment", text="Ổ gà sâu trước cổng chợ, hôm qua có người té",
        data=base64.b64encode(photo()).decode(), filename="o-ga.jpg",
    )["id"]  # fmt: skip
    work(sandbox)
    work(sandbox)
    made = Report.objects.get()
    assert (made.state, made.unit, made.category) == (State.ASSIGNED, an.unit, roads)
    [received] = sandbox.ledger(platform="facebook", kind="comment")
    assert received["data"]["parent"] == hole
    assert made.shown_code in received["text"]
    tasks.fetch_pictures()
    [before] = Attachment.objects.about(made.about)

    made.start(by=an, at=now())
    mended = photo(Image.new("RGB", (640, 480), "grey"))
    after = Attachment.objects.take(mended, door="answer", about=made.about, at=now()).attachment
    made.answer("Đã vá bằng bê tông nhựa nguội.", outcome="fixed", by=an, at=now(), has_photo_after=True)
    after.publish(by=khoa, at=now())
    made.publish(by=khoa, at=now())
    for _ in range(3):
        work(sandbox)  # our own words come back, and nobody answers them
    under_it = sandbox.ledger(platform="facebook", kind="comment")
    answers = [effect for effect in under_it if "Đã vá bằng bê tông" in effect["text"]]
    assert [effect["data"]["parent"] for effect in answers] == [hole]
    assert len(under_it) == 2
    assert Report.objects.count() == 1
    assert not before.public
    made.refresh_from_db()
    assert [picture["after"] for picture in made.pictures] == [True]


def test_a_removed_comment_keeps_its_case_and_small_talk_makes_none(sandbox, roads):  # noqa: F811
    sandbox.on_facebook("phuc", "comment", text="Cảm ơn phường nhiều nha ❤")
    hole = sandbox.on_facebook("chi", "comment", text="Ổ gà sâu trước cổng chợ")["id"]
    work(sandbox)
    sandbox.on_facebook("chi", "remove", id=hole)
    work(sandbox)
    made = Report.objects.get()
    assert [entry.note for entry in made.log.filter(verb="citizen_said")] == ["[removed] –"]
    assert len(sandbox.ledger(platform="facebook", kind="comment")) == 1
