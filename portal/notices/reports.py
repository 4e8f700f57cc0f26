"""Reports: whoever reported hears where they said it, followers where they asked for it, officers of their work.

Where everybody reads the answer nothing stands that is not public already: a code, a state, a date, a link, and the
answer as the public reads it. No name, phone or address is in any of these messages.
"""

from datetime import timedelta

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate

from agencies.models import Officer
from feedback import events
from feedback.afterwards import survey_token
from feedback.following import CONFIRM_WITHIN
from feedback.workflow import APPROVE, HANDLE, LEAD, PUBLIC_WORDS, TRIAGE, State, Verb
from portal.channels import outbox
from portal.website.templatetags.face import moment

TOLD_TO_CITIZENS = {
    events.report_opened: "report_opened",
    events.report_accepted: "report_moved",
    events.report_refused: "report_refused",
    events.report_assigned: "report_moved",
    events.question_asked: "report_asks",
    events.report_passed_on: "report_moved",
    events.report_extended: "report_extended",
    events.report_answered: "report_answered",
    events.report_reopened: "report_reopened",
    events.reopening_declined: "report_stays",
    events.report_merged: "report_merged",
}
# Steps on the way: not worth another line under a post that everybody reads.
QUIET_IN_PUBLIC = {"report_moved", "report_merged"}
WORTH_TELLING = timedelta(days=14)
HOUR = timedelta(hours=1)


@receiver(list(TOLD_TO_CITIZENS), dispatch_uid="notices.tell_of_a_report")
def tell_citizens(*, signal, report, entry, **kwargs):
    """One message for each person and act, where they want to hear of it."""
    kind = TOLD_TO_CITIZENS[signal]
    for key, contacts, language, own in _people_of(report, signal):
        if own and report.said_in_public and kind in QUIET_IN_PUBLIC:
            continue
        outbox.queue(
            key=f"{report.about}:log:{entry.pk}:{key}",
            kind=kind,
            contacts=contacts,
            params=words_about(report, entry, language, own=own),
            lane="reply" if signal is events.report_opened else "dossier",
            about=report.about,
            at=entry.at,
            language=language,
            expires_at=entry.at + WORTH_TELLING,
        )


def _people_of(report, signal):
    """(key, contacts, language, is it their own) of everybody who is told."""
    contacts = report.reply_to or _contacts_of(report)
    # The page that took it says all this already: a mail or message is for who left an address.
    if contacts:
        yield "reporter", contacts, report.language, True
    if signal is events.report_opened:
        return
    for other in report.merged_reports.select_related("reporter").order_by("pk"):
        if contacts := other.reply_to or _contacts_of(other):
            yield f"merged:{other.pk}", contacts, other.language, False
    if not report.hidden and (report.public_wanted or signal is events.report_merged):
        for follower in report.followers.active():
            if follower.contacts:
                yield f"follower:{follower.pk}", follower.contacts, follower.language, False


def _may_read(report, *, own):
    """Whether what was said may go there: where everybody reads, and to others, nothing of what is not public."""
    if own and not report.said_in_public:
        return True
    return report.public_wanted and not report.hidden and (own or report.shown)


def _contacts_of(report):
    reporter = getattr(report, "reporter", None)
    return reporter.contacts if reporter else {}


def words_about(report, entry, language, *, own):
    """What a message about a report may say."""
    with translation.override(language):
        secret = own and not report.said_in_public
        due = moment(report.due_at) if report.due_at else ""
        said = entry.public_note if _may_read(report, own=own) else ""
        asked = survey_token(report)
        survey = reverse("feedback:survey", args=[asked])
        rated = own and report.state == State.PUBLISHED and not report.said_in_public
        return {
            "code": report.shown_code, "state": str(PUBLIC_WORDS[State(report.state)]), "due": due,
            "unit": report.unit.name, "said": said, "at": moment(entry.at), "authority": settings.AUTHORITY_NAME,
            "link": f"{settings.BASE_URL}{_address(report, secret=secret)}",
            "survey": f"{settings.BASE_URL}{survey}" if rated else "",
            "secrets": [report.token, asked],  # the citizen's alone: staff read the message without them
            "photos": _photos_after(report) if entry.verb == Verb.PUBLISHED else [],
            "merged_into": report.merged_into.shown_code if report.merged_into_id else "",
        }  # fmt: skip


def _photos_after(report):
    """Where the public photos lie that show how it looks now; none while the report itself is not public."""
    keys = [picture["key"] for picture in report.pictures if picture.get("after")] if report.shown else []
    return [f"{settings.BASE_URL}{reverse('attachments:whole', args=[key])}" for key in keys]


def _address(report, *, secret):
    if secret:
        return reverse("feedback:own", args=[report.token])
    return reverse("feedback:report", args=[report.code])


# --- officers -------------------------------------------------------------------------------------------------------
@receiver([events.report_given, events.citizen_said, events.answer_sent_back], dispatch_uid="notices.tell_the_unit")
def tell_the_unit(*, signal, report, entry, **kwargs):
    """The officer in charge; while there is none, those who handle reports at this very unit."""
    kind = {
        events.report_given: "report_for_you", events.citizen_said: "report_citizen_said",
        events.answer_sent_back: "report_sent_back",
    }[signal]  # fmt: skip
    people = [report.officer] if report.officer_id else _appointed(report.unit, HANDLE, entry.at)
    _tell(people, kind, key=f"{report.about}:log:{entry.pk}", params=_work(report), at=entry.at)


