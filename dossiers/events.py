"""What happened to a dossier, said inside the transaction in which it happened. Heard in portal/notices/.

Every signal about one dossier carries `dossier` and `entry`, the line of the log that records it, with person and time;
`parties` where they were written just now, so that nobody has to read them again. `receipt` is one that the applicant
is to have as a message: its token is known this once.
A date that a changed calendar moved has no entry but `line`, that of the clock's ledger. What time alone brings about
(`deadline_near`, `dossier_overdue`) is said once a unit: `unit`, `at`, and `dossiers`, of which no more is loaded than
number and due date.
"""

from django.dispatch import Signal

dossier_received = Signal()
receipt_sent = Signal()
dossier_advanced = Signal()
supplement_requested = Signal()
payment_requested = Signal()
obligation_requested = Signal()
dossier_refused = Signal()
dossier_stopped = Signal()
withdrawal_requested = Signal()
result_ready = Signal()
result_withdrawn = Signal()
result_handed_over = Signal()
due_date_moved = Signal()
deadline_near = Signal()
dossier_overdue = Signal()
