"""Things that hold from a day to a day, both of them included; a day that is not named leaves that side open."""

from django.db.models import Q, QuerySet


class DatedQuerySet(QuerySet):
    """Rows with `valid_from` and `valid_to`."""

    def in_force(self, on):
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on)
        )
