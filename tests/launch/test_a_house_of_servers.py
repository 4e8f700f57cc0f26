"""The launcher with real servers: what is killed comes back, and nothing is left behind."""

import os
import signal
import socket
import time
from pathlib import Path

import psycopg2
import pytest
from launch import keys, places


def test_servers_answer_and_nothing_is_left_after_sigterm(start_house):
    house = start_house()
    assert house.ask("SELECT current_setting('server_version_num')::int >= 170000") == [(True,)]
    assert house.ask("SELECT lower('ĐƯỜNG TRẦN HƯNG ĐẠO')") == [("đường trần hưng đạo",)]
    assert house.ask("SELECT current_setting('data_checksums'), current_setting('listen_addresses')") == [("on", "")]
    assert valkey_answers(house)
    assert len(house.children()) > 5

    assert house.stop() == 0
    assert house.children() == set()


def test_what_people_typed_stays_out_of_the_databases_log(start_house):
    house = start_house()
    house.ask("CREATE TABLE people AS SELECT '0912345678' AS phone")
    house.ask("CREATE UNIQUE INDEX ON people (phone)")
    with pytest.raises(psycopg2.errors.UniqueViolation):
        house.ask("INSERT INTO people VALUES ('0912345678')")
    log = (house.var / "log" / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "0912345678" not in log


def test_a_folder_made_only_for_sockets_goes_with_its_servers(start_house, var):
    far = var / "một thư mục dữ liệu ở rất sâu"
    far.mkdir()
    for folder in (var, far):
        folder.chmod(0o711)  # or root's servers would live elsewhere
    house = start_house(far)
    folders = [places.socket_folder((far / name).resolve()) for name in ("postgres", "valkey")]
    assert all(folder.parent == Path("/tmp") and folder.is_dir() for folder in folders)

    assert house.stop() == 0
    assert not any(folder.exists() for folder in folders)


def test_nobody_outlives_a_supervisor_that_was_killed(start_house):
    house = start_house()
    house.ask("CREATE TABLE kept AS SELECT 17 AS number")
    assert len(house.children()) > 5

    house.kill()

    assert house.has_ended()
    assert house.children() == set()
    again = start_house()
    assert again.ask("SELECT number FROM kept") == [(17,)]
    assert valkey_answers(again)


def test_a_killed_database_comes_back_with_all_that_it_confirmed(start_house):
    house = start_house()
    house.ask("CREATE TABLE kept AS SELECT 17 AS number")
    first = int((house.var / "postgres" / "data" / "postmaster.pid").read_text().split()[0])

    os.kill(first, signal.SIGKILL)

    assert answer_of_new_server(house, "SELECT number FROM kept", instead_of=first) == [(17,)]


def test_a_second_start_on_the_same_folder_says_so_and_ends(start_house, house_class):
    house = start_house()
    keys.write(house.var / "house.env", {"BASE_URL": "http://127.0.0.1:8765"})
    second = house_class(house.var)
    words, _ = second.process.communicate()
    assert second.process.returncode == 1
    assert "Hệ thống đang chạy rồi" in words
    assert "running already" in words
    assert "http://127.0.0.1:8765" in words
    assert valkey_answers(house)


@pytest.mark.parametrize("odd", ["a" * 120, "thư mục có dấu cách"])
def test_a_deep_or_odd_folder_gets_a_short_address_for_its_sockets(start_house, var, odd):
    house = start_house(var / odd / "var")
    assert house.ask("SELECT 1") == [(1,)]
    assert valkey_answers(house)


def test_a_folder_that_others_may_not_enter_is_no_obstacle_for_root(start_house, var):
    (var / "private").mkdir(mode=0o700)
    house = start_house(var / "private" / "var")
    assert house.ask("SELECT 1") == [(1,)]
    assert (var / "private").stat().st_mode & 0o777 == 0o700


def test_an_ordinary_user_starts_it_too(start_house, var, ordinary_checkout):
    checkout, python, user = ordinary_checkout
    if user:
        os.chown(var, user.pw_uid, user.pw_gid)
    house = start_house(checkout=checkout, python=python, user=user)
    assert house.ask("SELECT 1") == [(1,)]
    owner = (house.var / "postgres" / "data" / "PG_VERSION").stat().st_uid
    assert owner == (user.pw_uid if user else os.geteuid()) != 0


def valkey_answers(house):
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(house.cache.removeprefix("unix://").split("?")[0])
        door.sendall(b"PING\r\n")
        return door.recv(64) == b"+PONG\r\n"


def answer_of_new_server(house, sql, *, instead_of):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            started = house.var / "postgres" / "data" / "postmaster.pid"
            if int(started.read_text().split()[0]) != instead_of:
                return house.ask(sql)
        except (OSError, IndexError, psycopg2.OperationalError):
            pass
        time.sleep(0.1)
    raise AssertionError("the database did not come back")
