from django.urls import path

from portal.website import language, views, wellknown

app_name = "website"
urlpatterns = [
    path("", views.home, name="home"),
    path("tro-nang/", views.accessibility, name="accessibility"),
    path("quyen-rieng-tu/", views.privacy, name="privacy"),
    path("ngon-ngu/", language.switch, name="language"),
    path("robots.txt", wellknown.robots, name="robots"),
    path("favicon.ico", wellknown.icon, name="icon"),
    path(".well-known/security.txt", wellknown.security, name="security"),
]
