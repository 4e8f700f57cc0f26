"""For pages of other apps: {% load post_office %}{% deliveries_about dossier.about %}"""

from django import template
from django.conf import settings

from agencies.rights import rights_of
from portal.channels.base import adapter_for
from portal.channels.models import Delivery

register = template.Library()
MOST_SHOWN = 100


@register.filter
def channel_name(channel):
    """How people call a channel."""
    return adapter_for(channel).label if channel in settings.CHANNELS else channel


@register.inclusion_tag("post_office/deliveries_about.html", takes_context=True)
def deliveries_about(context, about):
    """The messages about one thing, newest first. Whoever draws the page has checked the right to the thing itself."""
    user = context["request"].user
    return {
        "deliveries": Delivery.objects.filter(about=about)[:MOST_SHOWN],
        "may_read": rights_of(user).has("post_office.view_delivery_body"),
    }
