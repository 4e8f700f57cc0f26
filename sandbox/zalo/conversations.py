"""Reading the chat back: whoever lost an answer looks here before sending again. Zalo OA, "Quản lý tin nhắn"."""

from sandbox.zalo import asked

MOST = 10
FROM_OA, FROM_USER = 0, 1
KINDS = {"image": "photo", "ask": "template", "article": "links"}


def conversation(zalo, call):
    """A bare list, newest first."""
    wanted = asked.data(call)
    user = asked.user(zalo, wanted.get("user_id"))
    shows_templates = zalo.settings.templates_in_conversation
    chat = [message for message in user.chat if shows_templates or message.kind != "template"]
    return [_row(zalo, user, message) for message in _slice(wanted, chat)]


def recent(zalo, call):
    """The last message of each chat."""
    last = [(user.chat[-1], user) for user in zalo.users.all() if user.chat]
    last.sort(key=lambda pair: pair[0].at)
    return [_row(zalo, user, message) for message, user in _slice(asked.data(call), last)]


def _slice(wanted, rows):
    offset = asked.number(wanted, "offset", at_most=10**6, default=0)
    count = asked.number(wanted, "count", at_most=MOST, default=MOST)
    end = max(len(rows) - offset, 0)
    return rows[max(end - count, 0) : end][::-1]


def _row(zalo, user, message):
    oa = {"id": zalo.settings.oa_id, "display_name": zalo.settings.oa_name, "avatar": ""}
    person = {"id": user.uid, "display_name": user.person.name, "avatar": ""}
    sender, receiver = (person, oa) if message.by == "user" else (oa, person)
    row = {
        "src": FROM_USER if message.by == "user" else FROM_OA, "time": message.at,
        "sent_time": "", "type": KINDS.get(message.kind, message.kind), "message": message.words or message.preview,
        "message_id": message.id,
    }  # fmt: skip
    row |= {f"from_{name}": value for name, value in sender.items()}
    row |= {f"to_{name}": value for name, value in receiver.items()}
    return row | ({"url": message.url, "thumb": message.url} if message.url else {})
