"""The launcher's small parts, without servers."""

import csv
import json
import os
import signal
import stat
import tempfile

import pytest
from launch import guard, house, keys, locks, preparing, programs, testing, throwaway, venv, welcome

from portal import settings
from tests.launch.apart import own_databases


def test_secrets_are_made_once_and_only_the_owner_reads_them(tmp_path):
    first = keys.load(tmp_path)
    assert keys.load(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600
    assert len(first["SECRET_KEY"]) >= 50
    assert first["SECRET_KEY"] != first["BLIND_INDEX_KEY"]
    assert not any(settings.DEMO_SECRET in value for value in first.values())


def test_a_secret_that_a_new_version_needs_is_added_and_the_old_ones_stay(tmp_path):
    keys.write(tmp_path / "secrets.env", {"SECRET_KEY": "of=old", "OWN": "kept"})
    loaded = keys.load(tmp_path)
    assert (loaded["SECRET_KEY"], loaded["OWN"]) == ("of=old", "kept")
    assert set(keys.MAKERS) < set(loaded)


def test_every_generated_secret_is_one_that_the_settings_read():
    source = (venv.ROOT / "portal" / "settings.py").read_text()
    assert [name for name in keys.MAKERS if f'"{name}"' not in source] == []


def test_the_worker_takes_every_queue_of_the_settings():
    assert sorted(house.QUEUES) == sorted(settings.QUEUES)


@pytest.mark.parametrize(
    ("given", "runs_demo"),
    [({}, True), ({"DEMO": "0"}, False), ({"ENVIRONMENT": "production"}, False), ({"ENVIRONMENT": "demo"}, True)],
)
def test_demo_people_never_move_into_a_house_of_real_ones(tmp_path, given, runs_demo):
    assert preparing.wants_demo(tmp_path, given) is runs_demo
    (tmp_path / "demo.json").write_text("{}")
    assert preparing.wants_demo(tmp_path, given) is False


def test_a_lock_goes_with_its_holder_and_waiting_is_not_holding(tmp_path, program):
    held = locks.take(tmp_path / "lock")
    assert locks.take(tmp_path / "lock") is None
    child = program("sleep", "600")
    process = programs.start(child, keep_open=[held])
    os.close(held)
    waiting = os.open(tmp_path / "lock", os.O_RDWR)
    assert locks.is_free(tmp_path / "lock") is False
    assert locks.holders(tmp_path / "lock") == {process.pid}

    programs.stop(child, process)

    os.close(waiting)
    assert locks.is_free(tmp_path / "lock")


def test_the_guard_of_a_killed_run_does_not_take_the_next_run_for_its_own(tmp_path, program):
    first = locks.take_new(tmp_path / "lock")
    watched = os.open(tmp_path / "lock", os.O_RDONLY)
    old_one, new_one = program("sleep", "600"), program("sleep", "600")
    old = programs.start(old_one, keep_open=[first])
    new = programs.start(new_one, keep_open=[locks.take_new(tmp_path / "lock")])
    os.close(first)
    assert locks.holders(watched) == {old.pid}
    guard.end_holders(watched)
    assert old.wait() == -signal.SIGKILL
    assert new.poll() is None
    programs.stop(new_one, new)


def test_a_child_that_does_not_listen_is_ended_with_all_its_own_children(program, var):
    deaf = program("sh", "-c", "trap '' TERM; sleep 600 & echo $! > own; wait; wait", folder=var, patience=0.3)
    process = programs.start(deaf)
    assert programs.wait_until(lambda: (var / "own").exists() and (var / "own").read_text(), process, seconds=10)
    programs.stop(deaf, process)
    assert process.returncode == -signal.SIGKILL
    assert programs.wait_until(lambda: not is_alive(int((var / "own").read_text())), _Never(), seconds=10)


class _Never:
    def poll(self):
        return None


def is_alive(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_an_installation_that_was_cut_off_is_noticed(tmp_path):
    whole = distribution(tmp_path, "whole", size=5)
    too_short = distribution(tmp_path, "short", size=9)
    without_record = tmp_path / "half-1.0.dist-info"
    without_record.mkdir()
    assert set(venv.damaged(tmp_path)) == {too_short, without_record}
    (tmp_path / "whole.py").unlink()
    assert whole in venv.damaged(tmp_path)


def distribution(site, name, *, size):
    folder = site / f"{name}-1.0.dist-info"
    folder.mkdir()
    (site / f"{name}.py").write_text("12345")
    with open(folder / "RECORD", "w", newline="") as record:
        csv.writer(record).writerows([(f"{name}.py", "sha256=x", size), (f"{name}-1.0.dist-info/RECORD", "", "")])
    return folder


def test_the_packages_of_the_tests_include_those_that_run():
    """One installation then serves both commands."""
    pins = {name: venv.pins(venv.ROOT / name) for name in ("requirements.txt", "requirements-dev.txt")}
    assert pins["requirements.txt"] < pins["requirements-dev.txt"]


@pytest.mark.parametrize(
    ("arguments", "parallel"),
    [([], True), (["-k", "due"], True), (["tests/dossiers"], True), (["tests/a/test_b.py"], False), (["-n4"], False)],
)
def test_many_files_share_the_cores_and_one_file_does_not(arguments, parallel):
    assert bool(testing.in_parallel(arguments)) is parallel


def test_without_a_browser_its_tests_are_left_out_whatever_else_was_asked():
    assert testing.without_browser(["-x"], chromium=None) == ["-x", "-m", "not browser"]
    assert testing.without_browser(["-m", "slow", "-x"], chromium=None) == ["-m", "(slow) and not browser", "-x"]
    assert testing.without_browser(["-x"], chromium="/usr/bin/chromium") == ["-x"]


def test_under_ci_a_missing_browser_stops_everything(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("CI", "false")
    assert testing.find_chromium() is None
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit, match="Chromium"):
        testing.find_chromium()


def test_parallel_test_processes_never_share_a_broker_or_a_cache():
    one = {"CELERY_BROKER_URL": "redis+socket:///s/v1.sock?virtual_host=0", "CACHE_URL": "unix:///s/v1.sock?db=1"}
    used = [own_databases(one | {"PYTEST_XDIST_WORKER": f"gw{place}"}) for place in range(3)]
    assert used[0] == one
    assert used[2] == {
        "CELERY_BROKER_URL": "redis+socket:///s/v1.sock?virtual_host=4",
        "CACHE_URL": "unix:///s/v1.sock?db=5",
    }


def test_tests_do_not_see_the_settings_of_the_shell(monkeypatch):
    monkeypatch.setenv("SECRET_KEY_FILE", "/run/secrets/key")
    monkeypatch.setenv("LOOKUP_CLIENT_LIMIT", "1")
    monkeypatch.setenv("NOT_OURS", "kept")
    environ = throwaway.plain_environ()
    assert "NOT_OURS" in environ
    assert not {"SECRET_KEY_FILE", "LOOKUP_CLIENT_LIMIT"} & set(environ)


def test_a_secret_in_a_file_ends_before_the_line_break(tmp_path, monkeypatch):
    (tmp_path / "key").write_text("mat-khau-trong-tep\r\n")
    monkeypatch.setenv("PROBE_FILE", str(tmp_path / "key"))
    assert settings.env("PROBE") == "mat-khau-trong-tep"


def test_the_welcome_names_the_pages_and_the_log_ins(tmp_path, capsys):
    demo = {
        "log_ins": [
            {"username": "an", "password": "mot-cua-2026", "name": "An", "title": "Công chức", "unit": "Mỹ Tho"}
        ],
        "dossiers": [{"code": "H20.30-261123-0001", "pin": "123456", "phone_last4": "5678"}],
    }
    (tmp_path / "demo.json").write_text(json.dumps(demo), encoding="utf-8")
    welcome.show(tmp_path, {"PORT": "8123"})
    words = capsys.readouterr().out
    for expected in ("http://127.0.0.1:8123/quan-tri/", "mot-cua-2026", "H20.30-261123-0001", "PIN 123456", "ready"):
        assert expected in words


def test_a_throwaway_folder_in_use_is_kept_and_an_abandoned_one_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with throwaway.folder() as (var, _lock):
        abandoned = tmp_path / f"{throwaway.PREFIX}abandoned"
        abandoned.mkdir()
        with throwaway.folder() as (other, _lock):
            assert other != var
            assert (var / "log").is_dir()
            assert not abandoned.exists()
        assert not other.exists()
    assert list(tmp_path.iterdir()) == []
