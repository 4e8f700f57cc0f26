"""What came in -> who answers: the pages that join what people write to us to the domains that answer it.

Listeners run inside the transaction that notes the message as read, and touch only the database; the answer is a
promise of the post office, made once for each message.
"""
