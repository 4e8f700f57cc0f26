"""Celery, and the one page of scheduled jobs."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["dossiers", "agencies", "portal.channels"])

app.conf.beat_schedule = {
    "post-office-sweep": {"task": "post_office.sweep", "schedule": 10.0},
    "post-office-reconcile": {"task": "post_office.reconcile", "schedule": 30.0},
    "post-office-redact": {"task": "post_office.redact", "schedule": crontab(hour=2, minute=10)},
    "dossiers-announce-deadlines": {"task": "dossiers.announce_deadlines", "schedule": crontab(minute="*/10")},
    "dossiers-recompute-deadlines": {"task": "dossiers.recompute_deadlines", "schedule": 60.0},
    "agencies-forget-idempotent-requests": {
        "task": "agencies.forget_idempotent_requests",
        "schedule": crontab(hour=2, minute=40),
    },
}
# A tick that nobody took is worthless once the next one is due.
for job in app.conf.beat_schedule.values():
    job["options"] = {"queue": "default", "expires": 60}
