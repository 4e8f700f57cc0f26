"""Every address of the house with something real in its blanks, found by walking the resolver."""

import re
from dataclasses import dataclass

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    pattern: str  # "quan-tri/dossiers/dossier/<path:object_id>/change/"
    name: str

    def __str__(self):
        return self.pattern


def every_route():
    return sorted(set(_walk(get_resolver().url_patterns, "", "")), key=str)


def _walk(patterns, prefix, namespace):
    for pattern in patterns:
        route = prefix + str(pattern.pattern).replace("^", "").replace("$", "")
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield Route(route, f"{namespace}{pattern.name or ''}")


def fill(route, values):
    """The address with real things in its blanks, or None where nothing fits (a model without a row)."""
    path = "/" + route.pattern
    for blank in re.findall(r"<[^>]+>|\(\?P<\w+>[^)]*\)", path):
        word = re.search(r"(\w+)>", blank)[1]
        value = _object_id(route, values) if word in ("object_id", "pk") and word not in values else values.get(word)
        if value is None:
            return None
        path = path.replace(blank, str(value), 1)
    return re.sub(r"\\(.)", r"\1", path).replace("(?:", "").replace(")?", "")


def _object_id(route, values):
    found = re.match(r"quan-tri/(\w+)/(\w+)/", route.pattern)
    if not found:
        return None
    about = values.get("objects", {}).get(f"{found[1]}.{found[2]}")
    if about is not None:
        return about
    row = apps.get_model(found[1], found[2])._base_manager.first()
    return row.pk if row else None
