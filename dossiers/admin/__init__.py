"""The back-office pages of the dossiers; importing them puts them on the site."""

from dossiers.admin import catalogue, desk, ratings, watch

__all__ = ["catalogue", "desk", "ratings", "watch"]
