"""Somebody with a browser but no JavaScript: opens pages and sends the forms that stand on them, over real HTTP."""

import re
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener


class Visitor:
    def __init__(self, base, language="vi"):
        self.base, self.language = base, language
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.url = self.status = self.text = self.body = None

    def open(self, path):
        return self._ask(Request(urljoin(self.url or self.base, path)))

    def fill_in(self, form=None, press=None, **answers):
        """Send the form with this id or address part (or the one that has these questions), as it stands but for
        `answers`. `press` is the value of the button pressed."""
        chosen = self._form(form, answers)
        data = {**chosen.values, **{name.replace("__", "-"): value for name, value in answers.items()}}
        if press:
            name, value = press
            data[name] = value
        address = urljoin(self.url, chosen.action or self.url)
        if chosen.method == "get":
            return self._ask(Request(f"{address.partition('?')[0]}?{urlencode(data, doseq=True)}"))
        return self._ask(Request(address, data=urlencode(data, doseq=True).encode(), headers={"Referer": self.url}))

    def _form(self, hint, answers):
        wanted = {name.replace("__", "-") for name in answers}
        for form in forms_of(self.text):
            if hint and hint not in (form.id, form.action) and hint not in (form.action or ""):
                continue
            if wanted <= form.names:
                return form
        raise AssertionError(f"No form {hint or ''} with {sorted(wanted)} on {self.url}:\n{self.text[:3000]}")

    def _ask(self, request):
        request.add_header("Accept-Language", self.language)
        try:
            answer = self.opener.open(request, timeout=30)
        except HTTPError as error:
            answer = error
        self.url, self.status, self.body = answer.url, answer.status, answer.read()
        self.text = self.body.decode(errors="replace")
        return self


class Form:
    def __init__(self, attrs):
        self.id, self.action = attrs.get("id", ""), attrs.get("action", "")
        self.method = attrs.get("method", "get").lower()
        self.values, self.names = {}, set()


def forms_of(html):
    parser = _Forms()
    parser.feed(html)
    return parser.forms


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.select, self.textarea = [], None, None

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(attrs))
        elif self.forms and attrs.get("name"):
            self._field(tag, attrs)
        elif tag == "option" and self.select:
            self._option(attrs)

    def _field(self, tag, attrs):
        form, name = self.forms[-1], attrs["name"]
        form.names.add(name)
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.textarea, form.values[name] = name, ""
        elif tag == "input" and (attrs.get("type") not in ("checkbox", "radio", "submit") or "checked" in attrs):
            form.values[name] = attrs.get("value", "")

    def _option(self, attrs):
        form = self.forms[-1]
        if "selected" in attrs or self.select not in form.values:
            form.values[self.select] = attrs.get("value", "")

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None

    def handle_data(self, data):
        if self.textarea and self.forms:
            self.forms[-1].values[self.textarea] += data


def words_of(html):
    """What is read on the page, for a failure's message."""
    body = re.sub(r"<(script|style|svg|head)\b.*?</\1>", " ", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
