"""Pages of the post office in the back-office."""

from portal.channels.admin import accounts, contacts, deliveries, erasing, inbound  # noqa: F401  (each registers its page)
