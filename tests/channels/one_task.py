"""A worker process that does one task and may be killed on the way: python -m tests.channels.one_task ID.

KILL_AT: before_claim_is_committed · after_claim · after_request · after_answer · before_commit
"""

import sys

import django

django.setup()

from django.db import connection  # noqa: E402

from portal.channels import tasks  # noqa: E402
from portal.channels.models import Delivery  # noqa: E402
from portal.channels.states import State  # noqa: E402
from tests.channels.ledger import kill_if  # noqa: E402


def watched(execute, sql, params, many, context):
    """The statement is done, the transaction is not: there the process may die."""
    result = execute(sql, params, many, context)
    if sql.startswith('UPDATE "post_office_delivery"') and connection.in_atomic_block:
        if State.CLAIMED in params:
            kill_if("before_claim_is_committed")
        if State.SENT in params:
            kill_if("before_commit")
    return result


record = Delivery._record


def record_unless_killed(self, *args, **kwargs):
    kill_if("after_answer")
    return record(self, *args, **kwargs)


Delivery._record = record_unless_killed
with connection.execute_wrapper(watched):
    tasks.deliver(delivery_id=int(sys.argv[1]))
