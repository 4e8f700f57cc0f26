from django.urls import path

from portal.website import language, views

app_name = "website"
urlpatterns = [
    path("", views.home, name="home"),
    path("tro-nang/", views.accessibility, name="accessibility"),
    path("quyen-rieng-tu/", views.privacy, name="privacy"),
    path("ngon-ngu/", language.switch, name="language"),
]
