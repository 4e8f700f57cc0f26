from portal.channels.email.adapter import Email

__all__ = ["Email"]
