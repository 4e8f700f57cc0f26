"""Celery, and the one page of scheduled jobs."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, celeryd_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
HOUR = 3600
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["dossiers", "agencies", "attachments", "portal.channels", "feedback", "portal"])


def _job(task, schedule, *, expires):
    """A tick that nobody took for so many seconds is worthless: the next one is due."""
    return {"task": task, "schedule": schedule, "options": {"queue": "default", "expires": expires}}


app.conf.beat_schedule = {
    "post-office-sweep": _job("post_office.sweep", 10.0, expires=60),
    "post-office-reconcile": _job("post_office.reconcile", 30.0, expires=60),
    "post-office-collect": _job("post_office.collect", 60.0, expires=60),
    "post-office-renew": _job("post_office.renew", crontab(minute="*/10"), expires=600),
    "post-office-redact": _job("post_office.redact", crontab(hour=2, minute=10), expires=6 * HOUR),
    "dossiers-announce-deadlines": _job("dossiers.announce_deadlines", crontab(minute="*/10"), expires=600),
    "dossiers-recompute-deadlines": _job("dossiers.recompute_deadlines", 60.0, expires=60),
    "dossiers-compare-with-ledgers": _job(
        "dossiers.compare_with_ledgers", crontab(hour=3, minute=10), expires=6 * HOUR
    ),
    "dossiers-forget-open-questions": _job(
        "dossiers.forget_open_questions", crontab(hour=2, minute=25), expires=6 * HOUR
    ),
    "feedback-tick": _job("feedback.tick", 60.0, expires=60),
    "feedback-count-figures": _job("feedback.count_figures", crontab(minute="*/10"), expires=600),
    "feedback-tell-of-areas": _job("feedback.tell_of_areas", crontab(hour=7, minute=30), expires=6 * HOUR),
    "feedback-publish-open-data": _job("feedback.publish_open_data", crontab(hour=3, minute=20), expires=6 * HOUR),
    "attachments-rescan": _job("attachments.rescan", 60.0, expires=60),
    "attachments-forget-waiting": _job("attachments.forget_waiting", crontab(minute=20), expires=HOUR),
    "attachments-sweep-strays": _job("attachments.sweep_strays", crontab(hour=3, minute=40), expires=6 * HOUR),
    "feedback-forget": _job("feedback.forget", crontab(hour=2, minute=55), expires=6 * HOUR),
    "feedback-learn-categories": _job("feedback.learn_categories", crontab(hour=1, minute=40), expires=6 * HOUR),
    "portal-fetch-pictures": _job("portal.fetch_pictures", 30.0, expires=60),
    "agencies-forget-idempotent-requests": _job(
        "agencies.forget_idempotent_requests", crontab(hour=2, minute=40), expires=6 * HOUR
    ),
}


@celeryd_init.connect
@beat_init.connect
def _refuse_a_wrong_start(**kwargs):
    from portal.checks import refuse_a_wrong_start  # apps are ready only now

    try:
        refuse_a_wrong_start()
    except ImproperlyConfigured as reason:
        # Celery hears of no other exception in a signal.
        raise SystemExit(str(reason)) from None
