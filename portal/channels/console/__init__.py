from portal.channels.console.adapter import Console

__all__ = ["Console"]
