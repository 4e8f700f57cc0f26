"""For pages of other apps: {% load attachments %}{% thumbnails attachments %}

Whoever draws a page for the staff has checked the right to the thing; each small picture of an original asks once more.
"""

from django import template

from attachments import access

register = template.Library()


@register.inclusion_tag("attachments/thumbnails.html")
def thumbnails(attachments):
    """What everybody may see of them."""
    return {"attachments": [one for one in attachments if one.public and one.state == "kept"]}


@register.inclusion_tag("attachments/thumbnails_for_staff.html", takes_context=True)
def thumbnails_for_staff(context, attachments):
    """All of them, the private ones too, with the ways to the original and to blacking out."""
    user = context["request"].user
    shown = [one for one in attachments if one.original and access.may_view_original(user, one)]
    return {"shown": [(one, one.is_photo and access.may_redact(user, one)) for one in shown]}
