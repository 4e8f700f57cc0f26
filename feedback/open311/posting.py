"""A new request. It has its id at once: there is nothing here for which a client would have to wait."""

import logging

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.models import Unit
from attachments import refusals
from attachments.fetching import NotFetched, fetch
from attachments.refusals import Refused as FileRefused
from feedback import arrival
from feedback.categories import Category, Question
from feedback.intake import MOST_PICTURES, Draft, SentBefore
from feedback.open311.door import key_of
from feedback.open311.errors import Refused, bad, not_found
from feedback.open311.requests import ITEM, ROOT
from feedback.open311.writing import Document
from feedback.workflow import Kind

CHANNEL = "open311"
LONGEST_KEY = 255
LONGEST_ADDRESS = 2_000
log = logging.getLogger(__name__)


def whose(key):
    """What marks the reports that came in with this key: by it alone their reporter speaks here."""
    return f"key:{key.pk}"


def posted(asked):
    """The id of the new request, or of the one that came before. Raises Refused."""
    key = key_of(asked)
    draft, uploads, lost = _understood(asked, key)
    if asked.is_test:
        return _tried(draft, uploads)
    try:
        report = arrival.open_with_files(draft, uploads, at=asked.at)
    except SentBefore as before:
        return _answer(before.report.code, _("This came in before: it is the same request."))
    except arrival.KeyReused as error:
        raise Refused(400, str(error)) from None
    except FileRefused as error:
        raise bad("media", str(error)) from None
    return _answer(report.code, _notice(report, lost))


def _tried(draft, uploads):
    try:
        arrival.check(draft, uploads)
    except FileRefused as error:
        raise bad("media", str(error)) from None
    return _answer("TEST", _("This is the test endpoint: the request is correct, and nothing was stored."))


def _answer(code, notice):
    return Document(ROOT, [{"service_request_id": code, "service_notice": notice, "account_id": None}], ITEM)


def _notice(report, lost):
    due = f"{localtime(report.due_at):%H:%M %d/%m/%Y}" if report.due_at else "–"
    link = f"{settings.BASE_URL}{reverse('feedback:own', args=[report.token])}"
    words = _("An answer is promised by %(due)s. Only for whoever reported: %(link)s") % {"due": due, "link": link}
    return f"{words} {lost}".strip()


def _understood(asked, key):
    """(draft, files, words on a picture that could not be fetched). Raises Refused."""
    category = _category(asked)
    files, lost = _files(asked)
    draft = Draft(
        category=category, text=asked.lines("description"), channel=CHANNEL, place=asked.point(),
        address=asked.text("address_string"), ward=_ward(asked), contact=_contact(asked, category),
        answers=_answers(asked, category), origin=_origin(asked, key), language=get_language() or "vi",
        said_by=whose(key),
        extra_text=f"media_url: {asked.text('media_url')}" if lost else "",
    )  # fmt: skip
    return draft, files, lost


def _category(asked):
    code = asked.text("service_code")
    if not code:
        raise bad("service_code", _("This is needed."))
    category = Category.objects.offered().filter(code=code[:60].lower(), service_level__isnull=False).first()
    if category is None:
        raise not_found(_("There is no service_code “%(code)s”.") % {"code": code[:60]})
    if category.stopper:
        raise bad("service_code", category.stopper)
    return category


def _ward(asked):
    """`address_id` is the official code of a ward or commune."""
    code = asked.text("address_id")
    ward = Unit.objects.bearer_of(code[:60]) if code else None
    if code and ward is None:
        raise bad("address_id", _("The official code of a ward or commune is expected."))
    return ward


def _contact(asked, category):
    """In Vietnam the family name stands first. A proposal on a regulation has no place but a sender's address."""
    name = f"{asked.text('last_name')} {asked.text('first_name')}".strip()
    contact = {"name": name, "email": asked.text("email"), "phone": asked.text("phone")}
    if category.kind == Kind.REGULATION:
        contact["address"] = asked.text("address_string")
    if too_long := [field for field, value in contact.items() if len(value) > 300]:
        raise bad(too_long[0], _("At most %(n)s signs.") % {"n": 300})
    return {field: value for field, value in contact.items() if value}


def _answers(asked, category):
    """A question with one answer takes the first; what is asked of a list with several takes all."""
    many = {question.code for question in category.questions.all() if question.type == Question.Type.MANY}
    given = asked.attributes()
    return {code: values if code in many or len(values) > 1 else values[0] for code, values in given.items()}


def _origin(asked, key):
    text = asked.request.headers.get("Idempotency-Key", "").strip()
    if len(text) > LONGEST_KEY or not text.isprintable():
        raise bad("Idempotency-Key", _("At most 255 printable characters are expected."))
    return arrival.origin_of(f"{CHANNEL}:{key.pk}", text)


def _files(asked):
    """(files, words on one that was lost): those sent with it, and the one behind `media_url` if we may fetch it."""
    files = asked.request.FILES.getlist("media") + asked.request.FILES.getlist("media[]")
    if len(files) > MOST_PICTURES:
        raise bad("media", str(refusals.Code.TOO_MANY.label) % {"files": MOST_PICTURES})
    url = asked.text("media_url")[:LONGEST_ADDRESS]
    if not url:
        return files, ""
    try:
        return [*files, fetch(url)], ""
    except NotFetched as why:
        log.info("media_url was not fetched: %s", why)
        return files, _("The picture at media_url was not fetched; its address is kept. Send it as media instead.")
