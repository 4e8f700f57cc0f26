"""The staff's door: password, and a second factor for whoever has one (or for everybody: STAFF_TOTP=required)."""

from django import forms
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm

from agencies.second_factor import has_second_factor, matching_device

OPEN_PAGES = {"admin:login", "admin:logout", "admin:jsi18n"}


class LogInForm(AuthenticationForm):
    """A wrong code is told like a wrong password and counts like one, so that nobody learns which was right."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("The username, the password or the code from your phone is wrong."),
    }
    token = forms.CharField(
        label=_("Code from your phone"), required=False, max_length=20,
        help_text=_("Only if you have set it up: six digits, or one of your recovery codes."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        look = self.fields["username"].widget.attrs.get("class", "")
        self.fields["token"].widget.attrs |= {"class": look, "autocomplete": "one-time-code", "autocapitalize": "none"}

    def clean(self):
        cleaned = super().clean()
        user = self.get_user()
        if user is not None and has_second_factor(user):
            user.otp_device = matching_device(user, cleaned.get("token"))
            if user.otp_device is None:
                self._refuse(cleaned)
        return cleaned

    def _refuse(self, cleaned):
        credentials = {"username": cleaned.get("username")}
        user_login_failed.send(__name__, credentials=credentials, request=self.request)
        self.user_cache = None
        raise self.get_invalid_login_error()


class SecondFactor:
    """Middleware: nobody works in the back-office past their second factor."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # By what the address resolved to: a path can be written, and prefixed, in more ways than one.
        if self._must_stop(request):
            address = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return redirect(f"{reverse('second_factor')}?{address}")
        return None

    def _must_stop(self, request):
        page = request.resolver_match
        if "admin" not in page.namespaces or page.view_name in OPEN_PAGES:
            return False
        user = request.user
        if not user.is_authenticated or user.is_verified():
            return False
        return settings.STAFF_TOTP == "required" or has_second_factor(user)
