"""All tables of this app; each is written in the module of its verb."""

from feedback.afterwards import Survey
from feedback.answering import AnswerTemplate
from feedback.categories import Category, Question, ServiceLevel
from feedback.contact_points import ContactPoint
from feedback.figures import Figures
from feedback.following import AreaAlert, Follower, Support
from feedback.heard import HeardUpdate
from feedback.links import LinksRequest
from feedback.log import EntryTexts, LogEntry
from feedback.moderation import Ban, Flag
from feedback.pictures import AwaitedPicture
from feedback.report import Report
from feedback.reporter import Reporter
from feedback.routing import RoutingRule
from feedback.saved_filters import SavedFilter
from feedback.suggesting import LearntCategories
from feedback.talking import Talk

__all__ = [
    "AnswerTemplate",
    "AreaAlert",
    "AwaitedPicture",
    "Ban",
    "Category",
    "ContactPoint",
    "EntryTexts",
    "Figures",
    "Flag",
    "Follower",
    "HeardUpdate",
    "LearntCategories",
    "LinksRequest",
    "LogEntry",
    "Question",
    "Report",
    "Reporter",
    "RoutingRule",
    "SavedFilter",
    "ServiceLevel",
    "Support",
    "Survey",
    "Talk",
]
