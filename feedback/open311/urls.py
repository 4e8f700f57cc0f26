"""The two endpoints: what is posted to the test one is checked, answered and forgotten."""

from django.urls import include, path, re_path

from feedback.open311 import catalogue, discovery, posting, requests, updates
from feedback.open311.door import door, nowhere

_ADDRESSES = [
    path("discovery.<str:suffix>", door(GET=discovery.discover), name="discovery"),
    path("services.<str:suffix>", door(GET=catalogue.service_list), name="services"),
    path("services/<str:code>.<str:suffix>", door(GET=catalogue.definition), name="service"),
    path("requests.<str:suffix>", door(GET=requests.listed, POST=posting.posted), name="requests"),
    path("requests/<str:code>.<str:suffix>", door(GET=requests.one), name="request"),
    path("tokens/<str:token>.<str:suffix>", door(GET=requests.token), name="token"),
    path("servicerequestupdates.<str:suffix>", door(GET=updates.listed, POST=updates.posted), name="updates"),
    path("<path:rest>", nowhere, name="nowhere"),
]
urlpatterns = [
    path("v2/", include((_ADDRESSES, "open311"))),
    path("test/v2/", include((_ADDRESSES, "open311_test")), {"is_test": True}),
    re_path("", nowhere),
]
