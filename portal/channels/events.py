"""What the post office announces. Sent with `send`, inside the transaction of the change."""

from django.dispatch import Signal

# grant, at: the platform takes our tokens no more.
grant_refused = Signal()
# about, channel, stars (1 to 5), note, at: whoever got a message about this said how it was.
message_rated = Signal()
# intents, reason, at: no channel reached whoever these messages were for, and none is left to try.
deliveries_lost = Signal()
# arrival, incoming, codes, at: a person wrote to us; `codes` are the texts of QR codes in what was sent.
message_received = Signal()
