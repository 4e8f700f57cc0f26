"""What of a report is public, and how whoever reported takes it back."""

from attachments.models import Attachment
from feedback.following import AreaAlert, Follower
from feedback.report import Report
from tests.attachments.pictures import photo
from tests.feedback.making import HOUR, at, report
from tests.people import CHI


def file(made, door="web", content=None):
    return Attachment.objects.take(content or photo(), door=door, at=at(), about=made.about).attachment


def test_a_report_keeps_its_public_photos_and_knows_which_came_with_the_answer(category, khoa):
    made = report()
    before, after = file(made), file(made, "answer", photo(quality=60))
    file(made, "web", photo(quality=40))  # nobody published it
    for one in (before, after):
        one.publish(by=khoa, at=at())
    before.describe("Trụ đèn tắt", by=khoa, at=at())
    made.refresh_pictures()
    kept = Report.objects.get(pk=made.pk).pictures
    assert [(one["key"], one["after"]) for one in kept] == [(before.key, False), (after.key, True)]
    assert kept[0]["alt"] == "Trụ đèn tắt"


def test_whoever_reported_takes_it_out_of_the_public_with_its_photos(category, khoa):
    made = report()
    made.accept(by=khoa, at=at(minute=1))
    one = file(made)
    one.publish(by=khoa, at=at())
    made.refresh_pictures()
    for _twice in range(2):
        made.keep_private(at=at(hour=9))
    kept = Report.objects.get(pk=made.pk)
    assert (kept.shown, kept.pictures, Attachment.objects.public().count()) == (False, [], 0)
    assert [entry.verb for entry in kept.log.all()].count("hidden") == 1


def test_a_link_confirms_for_two_days_and_only_its_own_row(category, my_tho):
    made = report()
    follower = Follower.begin(made, {"email": CHI.email}, at=at(), confirmed=False)
    alert = AreaAlert.begin(my_tho, {"email": CHI.email}, at=at(), confirmed=False)
    assert Follower.objects.with_token(follower.token) == follower
    assert AreaAlert.objects.with_token(alert.token) == alert
    for strange in ("", "1", f"{follower.pk}-", follower.token[:-1] + "x", "9" * 30, "é-é", alert.token):
        assert Follower.objects.with_token(strange) is None
    assert follower.may_be_confirmed(at=at() + 47 * HOUR)
    assert not follower.may_be_confirmed(at=at() + 49 * HOUR)
