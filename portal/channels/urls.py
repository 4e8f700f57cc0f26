from django.urls import path

from portal.channels import views

app_name = "post_office"
urlpatterns = [
    path("tin-nhan/dung/<str:token>/", views.stop, name="stop"),
    path("webhooks/<slug:channel>/", views.webhook, name="webhook"),
    # Without a slash at the end: a platform follows no redirect of a POST.
    path("webhooks/<slug:channel>/data-deletion", views.asked_to_erase, {"kind": "erasure"}, name="data-deletion"),
    path("webhooks/<slug:channel>/deauthorize", views.asked_to_erase, {"kind": "farewell"}, name="deauthorize"),
    path("xoa-du-lieu/<str:code>/", views.erasure, name="erasure"),
]
