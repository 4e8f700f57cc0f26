"""The back-office pages of the reports; importing them puts them on the site."""

from feedback.admin import desk, setting

__all__ = ["desk", "setting"]
