"""What is under no address of ours, told as the API tells everything: as a problem document, not as a web page."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.views import APIView


class Nowhere(APIView):
    """Also an address without its last slash: a redirect would turn a POST into a GET and blame the caller."""

    authentication_classes = permission_classes = ()
    schema = None

    def initial(self, request, *args, **kwargs):
        raise NotFound(_("The API has no such address; each ends with a slash. See /api/v1/openapi.json."))
