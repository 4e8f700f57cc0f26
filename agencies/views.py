"""The page of the second factor: enrol a phone, prove it, get recovery codes."""

from base64 import b32encode

import segno
from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django_otp import login as prove
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.widgets import UnfoldAdminTextInputWidget

from agencies.second_factor import has_second_factor, matching_device

RECOVERY_CODES = 10


class TokenForm(forms.Form):
    token = forms.CharField(
        label=_("Code from your phone"), max_length=20,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )  # fmt: skip


def second_factor(request):
    """Wrapped by the back-office's `admin_view`, so the officer is logged in with the password."""
    if not has_second_factor(request.user):
        return _enrol(request)
    return _proven(request) if request.user.is_verified() else _verify(request)


def _enrol(request):
    device, _new = TOTPDevice.objects.get_or_create(user=request.user, confirmed=False, defaults={"name": "TOTP"})
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = "".join(form.cleaned_data["token"].split())
        if device.verify_token(token):
            return _enrolled(request, device)
        form.add_error("token", _("This is not the code your phone shows now. Check the phone's clock and try again."))
    qr = segno.make(device.config_url, error="m").svg_inline(scale=5, light="white", border=4)
    context = {"form": form, "qr": mark_safe(qr), "secret": b32encode(device.bin_key).decode()}  # noqa: S308
    return _page(request, "agencies/second_factor_enrol.html", _("Set up the second factor"), context)


def _enrolled(request, device):
    device.confirmed = True
    device.save()
    request.session.cycle_key()
    prove(request, device)
    return _show_codes(request)


def _verify(request):
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = matching_device(request.user, form.cleaned_data["token"])
        if device is not None:
            prove(request, device)
            return redirect(_next(request))
        form.add_error("token", _("This code is wrong or was used already."))
    return _page(request, "agencies/second_factor_verify.html", _("Second factor"), {"form": form})


def _proven(request):
    if request.method == "POST":
        return _show_codes(request)
    left = StaticDevice.objects.filter(user=request.user).values_list("token_set", flat=True)
    context = {"codes_left": sum(pk is not None for pk in left)}
    return _page(request, "agencies/second_factor_proven.html", _("Second factor"), context)


@transaction.atomic
def _show_codes(request):
    """New recovery codes; the old ones end. They are shown this once."""
    StaticDevice.objects.filter(user=request.user).delete()
    device = StaticDevice.objects.create(user=request.user, name="recovery", confirmed=True)
    codes = [device.token_set.create(token=_code()).token for _n in range(RECOVERY_CODES)]
    context = {"codes": codes, "onwards": _next(request)}
    response = _page(request, "agencies/second_factor_codes.html", _("Your recovery codes"), context)
    response["Cache-Control"] = "no-store"
    return response


def _code():
    from django_otp.plugins.otp_static.models import StaticToken

    return StaticToken.random_token() + StaticToken.random_token()


def _next(request):
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("admin:index")


def _page(request, template, title, context):
    request.current_app = admin.site.name
    must = settings.STAFF_TOTP == "required"
    return TemplateResponse(
        request, template, {**admin.site.each_context(request), "title": title, "must": must, **context}
    )
