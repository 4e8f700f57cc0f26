"""Pages anybody may open: a dossier by its code, by its QR, and whether a receipt is genuine."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from agencies.clients import client_address
from agencies.methods import only_read, read_or_sent
from dossiers import citizen_words, electronic_receipt, lookup
from dossiers.forms import LookUpForm, PhoneEndForm, VerifyForm
from dossiers.genuine import judge
from dossiers.signing import SigningKey


# --- looking up -----------------------------------------------------------------------------------------------------
@read_or_sent
def look_up_page(request):
    if request.method != "POST":
        return _form(request, LookUpForm(initial={"code": request.GET.get("code", "")[: lookup.LONGEST]}))
    form = LookUpForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=400)
    asked = form.cleaned_data
    answer = lookup.look_up(code=asked["code"], proof=asked["proof"], client=client_address(request), at=now())
    if isinstance(answer, lookup.NotFound):
        return _form(request, LookUpForm(initial={"code": asked["code"]}), status=404, not_found=True)
    return _told(request, answer)


@only_read
def receipt_page(request, token):
    """What the QR of a receipt opens. No form on it, whatever the answer: this page tells the browser no origin."""
    answer = lookup.look_up_by_token(token=token, client=client_address(request), at=now())
    if isinstance(answer, lookup.NotFound):
        return render(request, "dossiers/no_receipt.html", status=404)
    return _told(request, answer)


def _told(request, answer):
    if isinstance(answer, lookup.TooMany):
        return _too_many(request, answer)
    return render(request, "dossiers/answer.html", {"answer": answer, "rows": _rows(answer)})


def _form(request, form, *, status=200, not_found=False):
    return render(request, "dossiers/look_up.html", {"form": form, "not_found": not_found}, status=status)


def _too_many(request, answer):
    minutes = -(-answer.retry_after // 60)
    context = {"minutes": minutes, "pin_is_open": answer.pin_is_open}
    response = render(request, "dossiers/too_many.html", context, status=429)
    response["Retry-After"] = str(answer.retry_after)
    return response


def _rows(answer):
    """The dossier's facts, one (name, value) a line; what is not known yet has no line."""
    procedure = format_html(
        '<a class="govuk-link" lang="vi" href="{}">{}</a>',
        reverse("dossiers:procedure", args=[answer.procedure_code]),
        answer.procedure,
    )
    received = answer.received_at
    rows = [
        (_("Procedure"), procedure),
        (_("Applicant"), answer.applicant),
        (_("Received at") if received else _("Submitted at"), citizen_words.moment(received or answer.submitted_at)),
        (_("Term"), capfirst(answer.term)),
        (_("Result due"), _due(answer)),
        (_("Finished at"), citizen_words.moment(answer.finished_at)),
        (_("Handled by"), format_html('<span lang="vi">{}</span>', answer.unit)),
    ]
    return [(name, value) for name, value in rows if value]


def _due(answer):
    if answer.due_at is None:
        return _("No date while the term stands still") if answer.stands_still else ""
    due = citizen_words.moment(answer.due_at)
    if not answer.overdue:
        return due
    return format_html('{} <strong class="govuk-tag govuk-tag--red">{}</strong>', due, _("Overdue"))


# --- the receipt that was sent as a message -------------------------------------------------------------------------
@read_or_sent
def electronic_receipt_page(request, token):
    form = PhoneEndForm(request.POST if request.method == "POST" else None)
    proof = form.cleaned_data["proof"] if form.is_valid() else None
    sent = electronic_receipt.opened(token, proof=proof, client=client_address(request), at=now())
    if isinstance(sent, lookup.TooMany):
        return _too_many(request, sent)
    if isinstance(sent, lookup.NotFound):
        return render(request, "dossiers/no_receipt.html", status=404)
    if sent.passage:
        return redirect("dossiers:electronic_receipt_pdf", token, sent.passage)
    if proof is not None:
        form.add_error("proof", _("These digits do not fit this dossier. Enter the last 4 digits of the phone number."))
    context = {"form": form, "number": sent.number, "token": token}
    return render(request, "dossiers/electronic_receipt.html", context, status=400 if form.is_bound else 200)


@only_read
def electronic_receipt_pdf(request, token, passage):
    found = electronic_receipt.paper(token, passage=passage, at=now())
    if found is None:
        return redirect("dossiers:electronic_receipt", token)
    number, content = found
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{number.replace("/", "-")}.pdf"'
    return response


# --- is this receipt genuine? ---------------------------------------------------------------------------------------
@read_or_sent
def verify_page(request):
    form = VerifyForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "dossiers/verify.html", {"form": form}, status=400 if form.is_bound else 200)
    judgement = judge(form.cleaned_data["text"])
    return render(request, "dossiers/verified.html", {"judgement": judgement})


@only_read
@cache_control(public=True, max_age=300)
def receipt_keys(request):
    """The public keys, for whoever checks receipts offline."""
    response = JsonResponse(SigningKey.document(now()), json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response
