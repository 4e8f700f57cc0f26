"""What the post office announces. Sent with `send`, inside the transaction of the change."""

from django.dispatch import Signal

# grant, at: the platform takes our tokens no more.
grant_refused = Signal()
# arrival, incoming, codes, at: a person wrote to us; `codes` are the texts of QR codes in what was sent.
message_received = Signal()
