"""Which category a text may be about, learnt from the province's own settled reports. A suggestion, never a decision.

Runs of two to four letters within words, without tone marks, weighted by how rare they are, and a linear model over
them: it knows nothing of the language, bears typing errors, and is learnt anew each night. What was learnt lies in the
database as plain arrays, never as a pickle: opening it can run nothing.
"""

import io
import time
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.rights import WHOLE, WholeQuerySet
from agencies.vietnamese import nfc, search_key
from feedback.categories import Category
from feedback.report import Report
from feedback.workflow import State

LEAST, LEAST_OF_ONE = 300, 10  # examples in all, and of a category
MOST = 50_000  # examples, the newest
SIZES = (2, 3, 4)
FEATURES = 20_000
HELD_OUT = 0.2
SETTLED = [State.PUBLISHED, State.RATED, State.CLOSED]
OFFERED, UNLIKELY = 3, 0.05
LONGEST = 2_000


class TooFew(Exception):
    """Not enough settled reports to learn from: {"n": how many there are, "least": how many it takes}."""

    def __init__(self, n):
        self.n = n
        super().__init__(f"{n} < {LEAST}")


class LearntCategories(models.Model):
    """What was learnt in one night, and how often it was right on reports it had not seen."""

    scope_unit, scope_field = WHOLE, None

    at = models.DateTimeField(_("learnt at"))
    examples = models.PositiveIntegerField(_("reports learnt from"))
    categories = models.PositiveIntegerField(_("categories"))
    tested_on = models.PositiveIntegerField(_("reports it was tried on"))
    top1 = models.FloatField(_("right at the first guess"))
    top3 = models.FloatField(_("right within three guesses"))
    most_frequent = models.FloatField(_("if one always guessed the most frequent"))
    seconds = models.FloatField(_("seconds it took"))
    arrays = models.BinaryField()

    objects = WholeQuerySet.as_manager()

    class Meta:
        verbose_name = _("what suggestions were learnt from")
        verbose_name_plural = _("suggestions of categories")
        default_permissions = ("view",)
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.at:%d/%m/%Y}"


def suggest(text):
    """At most three (category, probability), the likeliest first; nothing before enough was learnt."""
    newest = LearntCategories.objects.order_by("-at", "-pk").values_list("pk", flat=True).first()
    if newest is None or not text.strip():
        return []
    found = _learnt(newest).likely(text)
    offered = Category.objects.offered().filter(stopper="").in_bulk([pk for pk, _probability in found])
    known = [(offered[pk], probability) for pk, probability in found if pk in offered and probability >= UNLIKELY]
    return known[:OFFERED]


def learn(*, at):
    """Learns anew and measures it on a fifth that it did not see.

    Raises:
        TooFew: there is too little to learn from; what was learnt before stays.
    """
    began = time.monotonic()
    texts, labels = examples()
    if len(texts) < LEAST or len(set(labels)) < 2:
        raise TooFew(len(texts))
    measured = _measure(texts, labels)
    row = LearntCategories.objects.create(
        at=at, examples=len(texts), categories=len(set(labels)), arrays=_fitted(texts, labels).as_bytes(),
        seconds=round(time.monotonic() - began, 1), **measured,
    )  # fmt: skip
    # The one before it stays whole: somebody may be reading it at this moment.
    kept = list(LearntCategories.objects.values_list("pk", flat=True)[:2])
    LearntCategories.objects.exclude(pk__in=kept).update(arrays=b"")
    return row


def examples():
    """([text], [category's id]) of what a person looked at and the authority answered, the newest first."""
    rows = Report.objects.filter(state__in=SETTLED, looked_at__isnull=False).exclude(search_key="")
    pairs = rows.order_by("-pk").values_list("search_key", "category")[:MOST]
    often = Counter(category for _text, category in pairs)
    pairs = [(text, category) for text, category in pairs if often[category] >= LEAST_OF_ONE]
    return [text for text, _category in pairs], [category for _text, category in pairs]


def grams(text):
    """Runs of letters within each word, with a space at its ends."""
    for word in search_key(nfc(text[:LONGEST])).split():
        padded = f" {word} "
        for size in SIZES:
            yield from (padded[place : place + size] for place in range(len(padded) - size + 1))


