from django.urls import path

from feedback import open_data_views

app_name = "open_data"
urlpatterns = [
    path("", open_data_views.index, name="index"),
    path("mo-ta/", open_data_views.dictionary, name="dictionary"),
    path("<str:name>", open_data_views.download, name="file"),
]
