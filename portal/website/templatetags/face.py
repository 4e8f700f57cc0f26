"""The components of our pages; README.md of this app shows each in use."""

import re
from functools import lru_cache

from django import template
from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.website import context as website_context
from portal.website import fields

register = template.Library()

VIETNAMESE = re.compile("[À-ỹ]")
TAG_COLOURS = {"grey", "blue", "green", "yellow", "orange", "red", "purple"}
STEP_STATES = {"done", "now", "next", "stopped"}


# --- every page -----------------------------------------------------------------------------------------------------
@register.simple_tag
def same_on_every_page(name, **few):
    """A part that differs by language and by few values only, drawn once a process: a third of a small page's work."""
    return (_draw_part if settings.DEBUG else _drawn_part)(name, get_language(), **few)


def _draw_part(name, language, **few):
    return mark_safe(render_to_string(name, {**website_context.facts(), "LANGUAGE": language, **few}))  # noqa: S308


_drawn_part = lru_cache(maxsize=64)(_draw_part)


@receiver(setting_changed)
def _forget_parts(**kwargs):
    _drawn_part.cache_clear()


# --- forms ----------------------------------------------------------------------------------------------------------
@register.inclusion_tag("face/field.html")
def field(bound, label=None, hint=None, label_size="", width=None, inline=False, optional=None, **attrs):
    return fields.drawn(
        bound,
        label=label,
        hint=hint,
        label_size=label_size,
        width=width,
        inline=inline,
        optional=optional,
        attrs=attrs,
    )


@register.inclusion_tag("face/fields.html", name="fields")
def all_fields(form):
    return {"form": form}


@register.inclusion_tag("face/error_summary.html")
def error_summary(*forms):
    errors = []
    for form in (form for form in forms if form is not None and form.is_bound):
        errors += [{"text": text, "href": ""} for text in form.non_field_errors()]
        errors += [
            {"text": f"{bound.label}: {text}", "href": "" if bound.is_hidden else f"#{fields.anchor(bound)}"}
            for bound in form
            for text in bound.errors
        ]
    return {"errors": errors}


@register.simple_tag
def title_error(*forms):
    return _("Error:") + " " if any(form is not None and form.is_bound and form.errors for form in forms) else ""


@register.inclusion_tag("face/button.html")
def button(text, kind="", href="", name="", value="", start=False):
    return {"text": text, "kind": kind, "href": href, "name": name, "value": value, "start": start}


# --- telling --------------------------------------------------------------------------------------------------------
@register.inclusion_tag("face/tag.html")
def tag(text, colour="blue"):
    return {"text": text, "colour": _one_of(TAG_COLOURS, colour)}


@register.simple_block_tag
def summary(content):
    return _drawn("summary", content=content)


@register.inclusion_tag("face/row.html")
def row(key, value, href="", action=""):
    return {"key": key, "value": value, "href": href, "action": action}


@register.simple_block_tag
def long_row(content, key):
    return _drawn("row", key=key, value=content)


@register.simple_block_tag
def steps(content):
    return _drawn("steps", content=content)


@register.simple_block_tag
def step(content, name, state="next", at=None):
    return _drawn("step", content=content, name=name, state=_one_of(STEP_STATES, state), at=at)


@register.simple_tag
def many_rows(pairs):
    """The rows of a summary list at once, looking as `row` draws them: for the page that a whole province opens."""
    return format_html_join("", _ROW, ((key, voiced(value)) for key, value in pairs))


_ROW = (
    '<div class="govuk-summary-list__row govuk-summary-list__row--no-actions">'
    '<dt class="govuk-summary-list__key">{}</dt><dd class="govuk-summary-list__value">{}</dd></div>\n'
)


@register.simple_tag
def many_steps(stages):
    """A whole road, looking as `step` draws it; each has name, state, state_in_words and note."""
    return format_html_join("", _STEP, map(_parts_of_step, stages))


_STEP = (
    '<li class="face-step face-step--{}"{}><p class="face-step__name">{}</p>\n'
    '<p class="face-step__state">{}</p>{}</li>\n'
)
_HERE = mark_safe(' aria-current="step"')
_NOTE = '<div class="face-step__note"><p lang="vi">{}</p></div>'


