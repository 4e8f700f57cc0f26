from django.urls import path

from portal.channels import views

app_name = "post_office"
urlpatterns = [
    path("tin-nhan/dung/<str:token>/", views.stop, name="stop"),
    path("webhooks/<slug:channel>/", views.webhook, name="webhook"),
]
