"""Categories and reports as tests need them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from feedback.categories import Category, Question, ServiceLevel
from feedback.intake import Draft
from feedback.report import Report
from feedback.workflow import Outcome

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MY_THO_MARKET = (10.3541, 106.3634)
TEXT = "Đèn đường trước chợ Mỹ Tho không sáng đã ba đêm, đi lại rất nguy hiểm."


def at(day=25, hour=8, minute=0, month=11):
    """A moment of 2026 by the clock of Vietnam; 25 November is a Wednesday, the 24th a holiday."""
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


def make_level(name="3 ngày làm việc", unit="working_days", n=3, **fields):
    return ServiceLevel.objects.get_or_create(name=name, defaults={"unit": unit, "n": n, **fields})[0]


def make_category(code="chieu-sang", name="Đèn đường không sáng", *, level=None, questions=(), **fields):
    group, _new = Category.objects.get_or_create(code="ha-tang", defaults={"name": "Hạ tầng"})
    category = Category.objects.create(
        code=code, name=name, parent=group, service_level=level or make_level(), **{"photo": "none", **fields}
    )
    for place, question in enumerate(questions, start=1):
        Question.objects.create(category=category, position=place, **question)
    return category


def draft(category=None, text=TEXT, **fields):
    category = category or Category.objects.filter(code="chieu-sang").first() or make_category()
    return Draft(**{"category": category, "text": text, "channel": "web", "place": MY_THO_MARKET, **fields})


def report(category=None, text=TEXT, *, when=None, **fields):
    return Report.open(draft(category, text, **fields), at=when or at())


class Road:
    """Takes a report to a state by the verbs people use."""

    def __init__(self, *, khoa, an, dung, unit):
        self.khoa, self.an, self.dung, self.unit = khoa, an, dung, unit

    def to(self, state, **fields):
        made = report(**fields)
        getattr(self, f"_{state}")(made)
        assert made.state == state
        return Report.objects.get(pk=made.pk)

    def _new(self, made):
        pass

    def _accepted(self, made):
        made.accept(by=self.khoa, at=at(minute=1))

    def _refused(self, made):
        made.refuse(by=self.khoa, at=at(minute=1), reason="unclear", why="Không rõ địa điểm.")

    def _assigned(self, made):
        made.assign(self.unit, by=self.khoa, at=at(minute=2))

    def _in_progress(self, made):
        self._assigned(made)
        made.start(by=self.an, at=at(minute=10))

    def _waiting(self, made):
        self._in_progress(made)
        made.ask(by=self.an, at=at(hour=9), question="Đèn số mấy?")

    def _passed_on(self, made):
        self._in_progress(made)
        made.pass_on("Điện lực Mỹ Tho", by=self.an, at=at(hour=9))

    def _answered(self, made):
        self._in_progress(made)
        made.answer("Đã thay bóng đèn.", outcome=Outcome.FIXED, by=self.an, at=at(hour=15))

    def _published(self, made):
        self._answered(made)
        made.publish(by=self.khoa, at=at(hour=16))

    def _rated(self, made):
        self._published(made)
        made.rate(satisfaction=2, at=at(hour=17))

    def _reopening_asked(self, made):
        self._published(made)
        made.ask_reopening(at=at(hour=18), reason="Tối qua đèn vẫn tắt.")

    def _reopened(self, made):
        self._reopening_asked(made)
        made.reopen(by=self.dung, at=at(day=26), reason="Kiểm tra lại.")

    def _closed(self, made):
        self._published(made)
        made.close(at=at(day=30, month=12))

    def _merged(self, made):
        made.merge_into(report(text="Cả dãy đèn trước chợ tắt."), by=self.khoa, at=at(minute=5))


HOUR = timedelta(hours=1)
