"""Every event is heard, every scheduled job is real, every queue has somebody who works on it."""

from importlib import import_module

import pytest
from django.conf import settings
from django.dispatch import Signal

from portal.celery import app


def signals():
    for module in ("agencies.events", "attachments.events", "dossiers.events", "feedback.events"):
        for name, signal in vars(import_module(module)).items():
            if isinstance(signal, Signal):
                yield pytest.param(signal, id=f"{module}.{name}")


@pytest.mark.parametrize("event", list(signals()))
def test_every_event_is_heard_by_somebody(event):
    assert event.has_listeners()


def test_every_scheduled_job_is_a_real_task():
    app.loader.import_default_modules()
    missing = [job["task"] for job in app.conf.beat_schedule.values() if job["task"] not in app.tasks]
    assert missing == []


def test_every_scheduled_job_goes_to_a_queue_that_is_worked_on():
    for name, job in app.conf.beat_schedule.items():
        assert job["options"]["queue"] in settings.QUEUES, name
