"""What a text may be about, before anybody has learnt anything: the words people use for each category.

A suggestion and never a decision; what the province's own closed reports teach stands in suggesting.py.
"""

import re
from dataclasses import dataclass

from agencies.vietnamese import search_key
from feedback.categories import Category

MOST = 3
_QUESTION = re.compile(
    r"\?\s*$|\b(?:o dau|khi nao|bao gio|the nao|lam sao|bao nhieu|may gio|co duoc khong|cho hoi|xin hoi|hoi)\b"
)
_COURTESY = frozenset(
    re.findall(
        r"\w+",
        """a ad admin anh ban cam cang chao chi chuc chua co da dep duoc em good great hay hello hi ho like moi mung
        nguoi nha nhe nhieu ok oke oi on qua rat thank thanks tot tuyet ung voi xin you""",
    )
)
_TAG = re.compile(r"@\S+")


@dataclass(frozen=True)
class Guess:
    category: Category
    words: int


def guesses(text):
    """At most three categories whose words stand in the text, the most telling first; those never public stay last."""
    folded = f" {search_key(text)} "
    found = []
    for category in Category.objects.offered().filter(stopper=""):
        hits = [word for word in _words(category) if f" {word} " in _spaced(folded)]
        if hits:
            found.append(Guess(category, sum(len(word.split()) for word in hits)))
    return sorted(found, key=lambda guess: (-guess.words, guess.category.pk))[:MOST]


def what_it_is(text, *, has_photo):
    """ "report", "question", "small_talk" or "unsure": rules, with a person for whatever they do not know.

    A question is a person's to answer, also one that names a lamp; courtesy alone is left in peace.
    """
    folded = search_key(_TAG.sub(" ", text))
    if set(re.findall(r"[a-z]+", folded)) <= _COURTESY:
        return "unsure" if has_photo else "small_talk"
    if _QUESTION.search(folded) and not has_photo:
        return "question"
    return "report" if guesses(text) else "unsure"


def _words(category):
    return [search_key(word) for word in category.keywords.split(",") if word.strip()]


def _spaced(folded):
    return re.sub(r"[^\w]+", " ", folded)