@dataclass(frozen=True)
class Learnt:
    """Arrays of numpy: the n-grams' columns and rarities, a line of weights a category."""

    vocabulary: dict
    rarity: object
    weights: object
    biases: object
    categories: list

    def likely(self, text, most=10):
        """[(category's id, probability)], the likeliest first."""
        import numpy

        scores = self._scores(text)
        chances = 1 / (1 + numpy.exp(-scores))
        chances = chances / (chances.sum() or 1)
        best = numpy.argsort(-chances)[:most]
        return [(self.categories[place], float(chances[place])) for place in best]

    def _scores(self, text):
        """One score a category: weights times the text's n-grams, sublinear and of length one, as they were learnt."""
        import numpy

        counts = Counter(column for gram in grams(text) if (column := self.vocabulary.get(gram)) is not None)
        columns = numpy.fromiter(counts, dtype=int, count=len(counts))
        values = (1 + numpy.log(numpy.fromiter(counts.values(), dtype=float, count=len(counts)))) * self.rarity[columns]
        length = float(numpy.sqrt((values**2).sum())) or 1.0
        return self.weights[:, columns].astype(float) @ (values / length) + self.biases

    def as_bytes(self):
        import numpy

        file = io.BytesIO()
        words = "\n".join(sorted(self.vocabulary, key=self.vocabulary.get)).encode()
        numpy.savez_compressed(
            file, vocabulary=numpy.frombuffer(words, dtype=numpy.uint8), rarity=self.rarity.astype(numpy.float32),
            weights=self.weights.astype(numpy.float16), biases=self.biases.astype(numpy.float32),
            categories=numpy.array(self.categories, dtype=numpy.int64),
        )  # fmt: skip
        return file.getvalue()

    @classmethod
    def of_bytes(cls, content):
        import numpy

        with numpy.load(io.BytesIO(content), allow_pickle=False) as arrays:
            words = arrays["vocabulary"].tobytes().decode().split("\n")
            return cls(
                {word: column for column, word in enumerate(words)}, arrays["rarity"], arrays["weights"],
                arrays["biases"], arrays["categories"].tolist(),
            )  # fmt: skip


@lru_cache(maxsize=2)
def _learnt(pk):
    content = LearntCategories.objects.values_list("arrays", flat=True).get(pk=pk)
    return Learnt.of_bytes(bytes(content))


def _fitted(texts, labels):
    # Only whoever learns needs it: a web server suggests with numpy alone.
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import SGDClassifier

    measure = TfidfVectorizer(analyzer=lambda text: list(grams(text)), max_features=FEATURES, sublinear_tf=True)
    model = SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=30, random_state=0)
    model.fit(measure.fit_transform(texts), labels)
    weights, biases = model.coef_, model.intercept_
    if len(weights) == 1:  # of two categories it keeps one line, which speaks for the second
        import numpy

        weights, biases = numpy.vstack([-weights, weights]), numpy.concatenate([-biases, biases])
    vocabulary = {word: int(column) for word, column in measure.vocabulary_.items()}
    return Learnt(vocabulary, measure.idf_, weights, biases, [int(pk) for pk in model.classes_])


def _measure(texts, labels):
    """How often the first guess, or one of three, names the category that people confirmed."""
    from sklearn.model_selection import train_test_split

    known, unseen, right_known, right = train_test_split(
        texts, labels, test_size=HELD_OUT, random_state=0, stratify=labels
    )
    learnt = Learnt.of_bytes(_fitted(known, right_known).as_bytes())
    guessed = [[pk for pk, _probability in learnt.likely(text, most=3)] for text in unseen]
    pairs = list(zip(guessed, right, strict=True))
    most_frequent = Counter(right_known).most_common(1)[0][0]
    return {
        "tested_on": len(right), "top1": sum(three[0] == one for three, one in pairs) / len(pairs),
        "top3": sum(one in three for three, one in pairs) / len(pairs),
        "most_frequent": right.count(most_frequent) / len(right),
    }  # fmt: skip
