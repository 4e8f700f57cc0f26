from celery import shared_task
from django.utils.timezone import now

from dossiers import deadlines
from dossiers.confirming import OpenQuestion


@shared_task(name="dossiers.announce_deadlines")
def announce_deadlines():
    deadlines.announce_near_and_overdue(at=now())


@shared_task(name="dossiers.compare_with_ledgers", soft_time_limit=3_000, time_limit=3_060)
def compare_with_ledgers():
    deadlines.compare_with_ledgers()


@shared_task(name="dossiers.recompute_deadlines", soft_time_limit=600, time_limit=660)
def recompute_deadlines():
    deadlines.recompute_unfinished(at=now())


@shared_task(name="dossiers.forget_open_questions")
def forget_open_questions():
    OpenQuestion.objects.forget(at=now())