@receiver([events.answer_written, events.reopening_asked], dispatch_uid="notices.tell_who_decides")
def tell_who_decides(*, signal, report, entry, **kwargs):
    """At most one message an hour for each of them: it leads to the list."""
    kind, permission = {
        events.answer_written: ("report_to_approve", APPROVE), events.reopening_asked: ("report_reopening", LEAD),
    }[signal]  # fmt: skip
    people = list(_appointed(report.unit, permission, entry.at))
    if not people or report.appeals > 1:
        people += _over_the_whole(permission, entry.at)
    _tell(people, kind, key=f"{kind}:{entry.at:%Y%m%d%H}", params=_work(report), at=entry.at)


@receiver(events.left_unassigned, dispatch_uid="notices.alarm_unassigned")
def alarm_unassigned(*, reports, unit, at, **kwargs):
    params = {**_list(), "n": len(reports), "minutes": settings.UNASSIGNED_MINUTES}
    _tell(_over_the_whole(TRIAGE, at), "reports_unassigned", key=f"unassigned:{at:%Y%m%d%H%M}", params=params, at=at,
          urgent=True)  # fmt: skip


@receiver([events.answers_due_soon, events.answers_overdue], dispatch_uid="notices.remind_the_unit")
def remind_the_unit(*, signal, reports, unit, at, **kwargs):
    """At most one message a day and kind for each officer of the unit."""
    kind = "reports_due_soon" if signal is events.answers_due_soon else "reports_overdue"
    params = {**_list(), "unit": unit.name}
    _tell(_appointed(unit, HANDLE, at), kind, key=f"{kind}:{unit.pk}:{localdate(at)}", params=params, at=at)


@receiver(events.answers_escalated, dispatch_uid="notices.escalate")
def escalate(*, reports, unit, at, level, **kwargs):
    """The unit's leader, then whoever sorts, then whoever leads the whole: also where nobody was named in charge."""
    people = list(_appointed(unit, LEAD, at)) if level == 1 else []
    if not people:
        people = _over_the_whole(TRIAGE if level == 2 else LEAD, at)
    params = {**_list(), "unit": unit.name, "n": len(reports), "level": level}
    _tell(people, "reports_escalated", key=f"escalated:{level}:{unit.pk}:{localdate(at)}", params=params, at=at)


@receiver(events.area_news, dispatch_uid="notices.tell_of_an_area")
def tell_of_an_area(*, alert, reports, at, **kwargs):
    """Once a day to whoever asked for news of a ward."""
    ward = alert.ward
    outbox.queue(
        key=f"area:{alert.pk}:{localdate(at)}",
        kind="area_news",
        contacts=alert.contacts,
        params={
            "ward": ward.name, "codes": ", ".join(report.shown_code for report in reports), "n": len(reports),
            "link": f"{settings.BASE_URL}{reverse('feedback:ward', args=[ward.official_code or ward.pk])}",
            "end": f"{settings.BASE_URL}{reverse('feedback:end_alert', args=[alert.token])}",
        },
        lane="bulk",
        about=f"area_alert:{alert.pk}",
        at=at,
        language=alert.language,
        expires_at=at + timedelta(days=1),
    )  # fmt: skip


@receiver(events.follow_asked, dispatch_uid="notices.confirm_follow")
def confirm_follow(*, follower, **kwargs):
    """The owner of the address says whether it was them; until then nothing is sent there."""
    report = follower.report
    params = {
        "what": report.shown_code, "link": _link("confirm_follow", follower.token),
        "authority": settings.AUTHORITY_NAME,
    }  # fmt: skip
    _confirm(follower, params, key=f"follow:{follower.pk}", about=report.about)


@receiver(events.alert_asked, dispatch_uid="notices.confirm_alert")
def confirm_alert(*, alert, **kwargs):
    link = _link("confirm_alert", alert.token)
    params = {"what": alert.ward.name, "link": link, "authority": settings.AUTHORITY_NAME}
    _confirm(alert, params, key=f"alert:{alert.pk}", about=f"area_alert:{alert.pk}")


def _confirm(asked, params, *, key, about):
    outbox.queue(
        key=key, kind="confirm_address", contacts=asked.contacts, params=params, lane="otp", about=about,
        at=asked.since, language=asked.language, expires_at=asked.since + CONFIRM_WITHIN,
    )  # fmt: skip


@receiver(events.links_asked, dispatch_uid="notices.send_links")
def send_links(*, contact, reports, at, language, **kwargs):
    """The links of what was reported from this address, to this address."""
    links = "\n".join(f"{report.shown_code}: {_link('own', report.token)}" for report in reports)
    outbox.queue(
        key=f"links:{reports[0].pk}:{at:%Y%m%d%H%M}", kind="report_links", contacts=contact, lane="otp",
        params={"links": links, "n": len(reports), "authority": settings.AUTHORITY_NAME},
        about=reports[0].about, at=at, language=language, expires_at=at + HOUR,
    )  # fmt: skip


def _link(name, token):
    return f"{settings.BASE_URL}{reverse(f'feedback:{name}', args=[token])}"


def _tell(people, kind, *, key, params, at, urgent=False):
    for officer in people:
        if officer.email:
            outbox.queue(
                key=f"{key}:officer:{officer.pk}", kind=kind, contacts={"email": officer.email}, params=params,
                lane="bulk", about=f"officer:{officer.pk}", at=at, expires_at=at + timedelta(days=1), urgent=urgent,
            )  # fmt: skip


def _appointed(unit, permission, at):
    return Officer.objects.appointed_at(unit, permission, on=localdate(at)).exclude(email="")


def _over_the_whole(permission, at):
    return list(Officer.objects.over_the_whole(permission, on=localdate(at)).exclude(email=""))


def _work(report):
    address = reverse("admin:feedback_report_change", args=[report.pk])
    return {"code": report.shown_code, "link": f"{settings.BASE_URL}{address}"}


def _list():
    return {"link": f"{settings.BASE_URL}{reverse('admin:feedback_report_changelist')}"}
