"""What programs ask every site for, at the addresses where they expect it."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.timezone import now
from django.views.decorators.cache import cache_control

from agencies.methods import only_read

for_a_day = cache_control(public=True, max_age=86_400)
ANSWERED_FOR = timedelta(days=180)  # RFC 9116 wants less than a year


@only_read
@for_a_day
def robots(request):
    """Search engines are welcome to procedures; the back-office, dossiers and the API are not for them."""
    closed = ("/quan-tri/", "/api/", "/hs/", "/tin-nhan/", "/phan-anh/cua-toi/", "/phan-anh/danh-gia/")
    return _plain("User-agent: *", *(f"Disallow: {path}" for path in closed), "Allow: /hs/kiem-tra/")


@only_read
@for_a_day
def security(request):
    """Where to tell of a weakness (RFC 9116)."""
    return _plain(
        f"Contact: mailto:{settings.AUTHORITY_EMAIL}",
        f"Expires: {now() + ANSWERED_FOR:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: vi, en",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
    )


@only_read
@for_a_day
def icon(request):
    """For programs that look here without reading the page; pages name the drawing themselves."""
    return redirect(static("website/door.svg"), permanent=True)


def _plain(*lines):
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
