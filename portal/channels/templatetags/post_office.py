"""For pages of other apps: {% load post_office %}{% deliveries_about dossier.about %}"""

from django import template

from agencies.rights import rights_of
from portal.channels.models import Delivery

register = template.Library()
MOST_SHOWN = 100


@register.inclusion_tag("post_office/deliveries_about.html", takes_context=True)
def deliveries_about(context, about):
    """The messages about one thing, newest first. Whoever draws the page has checked the right to the thing itself."""
    user = context["request"].user
    return {
        "deliveries": Delivery.objects.filter(about=about)[:MOST_SHOWN],
        "may_read": rights_of(user).has("post_office.view_delivery_body"),
    }
