"""What the log of looks calls reports and the ways they are looked at."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import looks
from feedback.codes import shown
from feedback.report import Report


def put_into_words():
    looks.thing("report", names=codes_of, find=with_code)
    looks.thing("reports", names=lambda keys, reader: {"": _("reports")})
    looks.way("reporter", gettext_lazy("who reported"), words=lambda why: _("who reported, because: %(why)s")
              % {"why": why})  # fmt: skip
    looks.way("export", gettext_lazy("list downloaded"))


def codes_of(keys, reader):
    """{key: the report's code}; of one this reader may not see, only that it is one."""
    seen = dict(_seen_by(reader).filter(pk__in=filter(str.isdecimal, keys)).values_list("pk", "code"))
    hidden = _("a report you may not see (report:%(key)s)")
    codes = {key: seen.get(int(key)) if key.isdecimal() else None for key in keys}
    return {key: shown(code) if code else hidden % {"key": key} for key, code in codes.items()}


def with_code(text, reader):
    return _seen_by(reader).with_code(text).values_list("pk", flat=True)


def _seen_by(reader):
    return Report.objects.visible_to(reader)
