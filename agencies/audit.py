"""The trail: who changed what, when, in which request and why. Written by database triggers, so that `update()`, bulk
writes and raw SQL leave it too; kept by the database, which refuses to change or delete a line of it.
"""

import re
import uuid
from contextlib import contextmanager

import pghistory
import pgtrigger
from django.core.management.base import BaseCommand
from pghistory import runtime

# pghistory says before each statement who is acting, except before reads. Marks inside a transaction write nothing
# either, and EXECUTE is a read with us (agencies/prepared.py): each would cost PostgreSQL as much again.
runtime.IGNORED_SQL_PREFIXES += ("execute", "savepoint", "release savepoint", "rollback to savepoint")
_SANE_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


def tracked(*, exclude=()):
    """Decorator: every insert, update and delete of the model leaves a line in `<Model>Event` (`row.trail`).

    Triggers fire once a statement, not once a row, so that a bulk write of a million rows stays cheap.
    """
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude),
        obj_field=pghistory.ObjForeignKey(related_name="trail", related_query_name="trail", db_index=True),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,
        append_only=True,
        meta={"default_permissions": ()},
        level=pgtrigger.Statement,
    )


def append_only(model):
    """Decorator for a log's model: the database refuses UPDATE and DELETE of its rows."""
    return pgtrigger.register(pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete))(
        model
    )


@contextmanager
def acting(*, by=None, why="", request_id=""):
    """Everything written inside carries this person, reason and request id. Put it around the whole transaction.

    Args:
        by: an officer, an API key's user, or a word such as "command:import_units".
        why: the reason or the document number.
    """
    said = {"by": actor_label(by), "why": str(why), "request": request_id}
    with pghistory.context() as context:
        before = dict(context.metadata)
        context.metadata.update({key: text for key, text in said.items() if text})
        try:
            yield
        finally:
            context.metadata.clear()
            context.metadata.update(before)


def name_actor(user):
    """Who it is turned out only now (log-in, API key): later writes of this request carry the name."""
    if hasattr(runtime._tracker, "value"):
        runtime._tracker.value.metadata["by"] = actor_label(user)


def actor_label(by):
    """'officer:17', 'key:3', 'task:dossiers.announce_deadlines', or '' for nobody known."""
    if by is None or isinstance(by, str):
        return by or ""
    return getattr(by, "actor_label", "")


def request_id():
    """The id of the request, command or task under way, or ''."""
    return runtime._tracker.value.metadata.get("request", "") if hasattr(runtime._tracker, "value") else ""


def new_request_id():
    return uuid.uuid4().hex


class RequestAudit:
    """Middleware: gives every request an id (or keeps a sane one from our proxy) and names its person in the trail."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        sent = request.headers.get("X-Request-ID", "")
        request.id = sent if _SANE_ID.match(sent) else new_request_id()
        with acting(by=_person(request), request_id=request.id):
            response = self.get_response(request)
        response["X-Request-ID"] = request.id
        return response


def _person(request):
    # Without a session cookie nobody is logged in: do not ask the database.
    session = getattr(request, "session", None)
    return request.user if session is not None and session.session_key else None


class AuditedCommand(BaseCommand):
    """A management command whose writes carry its name in the trail."""

    def execute(self, *args, **options):
        name = type(self).__module__.rpartition(".")[2]
        with acting(by=f"command:{name}", request_id=new_request_id()):
            return super().execute(*args, **options)


def begin_task(*, task, task_id, **kwargs):
    """Celery's task_prerun: what a task writes carries its name and id."""
    task.request.acting = acting(by=f"task:{task.name}", request_id=task_id)
    task.request.acting.__enter__()


def end_task(*, task, **kwargs):
    """Celery's task_postrun."""
    context = getattr(task.request, "acting", None)
    if context is not None:
        task.request.acting = None
        context.__exit__(None, None, None)
