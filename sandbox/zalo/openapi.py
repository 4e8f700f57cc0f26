"""The OA's host: who is let in, how often, and the table of its addresses."""

from sandbox.zalo import articles, broadcasts, codes, consultation, conversations, followers, quotas, stopped, uploads
from sandbox.zalo import templates as by_uid
from sandbox.zalo.manners import Enveloped, bound, require_token

TABLE = {
    ("POST", "/v3.0/oa/message/cs"): ("cs", consultation.send),
    ("POST", "/v3.0/oa/message/template"): ("template", by_uid.send),
    ("POST", "/v3.0/oa/message/transaction"): ("transaction", stopped.v3),
    ("POST", "/v3.0/oa/message/promotion"): ("promotion", stopped.v3),
    ("POST", "/v2.0/oa/message"): ("broadcast", broadcasts.message),
    ("POST", "/v2.0/oa/upload/image"): ("upload_image", uploads.image),
    ("POST", "/v2.0/oa/upload/gif"): ("upload_gif", uploads.gif),
    ("POST", "/v2.0/oa/upload/file"): ("upload_file", uploads.file),
    ("POST", "/v2.0/article/create"): ("article_create", articles.create),
    ("POST", "/v2.0/article/verify"): ("article_verify", articles.verify),
    ("POST", "/v2.0/article/update"): ("article_update", articles.update),
    ("POST", "/v2.0/article/remove"): ("article_remove", articles.remove),
    ("GET", "/v2.0/article/getslice"): ("article_getslice", articles.getslice),
    ("GET", "/v2.0/article/getdetail"): ("article_getdetail", articles.getdetail),
    ("POST", "/v2.0/article/upload_video/preparevideo"): ("video_prepare", articles.prepare_video),
    ("GET", "/v2.0/article/upload_video/verify"): ("video_verify", articles.verify_video),
    ("GET", "/v3.0/oa/user/detail"): ("user_detail", followers.detail),
    ("GET", "/v3.0/oa/user/getlist"): ("user_getlist", followers.getlist),
    ("POST", "/v3.0/oa/user/update"): ("user_update", followers.update),
    ("POST", "/v3.0/oa/updatefollowerinfo"): ("user_update", followers.update),
    ("POST", "/v2.0/oa/tag/tagfollower"): ("tag_add", followers.tag),
    ("POST", "/v2.0/oa/tag/rmfollowerfromtag"): ("tag_remove", followers.untag),
    ("POST", "/v2.0/oa/tag/rmtag"): ("tag_delete", followers.remove_tag),
    ("GET", "/v2.0/oa/tag/gettagsofoa"): ("tags", followers.tags),
    ("GET", "/v2.0/oa/conversation"): ("conversation", conversations.conversation),
    ("GET", "/v2.0/oa/listrecentchat"): ("listrecentchat", conversations.recent),
    ("GET", "/v2.0/oa/getoa"): ("getoa", quotas.getoa),
    ("POST", "/v3.0/oa/quota/message"): ("quota", quotas.v3),
    ("POST", "/v2.0/oa/quota/message"): ("quota_broadcast", quotas.v2),
}


def endpoints(zalo):
    return bound(zalo, TABLE)


class Manners(Enveloped):
    fault_codes = {
        "rate_limit": (-32, codes.OA[-32]),
        "expired_token": (-220, codes.OA[-220]),
        "night": (-234, codes.OA[-234]),
    }

    def __init__(self, zalo):
        super().__init__(zalo)
        self._minute, self._calls = 0, 0

    def admit(self, call):
        self._count()
        zalo = self.zalo
        require_token(zalo, call, unknown=codes.oa(-216), dead=codes.oa(-220), wrong_proof=codes.oa(-242))
        if zalo.settings.app_disabled:
            raise codes.oa(-219)
        if zalo.settings.oa_disabled:
            raise codes.oa(-204)
        if zalo.settings.rate_limit and self._calls > zalo.settings.rate_limit:
            raise codes.oa(-32)

    def headers(self, call):
        """Zalo OA API, rate limits: both headers stand on every answer, and it is "Remain", not "Remaining"."""
        limit = self.zalo.settings.rate_limit
        return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remain": str(max(limit - self._calls, 0))}

    def _count(self):
        """The window is one minute of the clock."""
        minute = int(self.zalo.world.clock.now() // 60)
        if minute != self._minute:
            self._minute, self._calls = minute, 0
        self._calls += 1
