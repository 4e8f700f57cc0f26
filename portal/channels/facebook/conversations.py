"""Reading back, after a doubtful send: is ours there, or is everything there that is newer, and ours is not?

A row whose number another of our messages has is that message, however much it says the same.
"""

from datetime import datetime, timedelta

from django.conf import settings

from portal.channels.base import NotSent, Receipt
from portal.channels.facebook import client, words
from portal.channels.models import Delivery

# How far the clocks of two houses may be apart.
SLACK = timedelta(minutes=10)
# What was taken over shows in what is read only after a while.
SHOWS_AFTER = timedelta(minutes=2)
NEWEST = 50


def found(letter, *, at):
    """A Receipt, NotSent or None. Graph API, "Page Conversations"."""
    fields = f"messages.limit({NEWEST}){{id,message,created_time,from}}"
    answer = client.ask(f"/{settings.FACEBOOK_PAGE_ID}/conversations", user_id=letter.address, fields=fields)
    rows = [row for one in answer.get("data", []) for row in (one.get("messages") or {}).get("data", [])]
    return _verdict(rows, letter, words.text_of(letter), at=at)


def found_in_thread(letter, *, at):
    """The same among comments. An answer to an answer is shown beside it, so the whole post is read, too."""
    said = words.comment(letter)["message"]
    verdict = _verdict(_comments(letter.address), letter, said, at=at)
    post = _post_of(letter.address)
    if isinstance(verdict, Receipt) or not post:
        return verdict
    of_the_post = _verdict(_comments(post), letter, said, at=at)
    return of_the_post if isinstance(of_the_post, Receipt) or verdict is not None else None


def _comments(number):
    query = {"filter": "stream", "order": "reverse_chronological", "limit": NEWEST}
    answer = client.ask(f"/{number}/comments", fields="id,message,created_time,from", **query)
    return answer.get("data", [])


def _post_of(number):
    """The post of a comment "<post>_<comment>"; nothing for a post of the Page, which was asked already."""
    first, _underscore, second = number.partition("_")
    return f"{settings.FACEBOOK_PAGE_ID}_{first}" if second and first != settings.FACEBOOK_PAGE_ID else ""


def _verdict(rows, letter, said, *, at):
    began = letter.claimed_at - SLACK
    ours = [row for row in rows if _is_ours(row) and _moment(row) >= began and words.is_said(row, said)]
    numbers = [str(row["id"]) for row in ours if row.get("id")]
    taken = set(Delivery.objects.filter(external_id__in=numbers).values_list("external_id", flat=True))
    if left := [number for number in numbers if number not in taken]:
        return Receipt(external_id=left[0])
    sees_far_enough = len(rows) < NEWEST or min(map(_moment, rows)) < began
    surely_not = sees_far_enough and at - letter.claimed_at > SHOWS_AFTER
    return NotSent("not among what was read back") if surely_not else None


def _is_ours(row):
    """Who said it may be missing; then the words decide."""
    who = row.get("from")
    return not isinstance(who, dict) or str(who.get("id", "")) == settings.FACEBOOK_PAGE_ID


def _moment(row):
    return datetime.strptime(row["created_time"], "%Y-%m-%dT%H:%M:%S%z")
