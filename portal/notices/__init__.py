"""What happened -> who is told: the pages that join the domains' events to the post office, one for each domain.

Listeners run inside the transaction of the change and touch only the database.
"""
