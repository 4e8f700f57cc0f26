"""Stories: how a dossier went, in minutes of real working time. A few thousand are enough for a million dossiers."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from agencies.worktime import VIETNAM
from dossiers import clock
from dossiers.ledger import ClockEvent
from dossiers.workflow import Status, Verb

SUPPLEMENTS = [
    ("Bản sao Giấy chứng nhận kết hôn", "Thành phần hồ sơ chưa đủ theo quy định"),
    ("Tờ khai có chữ ký của người yêu cầu", "Tờ khai chưa ký"),
    ("Bản chính Giấy chứng nhận quyền sử dụng đất để đối chiếu", "Chưa xuất trình bản chính"),
    ("Văn bản ủy quyền có chứng thực", "Người nộp không phải là chủ hồ sơ"),
    ("Trích đo địa chính thửa đất", "Ranh giới thửa đất chưa rõ"),
]
PAYMENT = "Nộp lệ phí theo thông báo của cơ quan thuế"
STOPS = ["Quá thời hạn bổ sung mà không nhận được giấy tờ", "Người yêu cầu đề nghị dừng"]


@dataclass(frozen=True)
class Line:
    """One line of the log; `step` is the step's id."""

    at: datetime
    verb: str
    status: str
    step: int | None
    note: str = ""


@dataclass(frozen=True)
class Tick:
    """One line of the clock's ledger."""

    kind: str
    at: datetime
    due_before: datetime | None
    due_after: datetime | None
    reason: str = ""


@dataclass(frozen=True)
class Story:
    """What happened to one dossier of this case that was received at this moment."""

    case: object
    received_at: datetime
    due_at: datetime | None
    status: str
    step: int | None
    log: tuple
    ticks: tuple
    supplements: tuple
    finished_at: datetime | None
    handed_over_at: datetime | None


def tell(*, case, steps, worktime, received_at, now, random):
    """A plausible story of a dossier up to `now`: most go straight, some wait for papers, some are late."""
    return _Teller(case, steps, worktime, received_at, now, random).tell()


class _Teller:
    def __init__(self, case, steps, worktime, received_at, now, random):
        self.case, self.steps, self.worktime, self.now, self.random = case, steps, worktime, now, random
        self.at = self.received_at = received_at
        self.term, self.counted = case.term(), []
        self.log, self.ticks, self.supplements = [], [], []
        self.due = self.finished_at = self.handed_over_at = None
        self.status, self.step = Status.RECEIVED, steps[0].pk if steps else None

    def tell(self):
        self._tick(ClockEvent.Kind.START)
        self._line(Verb.RECEIVED, Status.RECEIVED)
        for act in self._acts():
            if not act():
                break
        return Story(
            self.case, self.received_at, self.due, self.status, self.step, tuple(self.log), tuple(self.ticks),
            tuple(self.supplements), self.finished_at, self.handed_over_at,
        )  # fmt: skip

    def _acts(self):
        chance = self.random.random()
        working = [step for step in self.steps if step.status == Status.PROCESSING]
        acts = [self._advance(step) for step in working[:2]]
        if chance < 0.07:
            acts += [self._supplement, self._supplement_comes]
        elif chance < 0.10:
            acts += [self._payment, self._payment_comes]
        acts += [self._advance(step) for step in working[2:]]
        return [*acts, self._stop] if chance > 0.985 else [*acts, self._finish, self._hand_over]

    def _later(self, share=None):
        """The next moment of working time, so that the whole takes about as long as the term allows."""
        span = max(30, self.worktime.working_minutes_between(self.received_at, self._horizon()))
        minutes = span * (share or self.random.triangular(0.02, 0.5, 0.2))
        at = self.at + timedelta(minutes=minutes * 3)
        self.at = self.worktime.effective_start(at.replace(second=0, microsecond=0))
        return self.at <= self.now

    def _horizon(self):
        return self.due or self.received_at + timedelta(days=5)

    def _advance(self, step):
        def act():
            if not self._later():
                return False
            self.step = step.pk
            return self._line(Verb.ADVANCED, Status.PROCESSING)

        return act

    def _supplement(self):
        if not self._later():
            return False
        what, reason = self.random.choice(SUPPLEMENTS)
        self._count("pause", reason)
        self.supplements.append([self.at, what, reason, None])
        return self._line(Verb.SUPPLEMENT_REQUESTED, Status.SUPPLEMENT_REQUESTED, what)

    def _supplement_comes(self):
        self.at += timedelta(days=self.random.randint(1, 9))
        if not self._later(0.05):
            return False
        self._count("resume")
        self.supplements[-1][3] = self.at
        return self._line(Verb.SUPPLEMENT_TAKEN, Status.PROCESSING)

    def _payment(self):
        if not self._later():
            return False
        self._count("pause", PAYMENT)
        return self._line(Verb.OBLIGATION_REQUESTED, Status.PAYMENT_REQUESTED, PAYMENT)

    def _payment_comes(self):
        self.at += timedelta(days=self.random.randint(0, 6))
        if not self._later(0.05):
            return False
        self._count("resume")
        return self._line(Verb.PAYMENT_TAKEN, Status.PROCESSING)

    def _finish(self):
        # Nine of ten are on time; the tenth is why leaders look.
        if self.due and self.random.random() < 0.9:
            self.at = min(max(self.at, self.due - timedelta(hours=self.random.randint(1, 20))), self.due)
            if self.at > self.now:
                return False
        elif not self._later(0.8):
            return False
        self.finished_at = self.at
        self._tick(ClockEvent.Kind.STOP)
        return self._line(Verb.RESULT_READY, Status.RESULT_READY)

    def _hand_over(self):
        self.at = self.worktime.effective_start(self.at + timedelta(hours=self.random.randint(1, 96)))
        if self.at > self.now:
            return False
        self.handed_over_at = self.at
        return self._line(Verb.HANDED_OVER, Status.HANDED_OVER)

    def _stop(self):
        if not self._later():
            return False
        self.finished_at = self.at
        self._tick(ClockEvent.Kind.STOP)
        return self._line(Verb.STOPPED, Status.STOPPED, self.random.choice(STOPS))

    def _line(self, verb, status, note=""):
        self.status = status
        self.log.append(Line(self.at, verb, status, self.step, note))
        return True

    def _count(self, kind, reason=""):
        self.counted.append(clock.Event(kind=kind, at=self.at))
        self._tick(kind, reason)

    def _tick(self, kind, reason=""):
        before = self.due
        if kind != ClockEvent.Kind.STOP:
            self.due = clock.due_at(self.term, self.received_at, self.counted, self.worktime)
        self.ticks.append(Tick(kind, self.at, before, self.due, reason))


def moment_of_receipt(*, worktime, now, days, random):
    """A moment in working time of the last `days`, mornings busier than afternoons."""
    day = now.astimezone(VIETNAM) - timedelta(days=random.random() * days)
    hour = min(16.5, max(7.5, random.gauss(9.6, 2)))
    at = datetime.combine(day.date(), time(int(hour), int(hour % 1 * 60)), VIETNAM)
    at = worktime.effective_start(at)
    return at if at <= now else worktime.effective_start(at - timedelta(days=7))


def papers(case):
    """What the citizen handed in: all that the case wants and that is kept."""
    wanted = [paper for paper in case.version.documents.all() if paper.wanted_for(case) and not paper.only_to_show]
    return [paper.as_usually_brought() for paper in wanted]
