"""What Zalo says of our account at this moment, for the page of the account: [(name, value)] in words."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop

from portal.channels.base import SendError
from portal.channels.zalo import client, pace, quota
from portal.channels.zalo.answers import BUSINESS
from portal.channels.zalo.words import timeout_of

# ZBS, "Danh sách template".
STATUSES = {
    "ENABLE": _noop("approved"), "PENDING_REVIEW": _noop("waits for approval"), "REJECT": _noop("not approved"),
    "DISABLE": _noop("blocked"), "DELETE": _noop("deleted"),
}  # fmt: skip


def of_the_account():
    """Raises SendError when Zalo is not there; a single number that is not to be had says so in its place."""
    oa = client.ask("/v2.0/oa/getoa") or {}
    seen = pace.last_seen()
    return [
        (_("Official Account"), f"{oa.get('name', '')} ({oa.get('oaid', '')})"),
        (_("verified"), _("yes") if oa.get("is_verified") else _("no")),
        (_("followers of the account"), oa.get("num_follower", "")),
        (_("package"), _("%(name)s, until %(day)s") % _package(oa)),
        *_told(_("paid answers left in the package"), _packages),
        *([(_("calls left in this minute"), f"{seen.left} / {seen.limit}")] if seen else []),
    ]


def by_phone():
    left = client.ask("/message/quota", host=BUSINESS) or {}
    rows = [(_("messages by phone left today"), f"{left.get('remainingQuota')} / {left.get('dailyQuota')}")]
    used = {str(template["id"]): template for template in settings.ZALO_TEMPLATES.values()}
    for number, template in sorted(used.items()):
        rows += _told(_("template %(number)s") % {"number": number}, lambda t=template: _template(t))
    return rows


def _told(name, question):
    try:
        return [(name, question())]
    except SendError as error:
        return [(name, _("not to be had: %(words)s") % {"words": error})]
    except (KeyError, TypeError, ValueError, AttributeError):
        return [(name, _("not to be had: %(words)s") % {"words": _("the answer has another shape")})]


def _package(oa):
    return {"name": oa.get("package_name") or "—", "day": oa.get("package_valid_through_date") or "—"}


def _packages():
    return "; ".join(f"{one.left} / {one.total} ({one.valid_through})" for one in quota.of_account()) or _("none")


def _template(template):
    """Its state, and for how long Zalo tries: what `timeout` in ZALO_TEMPLATES should say."""
    said = client.ask("/template/info/v2", host=BUSINESS, template_id=template["id"])
    status = said.get("status", "")
    words = {
        "name": said.get("templateName", ""), "status": _(STATUSES[status]) if status in STATUSES else status,
        "theirs": int(said.get("timeout") or 0) // 60_000,
        "ours": int(timeout_of(template).total_seconds()) // 60,
    }  # fmt: skip
    return _("%(name)s: %(status)s; Zalo tries for %(theirs)s minutes, we wait for %(ours)s") % words
