"""What the suggestions of categories learn, how it is measured, and what they never do."""

import random

import pytest
from django.urls import reverse

from feedback import suggesting
from feedback.models import LearntCategories, Report
from feedback.suggesting import TooFew, examples, learn, suggest
from feedback.tasks import learn_categories
from feedback.workflow import State
from tests.feedback.making import at, make_category, report

WORDS = {
    "chieu-sang": ["đèn đường", "bóng đèn", "tối om", "không sáng", "trụ đèn", "chập chờn"],
    "rac": ["rác thải", "bãi rác", "hôi thối", "thùng rác", "đổ trộm", "xe gom"],
    "o-ga": ["ổ gà", "mặt đường", "lún sụt", "nhựa bong", "hố sâu", "vá đường"],
    "ngap": ["ngập nước", "cống nghẹt", "nước tràn", "mưa lớn", "thoát nước", "nắp cống"],
}
PLACES = ["chợ Mỹ Tho", "đường Lê Lợi", "hẻm 12", "cầu Quay", "khu phố 3", "trước trường học"]
NOW = at(26, 2)


@pytest.fixture
def learnt(category, khoa, an, monkeypatch):
    """Settled reports of four categories, in other words each time; the last of them in few."""
    chance = random.Random(7)
    categories = {code: category if code == "chieu-sang" else make_category(code, code) for code in WORDS}
    model = report()
    rows = []
    for n in range(400):
        code = chance.choices(list(WORDS), weights=[5, 3, 2, 1])[0]
        strange = chance.choice([*WORDS.values()])
        said = [*chance.sample(WORDS[code], 2), chance.choice(PLACES), chance.choice(strange)]
        chance.shuffle(said)
        rows.append(_row(model, n, " ".join(said), categories[code]))
    Report.objects.bulk_create(rows)
    return categories


def _row(model, n, text, category, **fields):
    values = {field.attname: getattr(model, field.attname) for field in Report._meta.concrete_fields}
    given = {"id": None, "code": f"PA{n:08}", "text": text, "search_key": suggesting.search_key(text), "origin": None,
             "category_id": category.pk, "state": State.CLOSED, "looked_at": NOW, **fields}  # fmt: skip
    return Report(**{**values, **given})


def test_what_was_learnt_is_measured_and_better_than_always_guessing_the_most_frequent(learnt):
    row = learn(at=NOW)
    assert row.examples == 400
    assert row.tested_on == 80
    assert row.top1 > row.most_frequent
    assert row.top1 <= row.top3 <= 1


def test_a_text_gets_likely_categories_with_probabilities_and_typing_errors_are_borne(learnt):
    learn(at=NOW)
    found = suggest("Bai rac hoi thoi quá, xe gom khong toi")
    assert found[0][0] == learnt["rac"]
    probabilities = [probability for _category, probability in found]
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0 < sum(probabilities) <= 1.0001
    assert len(found) <= 3


def test_below_a_minimum_it_says_so_and_suggests_nothing(learnt, caplog):
    Report.objects.filter(state=State.CLOSED).filter(
        pk__in=list(Report.objects.values_list("pk", flat=True)[:200])
    ).update(state=State.NEW)
    with pytest.raises(TooFew):
        learn(at=NOW)
    with caplog.at_level("INFO"):
        learn_categories()
    assert "settled reports" in caplog.text
    assert suggest("Bãi rác hôi thối") == []
    assert not LearntCategories.objects.exists()


def test_only_what_a_person_looked_at_is_learnt_from(learnt):
    Report.objects.filter(category=learnt["rac"]).update(looked_at=None)
    _texts, labels = examples()
    assert learnt["rac"].pk not in labels


def test_what_is_closed_to_reports_is_never_suggested(learnt):
    learn(at=NOW)
    type(learnt["rac"]).objects.filter(pk=learnt["rac"].pk).update(active=False)
    assert learnt["rac"] not in [category for category, _probability in suggest("Bãi rác hôi thối")]


def test_what_is_kept_are_plain_arrays_that_run_nothing(learnt, monkeypatch):
    import pickle

    row = learn(at=NOW)

    def refuse(*args, **kwargs):
        raise AssertionError("something was unpickled")

    monkeypatch.setattr(pickle, "load", refuse)
    monkeypatch.setattr(pickle, "loads", refuse)
    suggesting._learnt.cache_clear()
    assert suggest("Bãi rác hôi thối")
    assert len(row.arrays) < 5_000_000


@pytest.mark.parametrize("text", ["", "   ", "\x00", "😀" * 50, "x" * 100_000, "日本語"])
def test_odd_texts_are_no_error(learnt, text):
    learn(at=NOW)
    assert isinstance(suggest(text), list)


def test_only_the_two_newest_nights_keep_their_arrays(learnt):
    for hour in (2, 3, 4):
        learn(at=at(26, hour))
    assert [bool(row.arrays) for row in LearntCategories.objects.all()] == [True, True, False]


def test_khoa_reads_the_suggestion_where_he_sorts_and_decides_himself(client_of, khoa, learnt):
    learn(at=NOW)
    made = report(learnt["chieu-sang"], text="Bãi rác hôi thối, thùng rác đầy.")
    page = client_of(khoa).get(reverse("admin:feedback_report_change", args=[made.pk])).content.decode()
    assert "rac (" in page
    made.refresh_from_db()
    assert made.category == learnt["chieu-sang"]
