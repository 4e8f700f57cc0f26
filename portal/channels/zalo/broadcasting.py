"""An article to everybody who follows our Official Account. Zalo OA, "Gửi tin Truyền thông broadcast".

By day only, 06:00 to 21:59 of Viet Nam, and a few times a month, as the account's package says. Zalo could choose by
age, sex and place: an authority's news is for all who follow it.
"""

from datetime import time

from django.utils.translation import gettext as _

from agencies.worktime import VIETNAM
from portal.channels.base import TryAgain
from portal.channels.zalo import client
from portal.channels.zalo.answers import morning

OPENS, CLOSES = time(6), time(22)


def broadcast(article_id, *, at):
    """Zalo's number of the broadcast.

    Raises:
        TryAgain: it is night (`at` says when), or the month's broadcasts are used up; surely not sent.
        Unknown: it may have gone to all followers, and nothing tells: a person looks at the account, nobody repeats it.
        SendError: any other No.
    """
    if not OPENS <= at.astimezone(VIETNAM).time() < CLOSES:
        raise TryAgain(_("no broadcasts at night"), at=morning(at))
    element = {"media_type": "article", "attachment_id": article_id}
    payload = {"template_type": "media", "elements": [element]}
    body = {"recipient": {"target": {}}, "message": {"attachment": {"type": "template", "payload": payload}}}
    return client.part(client.post("/v2.0/oa/message", body), "message_id", effect=True)
