"""docker-compose.yml and Dockerfile, read as the engine would read them."""

import re

import pytest
import yaml
from launch import keys

from portal import settings
from tests.launch.conftest import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("mot-cua")}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def queues_of(service):
    command = service.get("command", [])
    return command[command.index("-Q") + 1].split(",") if "-Q" in command else []


def test_every_queue_is_taken_by_exactly_one_kind_of_worker():
    taken = [queue for service in SERVICES.values() for queue in queues_of(service)]
    assert sorted(taken) == sorted(settings.QUEUES)


def test_codes_and_dossiers_never_wait_behind_bulk():
    with_bulk = next(queues_of(service) for service in SERVICES.values() if "bulk" in queues_of(service))
    assert not {"otp", "dossier", "social"} & set(with_bulk)


def test_one_beat_one_web_one_migration():
    commands = [" ".join(service.get("command", ["gunicorn"])) for service in OURS.values()]
    assert sum(" beat " in command for command in commands) == 1
    assert sum("migrate" in command for command in commands) == 1
    assert sum("gunicorn" in command for command in commands) == 1


@pytest.mark.parametrize("name", sorted(OURS))
def test_nothing_of_ours_starts_before_the_tables_are_there(name):
    waits_for = OURS[name]["depends_on"]
    if name == "migrate":
        assert waits_for["postgres"]["condition"] == "service_healthy"
    else:
        assert waits_for["migrate"]["condition"] == "service_completed_successfully"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_has_a_health_check_or_says_why_it_needs_none(name):
    check = SERVICES[name].get("healthcheck")
    if name == "web":
        assert check is None
        assert "HEALTHCHECK" in DOCKERFILE
    else:
        assert check.get("test") or (check == {"disable": True} and name in ("migrate", "beat"))


def test_secrets_come_as_files_only_and_every_one_is_made_by_the_script(tmp_path):
    keys.write_secret_files(tmp_path / "secrets")
    made = {file.name for file in (tmp_path / "secrets").iterdir()}
    assert set(COMPOSE["secrets"]) == made
    assert {secret["file"].split("/")[-1] for secret in COMPOSE["secrets"].values()} == made
    given = OURS["web"]["environment"]
    assert not {name.upper() for name in made} & set(given)
    assert {name.upper() + "_FILE" for name in made - {"postgres_password", "database_owner_url"}} <= set(given)


def test_only_the_migration_knows_the_owner_of_the_tables(tmp_path):
    keys.write_secret_files(tmp_path / "secrets")
    assert [name for name, service in OURS.items() if "database_owner_url" in service["secrets"]] == ["migrate"]
    given = OURS["migrate"]["environment"]
    assert given["DATABASE_URL_FILE"] == "/run/secrets/database_owner_url"
    assert given["RUNTIME_DATABASE_URL_FILE"] == OURS["web"]["environment"]["DATABASE_URL_FILE"]
    owner, portal = ((tmp_path / "secrets" / name).read_text() for name in ("database_owner_url", "database_url"))
    assert owner.startswith("postgres://motcua:")
    assert portal.startswith("postgres://motcua_portal:")


def test_the_script_never_replaces_a_secret(tmp_path):
    keys.write_secret_files(tmp_path / "secrets")
    before = (tmp_path / "secrets" / "seal_keys").read_text()
    with pytest.raises(FileExistsError):
        keys.write_secret_files(tmp_path / "secrets")
    assert (tmp_path / "secrets" / "seal_keys").read_text() == before
    assert not re.search(r"\s", before)


def test_the_database_is_the_one_the_tests_run_on():
    postgres = SERVICES["postgres"]
    assert postgres["image"] == "postgres:18"
    wanted = "--locale-provider=builtin --builtin-locale=C.UTF-8"
    assert wanted in postgres["environment"]["POSTGRES_INITDB_ARGS"]


def test_ours_run_without_rights_and_without_demo():
    assert re.search(r"^USER motcua$", DOCKERFILE, re.M)
    assert "requirements-server.txt" in DOCKERFILE
    for service in OURS.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["environment"]["ENVIRONMENT"] == "production"


def test_every_variable_that_is_set_is_one_that_the_settings_read():
    source = (ROOT / "portal" / "settings.py").read_text()
    names = {name.removesuffix("_FILE") for service in OURS.values() for name in service["environment"]}
    assert [name for name in sorted(names) if f'"{name}"' not in source] == []
