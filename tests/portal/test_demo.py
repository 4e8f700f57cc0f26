"""The demo province is made of what a province is made of, and may be built again."""

import itertools
import json
import re
from datetime import datetime
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Avg, Count

from agencies.models import Unit
from agencies.units import COMMUNAL
from dossiers.deadlines import differing_from_ledger
from dossiers.models import Dossier, LogEntry, NumberSeries, Rating
from dossiers.workflow import MOVES, Status
from portal.demo import ratings
from portal.demo.history import History
from tests.dossiers.making import VIETNAM, make_version, receive

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=VIETNAM)
pytestmark = pytest.mark.django_db(transaction=True)


def write(count, units, **options):
    return History(units=units, now=NOW, story_count=200, **options).write(count)


def test_a_year_of_history_is_what_officers_would_have_written(an, my_tho, dao_thanh, calendar):
    make_version(term=("working_day", 5))
    rows = write(600, [my_tho, dao_thanh])
    assert Dossier.objects.count() == 600
    assert rows > 3_000
    assert list(differing_from_ledger(Dossier.objects.open())) == []
    assert not LogEntry.objects.filter(at__gt=NOW).exists()
    assert Dossier.objects.values("number_key").annotate(n=Count("pk")).filter(n__gt=1).count() == 0
    for dossier in Dossier.objects.prefetch_related("log")[:200]:
        seen = [Status(entry.status) for entry in dossier.log.all()]
        assert all(after == before or after in MOVES[before] for before, after in itertools.pairwise(seen))
        assert seen[-1] == dossier.status


def test_what_was_written_is_looked_up_like_any_other(an, my_tho, calendar):
    make_version()
    write(20, [my_tho])
    dossier = Dossier.objects.first()
    party = dossier.parties.get()
    assert dossier.proven_by(party.phone[-4:])
    assert dossier.proven_by(dossier.pin)
    assert Dossier.objects.search(party.phone, user=an).get() == dossier


def test_made_up_citizens_brought_the_papers_that_their_case_wants(an, my_tho, calendar):
    make_version(
        documents=[
            {"order": 1, "name": 'Tờ khai "mẫu\\01"', "originals": 1},
            {"order": 2, "name": "Căn cước", "only_to_show": True},
            {"order": 3, "name": "Ảnh 4x6", "copies": 2},
        ]
    )
    write(5, [my_tho])
    papers = [
        {"name": 'Tờ khai "mẫu\\01"', "kind": "original", "count": 1, "note": ""},
        {"name": "Ảnh 4x6", "kind": "copy", "count": 2, "note": ""},
    ]
    assert list(Dossier.objects.values_list("documents", flat=True)) == [papers] * 5


def test_counters_go_on_where_history_stopped(an, my_tho, calendar):
    make_version()
    write(50, [my_tho])
    write(50, [my_tho], seed=2)
    receive(by=an, unit=my_tho, when="23/11/2026 09:00")
    last = NumberSeries.objects.get(prefix__contains="-261123-").last
    assert Dossier.objects.filter(number__contains="-261123-").count() == last


def test_history_bears_the_numbers_of_this_house(settings, an, my_tho, dao_thanh, calendar):
    settings.DOSSIER_NUMBER = "{yyyy}.{unit}/{serial:6}"
    make_version()
    write(40, [my_tho, dao_thanh])
    write(10, [my_tho], seed=2)
    assert all(
        re.fullmatch(r"202[56]\.H20\.3[01]/\d{6}", number)
        for number in Dossier.objects.values_list("number", flat=True)
    )
    dossier = receive(by=an, unit=my_tho, when="23/11/2026 09:00")
    given = Dossier.objects.filter(number__startswith="2026.H20.30/").count()
    assert dossier.number == f"2026.H20.30/{given:06}"


def test_the_demo_is_built_and_may_be_built_again(settings, tmp_path):
    settings.VAR = tmp_path
    call_command("load_demo", dossiers=150, verbosity=0)
    first = json.loads((tmp_path / "demo.json").read_text())
    count = Dossier.objects.count()
    call_command("load_demo", dossiers=150, verbosity=0)
    second = json.loads((tmp_path / "demo.json").read_text())
    assert Dossier.objects.count() == count
    assert [s["code"] for s in first["dossiers"]] == [s["code"] for s in second["dossiers"]]
    communes = Unit.objects.filter(kind__in=COMMUNAL, valid_to=None)
    assert communes.count() == communes.exclude(address="").exclude(phone="").count() > 100
    assert {"api_key", "unit", "log_ins", "dossiers", "url"} <= set(second)
    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0
    sample = second["dossiers"][0]
    assert Dossier.objects.with_token(sample["qr_token"]).get().number == sample["code"]


def test_no_demo_is_loaded_into_production(settings):
    settings.ENVIRONMENT = "production"
    with pytest.raises(CommandError):
        call_command("load_demo", verbosity=0)


def test_some_people_of_the_demo_said_how_it_was(an, my_tho, calendar):
    make_version()
    write(300, [my_tho])
    n = ratings.write(at=NOW, random=Random(5))
    handed_over = Dossier.objects.filter(status=Status.HANDED_OVER).count()
    assert 0.05 * handed_over < n < 0.25 * handed_over
    assert ratings.write(at=NOW, random=Random(5)) == 0
    assert 3 < Rating.objects.aggregate(mean=Avg("stars"))["mean"] < 5
