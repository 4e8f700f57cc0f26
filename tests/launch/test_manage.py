"""manage.py beside a house that bin/run started."""

import os

from launch import keys

import manage


def test_a_command_typed_beside_the_house_works_on_the_house(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", {"VAR": str(tmp_path), "PORT": "9000", "SEAL_KEYS_FILE": "/run/secrets/seal"})
    keys.write(tmp_path / "house.env", {"DATABASE_URL": "postgres://postgres@/motcua?host=/x", "PORT": "8000"})
    keys.write(tmp_path / "secrets.env", {"SECRET_KEY": "a=b", "SEAL_KEYS": "k:x"})
    manage.join_the_house()
    assert os.environ["DATABASE_URL"] == "postgres://postgres@/motcua?host=/x"
    assert os.environ["SECRET_KEY"] == "a=b"
    assert os.environ["PORT"] == "9000"
    assert "SEAL_KEYS" not in os.environ


def test_without_a_house_nothing_is_set(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", {"VAR": str(tmp_path)})
    manage.join_the_house()
    assert os.environ == {"VAR": str(tmp_path)}
