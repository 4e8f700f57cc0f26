"""Settings of the processes that tests start and kill: the house's own, and a channel that writes a ledger."""

from portal.settings import *  # noqa: F403
from portal.settings import CHANNELS

CHANNELS = {**CHANNELS, "ledger": "tests.channels.ledger.Ledger"}
CHANNEL_LADDER = ["ledger"]
QUIET_HOURS = ""
LOG_LEVEL = "WARNING"
