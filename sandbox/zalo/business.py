"""The host of ZBS template messages (formerly ZNS): who is let in, and the table of its addresses.

Zalo Business Solutions API. The error codes are its own: -100 means something else here than on the OA's host.
"""

from sandbox.zalo import by_phone, catalogue, codes
from sandbox.zalo.manners import Enveloped, bound, require_token

TABLE = {
    ("POST", "/message/template"): ("zbs", by_phone.send),
    ("POST", "/message/template/hashphone"): ("zbs_hashphone", by_phone.send_to_hash),
    ("GET", "/message/status"): ("zbs_status", by_phone.status),
    ("GET", "/message/quota"): ("zbs_quota", by_phone.quota),
    ("GET", "/message/template-tag"): ("zbs_tags", catalogue.tags),
    ("GET", "/quality"): ("zbs_quality", catalogue.quality),
    ("GET", "/template/all"): ("zbs_templates", catalogue.listed),
    ("GET", "/template/info/v2"): ("zbs_template", catalogue.info),
    ("GET", "/template/info"): ("zbs_template", catalogue.info),
    ("GET", "/template/sample-data"): ("zbs_sample", catalogue.sample),
    ("POST", "/template/create"): ("zbs_template_create", catalogue.create),
    ("POST", "/template/edit"): ("zbs_template_edit", catalogue.edit),
    ("POST", "/upload/image"): ("zbs_upload", catalogue.upload),
    ("POST", "/rating/get"): ("zbs_ratings", by_phone.ratings),
    ("GET", "/rating/get"): ("zbs_ratings", by_phone.ratings),
    ("POST", "/response/get"): ("zbs_responses", by_phone.responses),
}


def endpoints(zalo):
    return bound(zalo, TABLE)


class Manners(Enveloped):
    table = codes.ZBS
    fault_codes = {
        "rate_limit": (-32, codes.ZBS[-32]),
        "expired_token": (-124, codes.ZBS[-124]),
        "night": (-133, codes.ZBS[-133]),
    }

    def admit(self, call):
        wrong = codes.zbs(-124)
        require_token(self.zalo, call, unknown=wrong, dead=wrong, wrong_proof=codes.zbs(-1241))
        if self.zalo.settings.app_disabled:
            raise codes.zbs(-103)
        if self.zalo.settings.oa_disabled:
            raise codes.zbs(-135)

    def good(self, call, data):
        """A list of templates comes with its `metadata` beside `data`."""
        rows, beside = data if isinstance(data, tuple) else (data, {})
        return {**super().good(call, rows), **beside}
