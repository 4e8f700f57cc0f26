"""All models of the agencies; each stands with its verbs in a module of its own."""

from agencies.access_log import AccessLog
from agencies.idempotency import IdempotentRequest
from agencies.keys import ApiKey
from agencies.limits import LimitCount
from agencies.officers import Appointment, AppointmentField, FieldOfWork, Officer
from agencies.roles import Role, RolePermission, SeededRole
from agencies.second_factor import Phone
from agencies.unit_history import PastTitle, Succession, UnitCode
from agencies.units import Kind, Unit
from agencies.working_time import CalendarDay, CalendarRevision, Day, WeeklyHours, WorkCalendar

__all__ = [
    "AccessLog",
    "ApiKey",
    "Appointment",
    "AppointmentField",
    "CalendarDay",
    "CalendarRevision",
    "Day",
    "FieldOfWork",
    "IdempotentRequest",
    "Kind",
    "LimitCount",
    "Officer",
    "PastTitle",
    "Phone",
    "Role",
    "RolePermission",
    "SeededRole",
    "Succession",
    "Unit",
    "UnitCode",
    "WeeklyHours",
    "WorkCalendar",
]
