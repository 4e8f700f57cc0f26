from django.urls import path, re_path

from dossiers.api.acts import Advance
from dossiers.api.dossiers import Dossiers, OneDossier
from dossiers.api.lookup import look_up
from dossiers.api.nowhere import Nowhere
from dossiers.api.procedures import OneProcedure, Procedures
from dossiers.api.schema import openapi

app_name = "dossiers_api"
urlpatterns = [
    path("dossiers/", Dossiers.as_view(), name="dossiers"),
    path("dossiers/<str:number>/", OneDossier.as_view(), name="dossier"),
    path("dossiers/<str:number>/advance/", Advance.as_view(), name="advance"),
    path("procedures/", Procedures.as_view(), name="procedures"),
    path("procedures/<str:code>/", OneProcedure.as_view(), name="procedure"),
    path("lookup/", look_up, name="look_up"),
    path("openapi.json", openapi, name="openapi"),
    re_path("", Nowhere.as_view(), name="nowhere"),
]
