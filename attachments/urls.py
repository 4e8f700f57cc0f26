from django.urls import path

from attachments import views

app_name = "attachments"
urlpatterns = [
    path("tep/<str:attachment_key>", views.whole, name="whole"),
    path("tep/<str:attachment_key>/nho", views.thumbnail, name="thumbnail"),
]
