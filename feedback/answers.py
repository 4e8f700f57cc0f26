"""Answers to a category's extra questions, checked: what a form, a chat and Open311 send alike."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from agencies.strict import shown
from agencies.vietnamese import tidy, tidy_lines
from feedback.categories import Question

LONGEST = {Question.Type.TEXT: 300, Question.Type.LONG: 2_000}


def checked_answers(category, given):
    """([{"code", "question", "value", "public"}], {field: words}): unknown codes and wrong values are named."""
    questions = {question.code: question for question in category.questions.all()}
    wrong = {f"answers.{shown(code)}": _("Nobody asks this here.") for code in given if code not in questions}
    answers = []
    for code, question in questions.items():
        value, words = _checked(question, given.get(code))
        if words:
            wrong[f"answers.{code}"] = words
        elif value not in (None, "", []):
            answers.append({"code": code, "question": question.text, "value": value, "public": question.public})
    return answers, wrong


def _checked(question, value):
    values = [value] if isinstance(value, str) else [one for one in value or [] if isinstance(one, str)]
    values = [one for one in map(tidy_lines, values) if one]
    if not values:
        return None, _("Please answer this.") if question.required else ""
    if question.type == Question.Type.MANY:
        strange = [one for one in values if one not in question.options]
        return values, _("“%(value)s” is not one of the choices.") % {"value": strange[0]} if strange else ""
    return _single(question, values[0])


def _single(question, value):
    if question.type == Question.Type.ONE and value not in question.options:
        return value, _("“%(value)s” is not one of the choices.") % {"value": value[:60]}
    if question.type == Question.Type.NUMBER:
        return _number(value)
    if question.type == Question.Type.MOMENT:
        return _moment(value)
    longest = LONGEST.get(question.type, 300)
    if len(value) > longest:
        return value, _("At most %(n)s signs; this has %(has)s.") % {"n": longest, "has": len(value)}
    return value if question.type == Question.Type.LONG else tidy(value), ""


def _number(value):
    try:
        number = Decimal(value.replace(",", "."))
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number) >= 10**12:
        return value, _("Please give a number.")
    return str(number), ""


def _moment(value):
    try:
        return datetime.fromisoformat(value).isoformat(), ""
    except ValueError:
        return value, _("Please give a date and time like 2026-11-25T14:30.")