def _parts_of_step(stage):
    here = _HERE if stage.state == "now" else ""
    note = format_html(_NOTE, linebreaksbr(stage.note)) if stage.note else ""
    return stage.state, here, voiced(stage.name), stage.state_in_words, note


@register.simple_block_tag
def inset(content):
    return _drawn("inset", content=content)


@register.simple_block_tag
def warning(content):
    return _drawn("warning", content=content)


@register.simple_block_tag
def banner(content, title, kind=""):
    return _drawn("banner", content=content, title=title, kind=_one_of({"", "success"}, kind))


@register.simple_block_tag
def panel(content, title):
    return _drawn("panel", content=content, title=title)


@register.simple_block_tag
def details(content, text, opened=False):
    return _drawn("details", content=content, text=text, opened=opened)


@register.inclusion_tag("face/table.html")
def table(caption, headers, rows, numeric=""):
    """`numeric` counts columns from 1, as in "2 3"."""
    right = {int(column) for column in str(numeric).split()}
    return {
        "caption": caption,
        "headers": [{"text": text, "right": place in right} for place, text in enumerate(headers, 1)],
        "rows": [[{"text": text, "right": place in right} for place, text in enumerate(cells, 1)] for cells in rows],
    }


# --- finding one's way ----------------------------------------------------------------------------------------------
@register.inclusion_tag("face/breadcrumbs.html")
def breadcrumbs(*parts):
    """Text and address in turn; a last text without an address is the page one is on."""
    crumbs = [{"text": parts[i], "href": parts[i + 1] if i + 1 < len(parts) else ""} for i in range(0, len(parts), 2)]
    return {"crumbs": crumbs}


@register.inclusion_tag("face/pagination.html", takes_context=True)
def pagination(context, page, parameter="page"):
    """`page` has number, has_previous and has_next, as values or methods; nobody counts a million rows for a link."""
    return {
        "previous": _page_address(context, parameter, page.number - 1) if _says(page.has_previous) else "",
        "next": _page_address(context, parameter, page.number + 1) if _says(page.has_next) else "",
        "number": page.number,
    }


# --- dates and numbers ----------------------------------------------------------------------------------------------
@register.filter(expects_localtime=True)
def moment(at):
    """14:30 ngày 27/11/2026"""
    return date_format(_local(at), "DATETIME_FORMAT") if at else ""


@register.filter(expects_localtime=True)
def day(on):
    """27/11/2026"""
    return date_format(_local(on), "DATE_FORMAT") if on else ""


@register.filter
def number(amount):
    """3.321"""
    return "" if amount is None else number_format(amount, force_grouping=True)


@register.filter
def dong(amount):
    """15.000 đồng; nothing for an amount that nobody published, which is not the same as free."""
    return "" if amount is None else _("VND %(amount)s") % {"amount": number_format(amount, 0, force_grouping=True)}


@register.filter
def dialled(phone):
    """A phone number as a link: a tap calls it."""
    return format_html('<a class="govuk-link" href="tel:{}">{}</a>', re.sub(r"[^\d+]", "", str(phone)), phone)


@register.filter
def voiced(text):
    """Vietnamese on an English page is marked as such, so that a screen reader changes its voice (WCAG 3.1.2)."""
    if isinstance(text, SafeString) or get_language() == "vi" or not VIETNAMESE.search(str(text)):
        return text
    return format_html('<span lang="vi">{}</span>', text)


# --------------------------------------------------------------------------------------------------------------------
def _drawn(component, /, **context):
    return mark_safe(render_to_string(f"face/{component}.html", context))  # noqa: S308  (rendered with escaping on)


def _one_of(allowed, word):
    if word not in allowed:
        raise template.TemplateSyntaxError(f"{word!r} is none of {', '.join(sorted(filter(None, allowed)))}")
    return word


def _says(answer):
    return answer() if callable(answer) else answer


def _page_address(context, parameter, number):
    query = context["request"].GET.copy()
    query[parameter] = number
    return f"?{query.urlencode()}"


def _local(value):
    return timezone.localtime(value) if hasattr(value, "tzinfo") and value.tzinfo else value
