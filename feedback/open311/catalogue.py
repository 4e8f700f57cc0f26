"""Services: the categories in which something can be reported. Where only guidance is given, nothing is offered."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from feedback.categories import Category, PhotoRule, Question
from feedback.open311.errors import not_found
from feedback.open311.writing import Document


def offered():
    return Category.objects.offered().filter(stopper="", service_level__isnull=False)


def service_list(asked):
    asks = Exists(Question.objects.filter(category=OuterRef("pk")))
    return Document("services", [_service(one) for one in offered().annotate(asks=asks)], "service")


def _service(category):
    return {
        "service_code": category.code,
        "service_name": category.shown_name,
        "description": _described(category),
        "metadata": category.asks,
        "type": "realtime",
        "keywords": ",".join(word.strip() for word in category.keywords.split(",") if word.strip()),
        "group": category.parent.shown_name,
    }


def _described(category):
    """With what must be read first, such as whom to call when somebody is in danger."""
    needs = _("A photo or a video is needed.") if category.photo == PhotoRule.NEEDED else ""
    return " ".join(part for part in (category.description, needs, category.warning) if part)


def definition(asked, code):
    category = offered().filter(code=_slug(code)).first()
    if category is None:
        raise not_found(_("There is no such service_code."))
    attributes = [_attribute(question, place) for place, question in enumerate(category.questions.all(), start=1)]
    return Document("service_definition", {"service_code": category.code, "attributes": attributes})


def _attribute(question, place):
    return {
        "variable": True,
        "code": question.code,
        "datatype": question.type,
        "required": question.required,
        "datatype_description": question.hint,
        "order": place,
        "description": question.text,
        "values": [{"key": option, "name": option} for option in question.options],
    }


def _slug(code):
    """Nothing that PostgreSQL could not be asked for."""
    return code if code.isprintable() and len(code) <= 60 else ""
