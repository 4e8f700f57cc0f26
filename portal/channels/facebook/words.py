"""A letter in the platform's shapes: text, and answers to choose from. What is too long loses words, not its link."""

import re
import unicodedata

LONGEST_MESSAGE, LONGEST_COMMENT = 2_000, 8_000
LONGEST_TITLE, MOST_CHOICES = 20, 13
LINK = re.compile(r"https?://\S+")
MORE = "…"


def text_of(letter, *, most=LONGEST_MESSAGE):
    words = f"{letter.subject}\n\n{letter.text}" if letter.subject else letter.text
    links = [f"{title}: {said}" for title, said in _buttons(letter) if LINK.match(said)]
    return shortened("\n".join([words, *links]), most=most)


def shortened(words, *, most):
    """At most so many characters: cut between words, and the last link of the text stays."""
    words = unicodedata.normalize("NFC", words).strip()
    if len(words) <= most:
        return words
    links = LINK.findall(words)
    end = f"{MORE}\n{links[-1]}" if links and len(links[-1]) < most // 2 else MORE
    head = words[: most - len(end)]
    cut = head.rsplit(None, 1)[0] if not words[len(head)].isspace() and " " in head else head
    return cut.rstrip() + end


def message(letter):
    """`message` of a private word. The reference comes back in the echo, and ends a doubt."""
    said = {"text": text_of(letter), "metadata": letter.reference}
    choices = [_choice(title, word) for title, word in _buttons(letter) if not LINK.match(word)]
    return {**said, "quick_replies": choices[:MOST_CHOICES]} if choices else said


def _buttons(letter):
    return [(str(title), str(said)) for title, said in letter.params.get("buttons", [])]


def _choice(title, word):
    short = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + MORE
    return {"content_type": "text", "title": short, "payload": word}


def comment(letter):
    """A public answer: the words alone, and the first of its pictures, which the platform fetches itself."""
    photos = letter.params.get("photos") or []
    said = {"message": text_of(letter, most=LONGEST_COMMENT)}
    return {**said, "attachment_url": str(photos[0])} if photos else said


def is_said(row, letter_words):
    """Does a row that was read back say the same? Spaces may have been evened out on the way."""
    return _plain(row.get("message", "")) == _plain(letter_words)


def _plain(text):
    return " ".join(unicodedata.normalize("NFC", str(text)).split())
