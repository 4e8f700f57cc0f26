"""What happened to a report; heard in portal/notices/. Sent inside the transaction that makes the change."""

from django.dispatch import Signal

# What the citizen and the followers hear of: report=, entry=.
report_opened = Signal()
report_accepted = Signal()
report_refused = Signal()
report_assigned = Signal()
question_asked = Signal()
report_passed_on = Signal()
report_extended = Signal()
report_answered = Signal()
report_reopened = Signal()
reopening_declined = Signal()
report_merged = Signal()

# What the unit hears of: report=, entry=.
report_given = Signal()
citizen_said = Signal()
answer_sent_back = Signal()
# What whoever approves or leads hears of: report=, entry=.
answer_written = Signal()
reopening_asked = Signal()

# The clock's: reports= (of one unit), unit=, at=. An escalation's `level`: 1 the unit's leader … 3 the whole
# authority's.
left_unassigned = Signal()
answers_due_soon = Signal()
answers_overdue = Signal()
answers_escalated = Signal()

# follower=, alert=: somebody gave an address; its owner gets the link that confirms it.
follow_asked = Signal()
alert_asked = Signal()
# contact= ({"phone"} or {"email"}), reports=, at=, language=: somebody asked for the links of what was reported from
# this address; they go there and nowhere else.
links_asked = Signal()

# alert=, reports=, at=: what became public in a ward, or was answered there, since its subscriber heard last.
area_news = Signal()
