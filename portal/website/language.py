"""Which language a page speaks, and the switch in the header."""

from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

API = "/api/"


class VietnameseFirst(LocaleMiddleware):
    """What the reader chose with the switch; else Vietnamese, unless the browser asks for English and never names it.

    Many phones sold in Vietnam are set to English and list Vietnamese second: their owners read Vietnamese. A program
    that calls the API means what it says, so there the order of Accept-Language counts.
    """

    def process_request(self, request):
        if _names_vietnamese(request) and not _has_chosen(request) and not request.path_info.startswith(API):
            translation.activate("vi")
            request.LANGUAGE_CODE = "vi"
        else:
            super().process_request(request)

    def process_response(self, request, response):
        patch_vary_headers(response, ["Cookie"])
        return super().process_response(request, response)


def _names_vietnamese(request):
    asked = parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:500].lower())
    return any(language.split("-")[0] == "vi" and quality > 0 for language, quality in asked)


def _has_chosen(request):
    return request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in dict(settings.LANGUAGES)


# Exempt, so that a page does not need a cookie only to carry the switch: pages stay the same for everybody and can be
# kept by a proxy. The worst a forged switch does is to show the site in its other language.
switch = csrf_exempt(set_language)
