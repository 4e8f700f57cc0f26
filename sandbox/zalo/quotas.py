"""What the OA may still send, and the health page of the OA itself."""

from collections import Counter

from sandbox.zalo import asked, codes
from sandbox.zalo.users import ANSWERED_FOR

PROMOTIONS_A_DAY = 1


class Quotas:
    """Counted by day and month of Viet Nam."""

    def __init__(self, clock, settings):
        self.clock, self.settings = clock, settings
        self._spent = Counter()

    def daily(self):
        """(limit, left) of messages by phone."""
        limit = self.settings.daily_quota
        return limit, max(limit - self._spent["zbs", self._day()], 0)

    def spend_daily(self, template):
        self._spent["zbs", self._day()] += 1
        self._spent[template["template_id"], self._day()] += 1

    def template_has_room(self, template):
        limit = template["daily_quota"]
        return not limit or self._spent[template["template_id"], self._day()] < limit

    def spend_promotion(self, user):
        day = self._day()
        if user.promotions.get(day, 0) >= PROMOTIONS_A_DAY:
            return False
        user.promotions[day] = user.promotions.get(day, 0) + 1
        return True

    def spend_upload(self):
        self._spend("upload", self.settings.upload_quota, codes.oa(-211))

    def spend_broadcast(self):
        self._spend("broadcast", self.settings.broadcast_quota, codes.oa(-211))

    def spend_article(self):
        self._spend("article", self.settings.article_quota, codes.oa(-223))

    def broadcasts(self):
        limit = self.settings.broadcast_quota
        return limit, max(limit - self._spent["broadcast", self._day()[:7]], 0)

    def _spend(self, what, limit, refused):
        month = self._day()[:7]
        if self._spent[what, month] >= limit:
            raise refused
        self._spent[what, month] += 1

    def _day(self):
        return self.clock.local().strftime("%Y-%m-%d")


def getoa(zalo, call):
    settings = zalo.settings
    return {
        "oaid": settings.oa_id, "oa_id": settings.oa_id, "name": settings.oa_name,
        "description": "Một Official Account chỉ có trong sandbox", "oa_alias": "motcua-sandbox",
        "is_verified": settings.oa_verified, "oa_type": 4, "cate_name": "Cơ quan nhà nước",
        "num_follower": sum(user.follower for user in zalo.users.all()), "avatar": "", "cover": "",
        "package_name": "Nâng cao", "package_valid_through_date": "31/12/2099", "package_auto_renew_date": "",
        "linked_ZCA": "Đã liên kết" if settings.zca_linked else "",
    }  # fmt: skip


def v3(zalo, call):
    """Of one person, or of the OA when nobody is named."""
    body = asked.body(call)
    if "user_id" not in body:
        return _of_account(zalo, body)
    user = asked.user(zalo, body["user_id"])
    last = user.last_interaction
    open_ = last is not None and zalo.world.clock.now() - last <= ANSWERED_FOR
    left = 1 - user.promotions.get(zalo.world.clock.local().strftime("%Y-%m-%d"), 0)
    return {
        "last_interaction": str(int(last * 1000)) if last is not None else "",
        "cs_reply": {"remain": 8 if open_ else 0, "total": 8},
        "promotion": {"daily_remain": max(left, 0), "daily_total": 1, "monthly_remain": 4, "monthly_total": 4},
    }


def _of_account(zalo, body):
    if body.get("quota_owner") not in ("OA", "APP"):
        raise codes.invalid("quota_owner")
    total = zalo.settings.package_quota
    return [
        {
            "asset_id": "sandbox-asset", "product_type": body.get("product_type", "cs"),
            "quota_type": body.get("quota_type", "sub_quota"), "valid_through": "31/12/2099", "total": total,
            "remain": total,
        }
    ]  # fmt: skip


def v2(zalo, call):
    """Of broadcasts."""
    body = asked.body(call)
    limit, left = zalo.quotas.broadcasts()
    return {"type": body.get("type", "promotion"), "remain": left, "total": limit}
