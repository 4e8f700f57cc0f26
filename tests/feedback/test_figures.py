"""Figures are counted by the clock; of each that the public reads, the list that it counts has as many rows."""

from datetime import timedelta

import pytest

from feedback.categories import Category
from feedback.figures import ENOUGH, Figures
from feedback.report import Report
from tests.feedback.making import at, make_category, report

NOW = at(day=30)


def figures(**of):
    Figures.objects.refresh(at=NOW)
    return Figures.objects.get(**{"ward": None, "category": None, **of})


def test_without_reports_everything_is_nought(category):
    found = figures()
    assert (found.received, found.answered, found.on_time_share, found.answer_minutes) == (0, 0, None, None)


def test_fixed_settled_otherwise_and_still_open_are_counted_apart(road, my_tho):
    road.to("closed", text="Đèn thứ nhất tắt.", ward=my_tho)
    road.to("in_progress", text="Đèn thứ hai tắt.", ward=my_tho)
    Report.objects.update(looked_at=NOW, shown=True)
    whole, ward = figures(), figures(ward=my_tho)
    assert (whole.received, whole.open, whole.answered) == (2, 1, 1)
    assert (whole.fixed, whole.otherwise, whole.closed) == (1, 0, 1)
    assert (ward.received, ward.on_time, ward.on_time_share) == (2, 1, 100)
    assert whole.answer_minutes == 8 * 60  # from 08:00 to 16:00


def test_what_nobody_may_see_is_in_no_public_figure_but_in_the_usual_time(road, category):
    for n in range(ENOUGH):
        made = road.to("published", text=f"Đèn thứ {n} tắt.", public=False)
        Report.objects.filter(pk=made.pk).update(answered_at=made.received_at + timedelta(hours=n + 1))
    assert figures().received == 0
    assert Figures.objects.usual_minutes() == {category.pk: ENOUGH * 60 // 2}


def test_a_usual_time_of_nineteen_answers_is_not_told(road, category):
    for n in range(ENOUGH - 1):
        road.to("published", text=f"Đèn thứ {n} tắt.")
    Figures.objects.refresh(at=NOW)
    assert Figures.objects.usual_minutes() == {}


def test_what_is_older_than_ninety_days_does_not_count(category):
    report(when=at(day=1, month=8))
    Report.objects.update(shown=True, answered_at=at(day=2, month=8))
    assert figures().received == 0
    assert not Figures.objects.filter(category=category).exists()


@pytest.mark.django_db
def test_counting_twice_leaves_one_row_a_thing(category):
    report()
    Report.objects.update(shown=True)
    for _turn in range(2):
        Figures.objects.refresh(at=NOW)
    assert Figures.objects.count() == 1 + Category.objects.filter(parent__isnull=False).count()
    make_category(code="ngap", name="Ngập nước")
