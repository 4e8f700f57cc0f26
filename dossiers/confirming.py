"""What a person in a conversation was asked for last: a proof for a number, and the code that went to a phone on file.

One row a person, overwritten by the next question and gone within a day: it is a thread of a conversation, no record.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.limits import Limit
from agencies.sealed import SealedTextField, blind_index
from dossiers.qr import same_secret

# How long an answer of digits alone is taken for an answer to this question.
LASTS = timedelta(minutes=30)
CODE_LASTS = timedelta(minutes=10)
MOST_TRIES = 5
# A code costs money, and rings a phone whose owner may not have asked for it.
CODES_A_PERSON, CODES_A_DOSSIER = (3, 3_600), (5, 86_400)
KEPT = timedelta(days=1)


class OpenQuestionQuerySet(models.QuerySet):
    def ask(self, person, *, number, at, phone_proof=""):
        """From now on this person's digits are an answer about this number; a code that was sent before is void."""
        fresh = {"number": number, "phone_proof": phone_proof, "asked_at": at, "code_index": "", "tries": 0}
        self.update_or_create(person_index=person, defaults=fresh)

    def open_to(self, person, *, at):
        """The question that this person may still answer, locked; or None."""
        rows = self.select_for_update().filter(person_index=person, asked_at__gt=at - LASTS)
        return rows.first()

    def settled(self, person):
        self.filter(person_index=person).delete()

    def forget(self, *, at):
        """What nobody can answer any more is nobody's business. Returns how many."""
        return self.filter(asked_at__lt=at - KEPT).delete()[0]


class OpenQuestion(models.Model):
    """`phone_proof`: which phone on file the person named by its end (phones.phone_proof); empty for none yet."""

    person_index = models.CharField(max_length=64, unique=True)
    number = SealedTextField()
    phone_proof = models.CharField(max_length=64, blank=True)
    code_index = models.CharField(max_length=64, blank=True)
    code_ends_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(db_index=True)

    objects = OpenQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("open question")
        verbose_name_plural = _("open questions")
        default_permissions = ()

    def __str__(self):
        return f"{self.asked_at:%d/%m/%Y %H:%M}"

    def new_code(self, *, at):
        """Six digits, good for CODE_LASTS and MOST_TRIES tries. Only their keyed hash is kept."""
        code = f"{secrets.randbelow(1_000_000):06}"
        self.code_index, self.code_ends_at, self.tries, self.asked_at = self._index(code), at + CODE_LASTS, 0, at
        self.save()
        return code

    def takes(self, code, *, at):
        """Whether this is the code that was sent; each try counts, and a code is good for one answer."""
        if not self.code_index or at >= self.code_ends_at or self.tries >= MOST_TRIES:
            return False
        self.tries += 1
        fits = same_secret(self._index(code), self.code_index)
        if fits:
            self.code_index = ""
        self.save(update_fields=["tries", "code_index"])
        return fits

    def _index(self, code):
        return blind_index(f"{self.person_index}:{code}", "follow-code")


def limits(person_index, dossier_id):
    """How many codes may go out: for one who asks, about one dossier, and for everybody."""
    return [
        Limit(f"codes:client:{person_index[:32]}", *CODES_A_PERSON),
        Limit(f"codes:dossier:{dossier_id}", *CODES_A_DOSSIER),
        Limit("codes:everybody", settings.LOOKUP_GLOBAL_LIMIT, settings.LOOKUP_WINDOW_SECONDS),
    ]
