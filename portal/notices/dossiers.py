"""Dossiers: the parties and followers of each act, the unit's officers of terms. No message carries personal data:
a dossier's number, its status, the authority, moments and a link (tests/portal/test_notices.py generates them).
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.timezone import localdate

from agencies.models import Officer
from dossiers import events
from dossiers.following import follower_index
from dossiers.models import Dossier
from dossiers.rating import rating_token
from dossiers.workflow import Verb
from portal.channels import outbox
from portal.channels.base import adapter_for
from portal.channels.models import Delivery
from portal.channels.states import State
from portal.website.context import LOOK_UP
from portal.website.templatetags.face import moment

# One kind of message for each thing a citizen is told; its words are in portal/templates/messages/.
TOLD_TO_CITIZENS = {
    events.dossier_received: "dossier_received",
    events.dossier_advanced: "dossier_advanced",
    events.supplement_requested: "supplement_requested",
    events.payment_requested: "payment_requested",
    events.obligation_requested: "obligation_requested",
    events.dossier_refused: "dossier_refused",
    events.dossier_stopped: "dossier_stopped",
    events.withdrawal_requested: "withdrawal_requested",
    events.result_ready: "result_ready",
    events.result_withdrawn: "result_withdrawn",
    events.result_handed_over: "result_handed_over",
    events.due_date_moved: "due_date_moved",
}
TOLD_TO_OFFICERS = {
    events.deadline_near: ("deadlines_near", "dossiers.advance_dossier"),
    events.dossier_overdue: ("dossiers_overdue", "dossiers.lead_dossier"),
}
FOLLOWED, MARK, MOST_A_DAY = "dossier_followed", 16, 3
# News of a dossier that nobody could be told for a week is no news: the look-up page says it better.
WORTH_TELLING = timedelta(days=7)


@receiver(list(TOLD_TO_CITIZENS), dispatch_uid="notices.tell_citizens")
def tell_citizens(*, signal, dossier, entry, line=None, parties=None, receipt=None, **kwargs):
    """One message for each party and act. Steps that do not inform are not told; a receipt says all to its reader."""
    if entry is not None and entry.verb == Verb.ADVANCED and not entry.step.informs:
        return
    act = f"log:{entry.pk}" if entry is not None else f"tick:{line.pk}"
    at = (entry or line).at
    parties = list(dossier.parties.all() if parties is None else parties)
    if receipt is not None and send_receipt(dossier=dossier, receipt=receipt, parties=parties):
        parties = parties[1:]
    # Nobody can follow what was received just now, and nobody hears of what is confidential by a paper alone.
    unfollowed = signal is events.dossier_received or dossier.confidential
    followers = [] if unfollowed else list(dossier.followers.active().filter(channel__in=settings.CHANNELS))
    told = _told_that_somebody_follows(dossier) if followers else set()
    more = {"rate": _rating_address(dossier)} if signal is events.result_handed_over else {}
    for key, contacts, language in people_of(parties, followers, told):
        outbox.queue(
            key=f"{dossier.about}:{act}:{key}",
            kind=TOLD_TO_CITIZENS[signal],
            contacts=contacts,
            # A finder of the paper may follow; how it was is asked of those it was done for.
            params={**words_about(dossier, entry, language), **(more if key.startswith("party:") else {})},
            lane="dossier",
            about=dossier.about,
            at=at,
            language=language,
            expires_at=at + WORTH_TELLING,
            collapse_key=f"{dossier.about}:{key}",
        )


@receiver(events.receipt_sent, dispatch_uid="notices.send_receipt")
def send_receipt(*, dossier, receipt, parties, **kwargs):
    """Its address, to the applicant alone; whether there is a way. A later message never takes its place."""
    applicant = parties[0]
    address = reverse("dossiers:electronic_receipt", args=[receipt.token])
    promised = outbox.queue(
        key=f"{dossier.about}:receipt:{receipt.pk}",
        kind="electronic_receipt",
        contacts=applicant.contacts,
        params={
            **words_about(dossier, None, applicant.language),
            "secret": receipt.token, "link": f"{settings.BASE_URL}{address}",
        },
        lane="dossier",
        about=dossier.about,
        at=receipt.issued_at,
        language=applicant.language,
        expires_at=receipt.issued_at + WORTH_TELLING,
    )  # fmt: skip
    return promised.state != State.SUPPRESSED


def people_of(parties, followers, told=()):
    """(key, contacts, language) of everybody who is told, each of them once.

    A follower whose phone confirmed it is that party. One by a paper is taken for the applicant once the word that
    somebody follows has arrived there (`told`: beginnings of their marks): one phone rings once, and nobody is
    silenced unheard. Further followers are people of their own.
    """
    standing = {}
    for follower in followers:
        by_word = parties and follower.address_index[:MARK] in told
        party = follower.party_id or (parties[0].pk if by_word else None)
        standing.setdefault(party, follower)
    for party in parties:
        reached = _reached(standing[party.pk]) if party.pk in standing else {}
        yield f"party:{party.pk}", {**party.contacts, **reached}, party.language
    taken = {standing[party.pk].pk for party in parties if party.pk in standing}
    for follower in followers:
        if follower.pk not in taken:
            yield f"follower:{follower.pk}", _reached(follower), "vi"


def _told_that_somebody_follows(dossier):
    """The marks of the followers of whom the applicant has surely heard."""
    arrived = Q(state=State.DELIVERED) | Q(state=State.SENT, finished_at__isnull=False)
    words = Delivery.objects.filter(arrived, about=dossier.about, kind=FOLLOWED)
    return {intent.split(":")[3] for intent in words.values_list("intent", flat=True)}


def _rating_address(dossier):
    return f"{settings.BASE_URL}{reverse('dossiers:rate', args=[rating_token(dossier.pk)])}"


def _reached(follower):
    return adapter_for(follower.channel).contacts_of(follower.address)


def tell_that_somebody_follows(dossier_id, *, person, at):
    """The applicant hears of it by the ways that were given with the papers: it may not be they who follow.

    Whoever has just confirmed by a phone on file is known; and of many in a day nobody is told without end.
    """
    dossier, index = Dossier.objects.get(pk=dossier_id), follower_index(person.channel, person.address)
    applicant = dossier.parties.order_by("pk").first()
    by_phone = dossier.followers.active().filter(address_index=index, party=applicant)
    today = Delivery.objects.filter(about=dossier.about, kind=FOLLOWED, created_at__gt=at - timedelta(days=1))
    if applicant is None or by_phone.exists() or today.count() >= MOST_A_DAY:
        return
    outbox.queue(
        key=f"{dossier.about}:followed:{index[:MARK]}:{at:%Y%m%d}",
        kind=FOLLOWED,
        contacts=applicant.contacts,
        params={**words_about(dossier, None, applicant.language), "channel": str(adapter_for(person.channel).label)},
        lane="dossier",
        about=dossier.about,
        at=at,
        language=applicant.language,
    )


def words_about(dossier, entry, language):
    """What a message may say of a dossier, in one language: everything here is known to whoever holds its number."""
    with translation.override(language):
        return {
            "number": dossier.number,
            "status": str(entry.step.citizen_text or dossier.citizen_status)
            if entry is not None and entry.verb == Verb.ADVANCED
            else str(dossier.citizen_status),
            "unit": str(dossier.unit.name),
            "desk": str(dossier.received_by_unit.name),
            "at": moment(entry.at) if entry is not None else "",
            "due": moment(dossier.due_at) if dossier.due_at else "",
            "link": f"{settings.BASE_URL}{LOOK_UP}?{urlencode({'code': dossier.number})}",
            "hotline": settings.AUTHORITY_HOTLINE,
        }


@receiver(list(TOLD_TO_OFFICERS), dispatch_uid="notices.tell_officers")
def tell_officers(*, signal, unit, at, **kwargs):
    """At most one message a day for each officer of the unit, whatever the number of dossiers: it leads to the list."""
    kind, permission = TOLD_TO_OFFICERS[signal]
    today = localdate(at)
    for officer in Officer.objects.appointed_at(unit, permission, on=today).exclude(email=""):
        outbox.queue(
            key=f"{kind}:{today}:officer:{officer.pk}",
            kind=kind,
            contacts={"email": officer.email},
            params={"unit": unit.name, "link": f"{settings.BASE_URL}{reverse('admin:index')}"},
            lane="bulk",
            about=f"officer:{officer.pk}",
            at=at,
            expires_at=at + timedelta(days=1),
        )
