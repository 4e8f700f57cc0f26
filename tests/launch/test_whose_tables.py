"""Who migrates owns the tables, who serves pages does not."""

import pytest
from launch import house, preparing

OWNER, PORTAL = "postgres://motcua@db/motcua", "postgres://motcua_portal@db/motcua"


@pytest.fixture
def managed(monkeypatch, tmp_path):
    """What the launcher would have had manage.py do: [(command, DATABASE_URL, RUNTIME_DATABASE_URL)]."""
    done = []
    names = ("DATABASE_URL", "DATABASE_URL_FILE", "RUNTIME_DATABASE_URL", "RUNTIME_DATABASE_URL_FILE")

    def manage(var, environ, command, *arguments):
        done.append((command, {name: environ[name] for name in names if name in environ}))

    monkeypatch.setattr(preparing, "manage", manage)
    monkeypatch.setattr(preparing, "_state_of_tables", lambda environ: "as it is")
    return lambda **environ: preparing._migrate(tmp_path, environ) or done


def test_the_owner_migrates_and_lets_the_portal_in(managed):
    addresses = {"DATABASE_URL": OWNER, "RUNTIME_DATABASE_URL": PORTAL}
    assert managed(DATABASE_OWNER_URL=OWNER, DATABASE_URL=PORTAL) == [
        ("migrate", addresses), ("grant_runtime_role", addresses)
    ]  # fmt: skip


def test_addresses_may_lie_in_files(managed):
    (_migrate, files), _grant = managed(DATABASE_OWNER_URL_FILE="/run/o", DATABASE_URL_FILE="/run/p")
    assert files == {"DATABASE_URL_FILE": "/run/o", "RUNTIME_DATABASE_URL_FILE": "/run/p"}


def test_without_an_owner_the_portal_migrates_itself(managed):
    assert managed(DATABASE_URL=PORTAL) == [("migrate", {"DATABASE_URL": PORTAL})]


def test_nothing_that_serves_pages_knows_the_owner(monkeypatch, tmp_path):
    given = {"DATABASE_OWNER_URL": OWNER, "DATABASE_URL": PORTAL, "PORT": "8000"}
    started = {}
    monkeypatch.setattr(house.preparing, "prepare", lambda var, environ: started.update(prepared=environ))
    monkeypatch.setattr(house, "_start_house", lambda supervisor, var, environ: started.update(house=environ))
    monkeypatch.setattr(house.sandbox, "start", lambda supervisor, var, environ: {})
    house.prepare_and_start(None, tmp_path, given)
    assert OWNER in started["prepared"].values()
    assert started["house"] == {"DATABASE_URL": PORTAL, "PORT": "8000"}
