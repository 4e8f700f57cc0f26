"""Figures that pages show, counted by the clock and kept: no page ever counts a million reports.

Two kinds stand in one table. What the public counts (received, answered, fixed …) is of public reports alone, for each
of these figures opens the list that it counts. How long an answer usually takes is of all reports of a category.
Closed is not fixed: what was settled otherwise is a figure of its own.
"""

from datetime import timedelta

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

PERIOD = timedelta(days=90)
ENOUGH = 20  # answers, before a middle is worth telling
LOCK = 1_107_230_401  # ours among the advisory locks of the database


class FiguresQuerySet(models.QuerySet):
    def refresh(self, *, at):
        """Count anew. Whether we did: while somebody else counts, nobody needs to."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return False
            cursor.execute("DELETE FROM feedback_figures")
            cursor.execute(_COUNT, {"at": at, "since": at - PERIOD})
            cursor.execute(_TIME, {"at": at, "since": at - PERIOD})
        return True

    def usual_minutes(self):
        """{category's id: minutes that half of its answers took at most}, where there were enough of them."""
        enough = self.filter(category__isnull=False, ward=None, timed__gte=ENOUGH)
        return dict(enough.values_list("category_id", "usual_minutes"))


class Figures(models.Model):
    """Of the reports received in the last 90 days: of all, of one ward, or of one category."""

    ward = models.ForeignKey("agencies.Unit", models.CASCADE, null=True, related_name="+", verbose_name=_("ward"))
    category = models.ForeignKey(
        "feedback.Category", models.CASCADE, null=True, related_name="+", verbose_name=_("category")
    )
    received = models.PositiveIntegerField(default=0)
    open = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    fixed = models.PositiveIntegerField(default=0)
    otherwise = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    answer_minutes = models.PositiveIntegerField(null=True)
    timed = models.PositiveIntegerField(default=0)
    usual_minutes = models.PositiveIntegerField(null=True)
    counted_at = models.DateTimeField()

    objects = FiguresQuerySet.as_manager()

    class Meta:
        verbose_name = _("figures of reports")
        verbose_name_plural = _("figures of reports")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "category"], nulls_distinct=False, name="feedback_figures_of_one_thing"
            )
        ]

    def __str__(self):
        return f"{self.ward or self.category or ''} {self.received}"

    @property
    def on_time_share(self):
        """In hundredths of what was answered; None while nothing was."""
        return round(100 * self.on_time / self.answered) if self.answered else None


_MIDDLE = "percentile_disc(0.5) WITHIN GROUP (ORDER BY floor(extract(epoch FROM answered_at - received_at) / 60))::int"
_OPEN = (
    "state IN ('new', 'accepted', 'assigned', 'in_progress', 'waiting', 'passed_on', 'answered', 'reopening_asked',"
    " 'reopened')"
)
_COUNT = f"""
INSERT INTO feedback_figures (ward_id, category_id, received, open, late, answered, on_time, fixed, otherwise, closed,
                              answer_minutes, timed, counted_at)
SELECT ward_id, category_id, count(*),
       count(*) FILTER (WHERE {_OPEN}),
       count(*) FILTER (WHERE {_OPEN} AND due_at < %(at)s),
       count(answered_at),
       count(*) FILTER (WHERE answered_at <= due_at),
       count(*) FILTER (WHERE answered_at IS NOT NULL AND outcome = 'fixed'),
       count(*) FILTER (WHERE answered_at IS NOT NULL AND outcome <> 'fixed'),
       count(*) FILTER (WHERE state = 'closed'),
       {_MIDDLE}, 0, %(at)s
  FROM feedback_report WHERE shown AND received_at > %(since)s
 GROUP BY GROUPING SETS ((), (ward_id), (category_id))
HAVING grouping(ward_id) = 1 OR ward_id IS NOT NULL
"""  # noqa: S608  (constants of ours)
# A category whose reports are never public has a usual time as well.
_TIME = f"""
INSERT INTO feedback_figures AS known (category_id, received, open, late, answered, on_time, fixed, otherwise, closed,
                                       timed, usual_minutes, counted_at)
SELECT category_id, 0, 0, 0, 0, 0, 0, 0, 0, count(*), {_MIDDLE}, %(at)s
  FROM feedback_report WHERE answered_at > %(since)s GROUP BY category_id
    ON CONFLICT (ward_id, category_id) DO UPDATE SET timed = EXCLUDED.timed, usual_minutes = EXCLUDED.usual_minutes
"""  # noqa: S608
