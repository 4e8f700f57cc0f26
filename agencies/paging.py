"""Pages of a list by the last row seen: nothing is skipped or shown twice while rows come and go, and page 10,000 costs
what page 1 does."""

import base64
import binascii
import json

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.utils.urls import replace_query_param

COUNTED_UP_TO = 10_000
MAX_SIZE = 500


class KeysetPagination(BasePagination):
    """`?cursor=…&page_size=…`. The view's `ordering` names columns that are never null; the key is always added."""

    cursor_param, size_param = "cursor", "page_size"

    def paginate_queryset(self, queryset, request, view=None):
        self.url = request.build_absolute_uri()
        size = _size(request.query_params.get(self.size_param))
        self.columns = _columns(queryset.model, getattr(view, "ordering", None))
        backwards, values = self._cursor(request, queryset.model)
        found = queryset.order_by(*(_signed(column, down ^ backwards) for column, down in self.columns))
        rows = list(found.filter(_beyond(self.columns, values, backwards))[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        self.count = _capped_count(queryset)
        self.next = self._link(rows[-1:], False) if more or backwards else None
        self.previous = self._link(rows[:1], True) if (more if backwards else values) else None
        return rows

    def get_paginated_response(self, data):
        page = {"count": self.count, "next": self.next, "previous": self.previous, "results": data}
        return Response(page)

    def get_paginated_response_schema(self, schema):
        link = {"type": "string", "format": "uri", "nullable": True}
        count = {"type": "integer", "nullable": True, "description": f"null: more than {COUNTED_UP_TO}"}
        return {
            "type": "object",
            "required": ["results"],
            "properties": {"count": count, "next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view):
        return [
            {"name": self.cursor_param, "in": "query", "schema": {"type": "string"}},
            {"name": self.size_param, "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MAX_SIZE}},
        ]

    def _link(self, rows, backwards):
        if not rows:
            return None
        values = [_plain(getattr(rows[0], column)) for column, _down in self.columns]
        text = base64.urlsafe_b64encode(json.dumps([int(backwards), *values]).encode()).decode().rstrip("=")
        return replace_query_param(self.url, self.cursor_param, text)

    def _cursor(self, request, model):
        text = request.query_params.get(self.cursor_param)
        if not text:
            return False, []
        try:
            backwards, *values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            fields = [model._meta.get_field(column) for column, _down in self.columns]
            values = [field.to_python(value) for field, value in zip(fields, values, strict=True)]
            if any(value is None or "\0" in str(value) for value in values):
                raise ValueError
            return bool(backwards), values
        except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError, _model_error()):
            raise ValidationError({self.cursor_param: _("This is no cursor of ours: follow “next” and “previous”.")})


def _model_error():
    from django.core.exceptions import ValidationError as ModelError

    return ModelError


def _columns(model, ordering):
    """[(column, whether downwards)], the primary key last."""
    names = [ordering] if isinstance(ordering, str) else list(ordering or ["-pk"])
    columns = [(name.lstrip("-"), name.startswith("-")) for name in names]
    key = model._meta.pk.attname
    columns = [(key if column == "pk" else column, down) for column, down in columns]
    return columns if key in dict(columns) else [*columns, (key, columns[-1][1])]


def _signed(column, down):
    return f"-{column}" if down else column


def _beyond(columns, values, backwards):
    """Rows after these values in the order of the columns: a > x, or a = x and b > y, …"""
    found, same = Q(), {}
    for (column, down), value in zip(columns, values, strict=False):
        found |= Q(**same, **{f"{column}__{'lt' if down ^ backwards else 'gt'}": value})
        same[column] = value
    return found


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _size(text):
    if text in (None, ""):
        return api_settings.PAGE_SIZE
    if not (text.isdecimal() and 1 <= int(text[:6]) <= MAX_SIZE):
        raise ValidationError({"page_size": _("A number from 1 to %(max)s is expected.") % {"max": MAX_SIZE}})
    return int(text)


def _capped_count(queryset):
    """How many rows there are, or None when there are more than 10,000: nobody waits for an exact million."""
    count = queryset.order_by()[: COUNTED_UP_TO + 1].count()
    return count if count <= COUNTED_UP_TO else None


def capped_counts(lists, *, up_to=COUNTED_UP_TO):
    """How many rows are in each list, `up_to` + 1 meaning more: nobody waits for an exact million. One query."""
    parts = [_counting(rows, up_to) for rows in lists]
    with connection.cursor() as cursor:
        columns = ", ".join(sql for sql, _parameters in parts)
        cursor.execute(f"SELECT {columns}", [value for _sql, values in parts for value in values])
        return cursor.fetchone()


def _counting(rows, up_to):
    try:
        sql, values = rows.order_by().values("pk")[: up_to + 1].query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT count(*) FROM ({sql}) AS found)", values  # noqa: S608
