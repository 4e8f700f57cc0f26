"""What a citizen does on the Page's wall and in Messenger. The control API and the pages come through the same doors.

Each act takes the platform, the fan, and what was chosen; a wrong choice is a ValueError in words.
"""

from sandbox.door import Upload
from sandbox.facebook import events
from sandbox.facebook.people import CHANGEABLE, Message


def comment(facebook, fan, under="", text="", file=None, url=""):
    """Under a post or a comment; without a number under the Page's newest post."""
    target = facebook.wall.find(under) if under else facebook.wall.posts()[0]
    if target is None:
        raise ValueError(f"under: there is no post or comment {under!r}.")
    return _shown(facebook.comment(fan.person.id, target, _words(text, file, url), photo=_picture(facebook, file, url)))


def post(facebook, fan, text="", file=None, url=""):
    """A visitor's post on the wall."""
    return _shown(facebook.post(fan.person.id, _words(text, file, url), photo=_picture(facebook, file, url)))


def edit(facebook, fan, id="", text=""):
    if not str(text).strip():
        raise ValueError("text: what shall stand there?")
    facebook.edit(_theirs(facebook, fan, id), str(text))


def remove(facebook, fan, id=""):
    facebook.remove(_theirs(facebook, fan, id))


def say(facebook, fan, text="", ref=""):
    if not str(text).strip():
        raise ValueError("text: what does the person say?")
    more = {"referral": {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}} if ref else {}
    return _heard(facebook, fan, text=str(text), **more)


def send_picture(facebook, fan, file=None, url="", text=""):
    picture = _picture(facebook, file, url)
    if not picture:
        raise ValueError("file: give a picture (multipart, part `file`), `data` in base64, or a `url`.")
    return _heard(facebook, fan, text=str(text), photo=picture)


def press(facebook, fan, message_id="", choice=0):
    """A quick reply under a message of the Page."""
    message = next((one for one in fan.chat if one.id == message_id and one.by == "page"), None)
    if message is None or not 0 <= int(choice) < len(message.choices):
        raise ValueError("message_id, choice: there is no such button.")
    chosen = message.choices[int(choice)]
    return _heard(facebook, fan, text=chosen["title"], quick_reply={"payload": chosen["payload"]})


def start(facebook, fan, ref=""):
    """The button "Get Started", perhaps by a link m.me/…?ref=."""
    postback = {"mid": facebook.new_mid(), "title": "Bắt đầu", "payload": "GET_STARTED"}
    if ref:
        postback["referral"] = {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}
    fan.last_word = facebook.world.clock.now()
    facebook.publish("messaging_postbacks", events.from_person(facebook, fan, postback=postback))


def come(facebook, fan, ref=""):
    """By a link m.me/…?ref= into a conversation that was there before."""
    referral = {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}
    facebook.publish("messaging_referrals", events.from_person(facebook, fan, referral=referral))


def read(facebook, fan):
    for message in fan.chat:
        message.seen = True
    watermark = int(facebook.world.clock.now() * 1000)
    facebook.publish("message_reads", events.from_person(facebook, fan, read={"watermark": watermark}))
    facebook.world.changed()


def change(facebook, fan, **changes):
    """What the person has chosen: blocked, unavailable; last_word in seconds."""
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(
            f"Of a person one can change {', '.join(sorted(CHANGEABLE))}; not {', '.join(sorted(unknown))}."
        )
    for name, value in changes.items():
        setattr(fan, name, value)
    facebook.world.changed()


def _heard(facebook, fan, *, text="", photo="", **more):
    message = Message(facebook.new_mid(), "person", facebook.world.clock.now(), text=text, photo=photo)
    facebook.hear(fan, message, **more)
    return {"id": message.id, "text": text, "photo": photo}


def _shown(one):
    return {"id": one.id, "text": one.text, "parent": one.parent, "photo": one.photo}


def _words(text, file, url):
    if not (str(text).strip() or url or (isinstance(file, Upload) and file.content)):
        raise ValueError("text: what does the person write?")
    return str(text)


def _picture(facebook, file, url):
    return facebook.keep_media(file) if isinstance(file, Upload) and file.content else url


def _theirs(facebook, fan, number):
    one = facebook.wall.find(number)
    if one is None or one.by != fan.person.id:
        raise ValueError(f"id: {fan.person.id} wrote nothing under {number!r}.")
    return one


ACTS = {
    "comment": comment, "post": post, "edit": edit, "remove": remove, "text": say, "image": send_picture,
    "press": press, "start": start, "come": come, "read": read, "change": change,
}  # fmt: skip
