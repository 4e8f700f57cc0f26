"""All models of the attachments."""

from attachments.attachment import Attachment
from attachments.states import Kind, Scan, State

__all__ = ["Attachment", "Kind", "Scan", "State"]
