"""Private messages of the Page. Messenger Platform, "Send API", "Private Replies", "Conversations"."""

from sandbox.facebook import asked, codes, objects
from sandbox.facebook.wall import PAGE

LONGEST_TEXT, MOST_CHOICES, LONGEST_TITLE = 2_000, 13, 20
DEAD_TAGS = {"ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE"}


def send(facebook, call):
    asked.page(facebook, call)
    said = asked.fields(call)
    recipient, message = asked.thing(said.get("recipient")), asked.thing(said.get("message"))
    if facebook.settings.barred:
        raise codes.graph(10, "The Page is temporarily barred from messaging", subcode=codes.BARRED)
    if facebook.settings.blocked:
        raise codes.graph(368)
    if not message:
        return _sender_action(facebook, recipient, said)
    content = _content(message)
    if "id" in recipient:
        fan = _known(facebook, recipient["id"])
        _check_window(facebook, fan, said)
    else:
        fan = _who_said(facebook, recipient)
    _check_reachable(fan)
    sent = facebook.deliver(fan, endpoint=call.name, private="id" not in recipient, **content)
    return {"recipient_id": fan.psid, "message_id": sent.id}


def _sender_action(facebook, recipient, said):
    if not said.get("sender_action"):
        raise codes.invalid("message")
    return {"recipient_id": _known(facebook, recipient.get("id")).psid}


def _content(message):
    text, attachment = str(message.get("text") or ""), asked.thing(message.get("attachment"))
    choices = message.get("quick_replies") or []
    if not text and not attachment:
        raise codes.invalid("message[text]")
    if len(text) > LONGEST_TEXT:
        raise codes.graph(100, "Length of param message[text] must be less than or equal to 2000")
    if len(choices) > MOST_CHOICES or not all(_is_choice(one) for one in choices):
        raise codes.invalid("message[quick_replies]")
    picture = str(asked.thing(attachment.get("payload")).get("url") or "")
    return {"text": text, "photo": picture, "metadata": str(message.get("metadata") or ""), "choices": choices}


def _is_choice(one):
    return isinstance(one, dict) and 0 < len(str(one.get("title", ""))) <= LONGEST_TITLE and "payload" in one


def _known(facebook, psid):
    fan = facebook.fans.with_psid(psid)
    if fan is None:
        raise codes.graph(100, "No matching user found", subcode=codes.NO_SUCH_PERSON)
    return fan


def _check_window(facebook, fan, said):
    """24 hours after a person's last word; a human being has seven days, where that was approved."""
    window, kind, tag = fan.window(facebook.world.clock.now()), said.get("messaging_type"), said.get("tag")
    if tag in DEAD_TAGS:
        raise codes.graph(100, "This message tag is no longer supported", subcode=codes.OLD_TAG)
    by_people = kind == "MESSAGE_TAG" and tag == "HUMAN_AGENT" and facebook.settings.human_agent
    if window != "open" and not (window == "people" and by_people):
        raise codes.graph(10, "This message is sent outside of allowed window.", subcode=codes.OUTSIDE_WINDOW)


def _who_said(facebook, recipient):
    """One private reply to a post or a comment, within seven days, and not to the Page itself."""
    number = str(recipient.get("comment_id") or recipient.get("post_id") or "")
    said = facebook.wall.find(number)
    if said is None or said.is_comment != ("comment_id" in recipient):
        raise codes.missing(number)
    if said.replied_privately:
        raise codes.graph(10900)
    if said.by == PAGE or not objects.may_reply_privately(facebook, said):
        raise codes.graph(10, "This message is sent outside of allowed window.", subcode=codes.OUTSIDE_WINDOW)
    fan = facebook.fans.of(facebook.world.people.get(said.by))
    _check_reachable(fan)
    said.replied_privately = True
    return fan


def _check_reachable(fan):
    if fan.blocked:
        raise codes.graph(551)
    if fan.unavailable:
        raise codes.graph(10, "This person cannot receive messages right now.", subcode=2018108)


def conversations(facebook, call):
    """Newest first, as far as `messages.limit(…)` asks."""
    asked.page(facebook, call)
    fan = _known(facebook, asked.fields(call).get("user_id"))
    rows = [_row(facebook, fan, one) for one in fan.chat[::-1]]
    return {"data": [{"id": f"t_{fan.psid}", "messages": {"data": rows[:50]}}] if rows else []}


def _row(facebook, fan, message):
    page = {"id": facebook.settings.page_id, "name": facebook.settings.page_name}
    person = {"id": fan.psid, "name": fan.person.name}
    return {
        "id": message.id, "message": message.text, "created_time": objects.moment(message.at),
        "from": page if message.by == "page" else person,
    }  # fmt: skip
