"""The roof: the only package that knows the others."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
