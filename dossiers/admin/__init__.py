"""The back-office pages of the dossiers; importing them puts them on the site."""

from dossiers.admin import catalogue, desk, watch

__all__ = ["catalogue", "desk", "watch"]
