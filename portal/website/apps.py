from django.apps import AppConfig


class Website(AppConfig):
    name = "portal.website"
    label = "website"
