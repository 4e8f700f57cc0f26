"""All that may be reported, for programs: `GET /api/v1/feedback/categories/`. Two queries, and none of a browser that
has it already and nothing changed since."""

from django.http import JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page

from agencies.methods import only_read
from feedback.categories import Category, Question

FIELDS = (
    "code", "name", "name_en", "description", "keywords", "kind", "photo", "place", "private", "radius", "stopper",
    "warning",
)  # fmt: skip
ASKED = ("code", "text", "hint", "type", "required", "options", "public")


@only_read
@conditional_page
@cache_control(public=True, max_age=60)
def tree(request):
    response = JsonResponse({"categories": groups()}, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response


def groups():
    """[{"code", "name", "name_en", "categories": [{…, "term", "questions"}]}] in the order of the pages."""
    questions, found = _questions(), {}
    rows = Category.objects.filter(active=True, parent__active=True).order_by(
        "parent__position", "parent_id", "position", "pk"
    )
    for row in rows.values("pk", *FIELDS, "parent__code", "parent__name", "parent__name_en",
                           "service_level__unit", "service_level__n"):  # fmt: skip
        group = found.setdefault(row["parent__code"], {
            "code": row["parent__code"], "name": row["parent__name"], "name_en": row["parent__name_en"],
            "categories": [],
        })  # fmt: skip
        group["categories"].append(
            {name: row[name] for name in FIELDS}
            | {"term": _term(row), "questions": questions.get(row["pk"], [])}
        )  # fmt: skip
    return list(found.values())


def _term(row):
    return {"unit": row["service_level__unit"], "n": row["service_level__n"]} if row["service_level__n"] else None


def _questions():
    by_category = {}
    for row in Question.objects.order_by("position", "pk").values("category_id", *ASKED):
        by_category.setdefault(row.pop("category_id"), []).append(row)
    return by_category
