"""A bound Django field as GOV.UK draws it: label, hint, error and input, tied together for screen readers."""

from django.forms import CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select, Textarea

# The first that fits wins: RadioSelect is a Select to nobody, but CheckboxSelectMultiple is a RadioSelect to Django.
KINDS = [
    (CheckboxSelectMultiple, "checkboxes", ""),
    (RadioSelect, "radios", ""),
    (CheckboxInput, "checkbox", "govuk-checkboxes__input"),
    (Select, "input", "govuk-select"),
    (Textarea, "input", "govuk-textarea"),
    (FileInput, "input", "govuk-file-upload"),
]
TEXT = ("input", "govuk-input")


def drawn(bound, *, label=None, hint=None, label_size="", width=None, inline=False, optional=None, attrs=None):
    """What the template face/field.html needs to draw `bound`; `attrs` go to the input as they are."""
    pattern, css = _pattern(bound.field.widget)
    grouped = pattern in ("radios", "checkboxes")
    hint = bound.help_text if hint is None else hint
    described_by = _described_by(bound, hint)
    return {
        "bound": bound,
        "pattern": pattern,
        "label": bound.label if label is None else label,
        "label_size": label_size,
        "optional": not bound.field.required if optional is None else optional,
        "hint": hint,
        "errors": bound.errors,
        "described_by": described_by,
        "inline": inline,
        "control": "" if grouped else _control(bound, css, width, described_by, attrs or {}),
        "choices": list(_choices(bound)) if grouped else [],
    }


def anchor(bound):
    """The id that the error summary's link jumps to: the first choice of a group, else the input."""
    if _pattern(bound.field.widget)[0] in ("radios", "checkboxes"):
        return next((choice["id"] for choice in _choices(bound)), bound.auto_id)
    return bound.id_for_label or bound.auto_id


def _pattern(widget):
    return next(((pattern, css) for kind, pattern, css in KINDS if isinstance(widget, kind)), TEXT)


def _described_by(bound, hint):
    parts = [f"{bound.auto_id}_hint"] if hint else []
    parts += [f"{bound.auto_id}_error"] if bound.errors else []
    return " ".join(parts)


def _control(bound, css, width, described_by, attrs):
    classes = [css, bound.field.widget.attrs.get("class", "")]
    if width:
        classes.append(f"govuk-input--width-{width}")
    if bound.errors and css:
        classes.append(f"{css.split('__')[0]}--error")
    attrs = {**attrs, "class": " ".join(filter(None, classes))}
    if described_by:
        attrs["aria-describedby"] = described_by
    return bound.as_widget(attrs=attrs)


def _choices(bound):
    for choice in bound.subwidgets:
        data = choice.data
        yield {
            "id": data["attrs"].get("id", ""),
            "name": data["name"],
            "value": data["value"],
            "label": data["label"],
            "selected": data["selected"],
        }
