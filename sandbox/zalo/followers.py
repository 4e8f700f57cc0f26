"""People as the OA may see them, and the labels it gives them. Zalo OA, "Quản lý người dùng"."""

from datetime import datetime, timedelta

from sandbox.clock import VIETNAM
from sandbox.zalo import asked, codes, events

LAST_OFFSET, MOST = 9951, 50
PERIODS = {"TODAY": 0, "YESTERDAY": 1, "L7D": 6, "L30D": 29}


def detail(zalo, call):
    user = asked.user(zalo, asked.data(call).get("user_id"))
    if not user.follower and user.last_interaction is None:
        raise codes.oa(-213)
    return {
        "user_id": user.uid, "user_id_by_app": user.by_app, "user_external_id": "",
        "display_name": user.person.name, "user_alias": user.alias, "is_sensitive": False,
        "user_last_interaction_date": _day(user.last_interaction, "%d/%m/%Y"), "user_is_follower": user.follower,
        "avatar": "", "avatars": {"120": "", "240": ""}, "dynamic_param": "",
        "tags_and_notes_info": {"notes": [], "tag_names": list(user.tags)}, "shared_info": dict(user.shared),
    }  # fmt: skip


def getlist(zalo, call):
    wanted = asked.data(call)
    offset = asked.number(wanted, "offset", at_most=LAST_OFFSET)
    count = asked.number(wanted, "count", at_most=MOST)
    found = [user for user in zalo.users.all() if _matches(zalo, user, wanted)]
    users = [{"user_id": user.uid} for user in found[offset : offset + count]]
    return {"total": len(found), "count": len(users), "offset": offset, "users": users}


def _matches(zalo, user, wanted):
    if not user.follower and user.last_interaction is None:
        return False
    if "is_follower" in wanted and user.follower != (str(wanted["is_follower"]).lower() == "true"):
        return False
    if wanted.get("tag_name") and wanted["tag_name"] not in user.tags:
        return False
    return not wanted.get("last_interaction_period") or _spoke_in(zalo, user, wanted["last_interaction_period"])


def _spoke_in(zalo, user, period):
    first, last = _days(zalo, period)
    return first <= _day(user.last_interaction, "%Y_%m_%d") <= last


def _days(zalo, period):
    """First and last day, as 2026_11_25."""
    if ":" in str(period):
        return str(period).split(":", 1)
    if period not in tuple(PERIODS):
        raise codes.invalid("last_interaction_period")
    today = zalo.world.clock.local()
    last = today - timedelta(days=1) if period == "YESTERDAY" else today
    return tuple(day.strftime("%Y_%m_%d") for day in (today - timedelta(days=PERIODS[period]), last))


def _day(epoch, form):
    return datetime.fromtimestamp(epoch, tz=VIETNAM).strftime(form) if epoch is not None else ""


def update(zalo, call):
    body = asked.body(call)
    user = asked.user(zalo, body.get("user_id"))
    user.alias = str(body.get("alias", body.get("user_alias", user.alias)))
    shared = body.get("shared_info", {})
    if not isinstance(shared, dict):
        raise codes.invalid("shared_info")
    user.shared.update({key: str(value) for key, value in shared.items()})
    zalo.publish(events.about_oa(zalo, "update_user_info", user_id=user.uid, user_id_by_app=user.by_app, info=shared))


def tag(zalo, call):
    """A label that is not there yet is made."""
    user, name = _user_and_tag(zalo, call)
    if name not in user.tags:
        user.tags.append(name)
    zalo.publish(_tagged(zalo, user, "add_user_to_tag", name))


def untag(zalo, call):
    user, name = _user_and_tag(zalo, call)
    if name in user.tags:
        user.tags.remove(name)
    zalo.publish(_tagged(zalo, user, "remove_user_from_tag", name))


def remove_tag(zalo, call):
    name = asked.text(asked.body(call), "tag_name")
    for user in zalo.users.all():
        user.tags = [one for one in user.tags if one != name]
    zalo.publish(events.about_oa(zalo, "remove_tag", tag={"user_ids": [], "name": name}))


def tags(zalo, call):
    return sorted({name for user in zalo.users.all() for name in user.tags})


def _user_and_tag(zalo, call):
    body = asked.body(call)
    return asked.user(zalo, body.get("user_id")), asked.text(body, "tag_name", at_most=100)


def _tagged(zalo, user, event, name):
    content = {"user_ids": [user.uid], "name": name}
    return events.about_oa(zalo, event, user_id_by_app=user.by_app, tag=content)
