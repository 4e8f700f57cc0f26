from django.http import HttpResponse
from django.urls import path

from dossiers.models import NumberSeries
from portal.urls import urlpatterns as portals


def one_row(request, pk):
    """The least a Django page with a database can do: one row by its primary key, through the same middleware."""
    return HttpResponse(str(NumberSeries.objects.get(pk=pk)), content_type="text/plain")


urlpatterns = [path("bench/one-row/<int:pk>/", one_row), *portals]
