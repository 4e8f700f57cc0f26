"""The categories, terms and questions that we ship, for a province to begin with."""

import json
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from tqdm import tqdm

from agencies.audit import AuditedCommand
from feedback.categories import Category, ServiceLevel

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "categories.json"
FIELDS = ("name", "kind", "photo", "keywords", "stopper", "warning", "radius", "place", "private")


class Command(AuditedCommand):
    help = "Load the shipped categories of reports. Run again it adds what is missing; what a province changed stays."

    def handle(self, *args, **options):
        with transaction.atomic():
            added = load(json.loads(SHIPPED.read_text(encoding="utf-8")))
        self.stdout.write(_("%(n)s categories added.") % {"n": added})


def load(data):
    """Adds what is not there by name or code; returns how many categories."""
    levels = {one["name"]: _level(one) for one in data["levels"]}
    added = 0
    for place, group in enumerate(tqdm(data["categories"], disable=None), start=1):
        parent, new = _category(group, place, None, None)
        added += new
        for below, child in enumerate(group["children"], start=1):
            category, new = _category(child, below, parent, levels[child["level"]])
            added += new
            if new:
                _ask(category, child.get("questions", []))
    return added


def _level(one):
    defaults = {name: value for name, value in one.items() if name != "name"}
    return ServiceLevel.objects.get_or_create(name=one["name"], defaults=defaults)[0]


def _category(one, place, parent, level):
    known = {name: one[name] for name in FIELDS if name in one}
    defaults = {
        **known, "name_en": one.get("en", ""), "photo_after": one.get("after", False), "position": place * 10,
        "parent": parent, "service_level": level,
    }  # fmt: skip
    return Category.objects.get_or_create(code=one["code"], defaults=defaults)


def _ask(category, questions):
    for place, question in enumerate(questions, start=1):
        category.questions.create(position=place, **question)
