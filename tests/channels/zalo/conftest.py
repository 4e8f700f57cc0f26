"""Our side of Zalo, against the sandbox over HTTP: no network outside this machine."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from portal.channels.events import grant_refused
from portal.channels.grants import Pair
from portal.channels.models import Grant
from tests.sandbox.driving import APP_ID, APP_SECRET, Driver, Program

DOSSIER = {"id": "100001", "data": {"ten_nguoi_nop": "unit:30", "ma_ho_so": "number:30", "thu_tuc": "subject:200",
                                    "trang_thai": "status:30"}}  # fmt: skip


def zalo_at(url):
    """The settings of a portal whose Zalo the sandbox at this address plays."""
    hosts = {f"ZALO_{host.upper()}_URL": f"{url}/zalo/{host}" for host in ("oauth", "openapi", "business")}
    app = {"ZALO_APP_ID": APP_ID, "ZALO_APP_SECRET": APP_SECRET}
    return {**hosts, **app, "ZALO_OA_ID": "388613280878808645", "ZALO_OA_SECRET_KEY": "sandbox-oa-secret-key"}


@pytest.fixture(scope="session")
def program():
    program = Program()
    yield program
    program.stop()


@pytest.fixture
def sandbox(program, settings):
    driver = Driver(program.url)
    driver.control("reset")
    driver.settings(receipt_after=-1)
    for name, value in zalo_at(program.url).items():
        setattr(settings, name, value)
    settings.ZALO_TEMPLATES = {}
    settings.CHANNEL_LADDER = ["zalo", "zalo-phone", "mail"]
    yield driver
    driver.http.close()


@pytest.fixture
def consented(sandbox, transactional_db):
    """The pair that an administrator's consent has given."""
    pair = sandbox.log_in()
    ends = now() + timedelta(seconds=int(pair["expires_in"]))
    Grant.objects.of("zalo").keep(Pair(pair["access_token"], pair["refresh_token"], ends), at=now())
    return pair


@pytest.fixture
def heard_of_grants():
    heard = []

    def listen(**said):
        heard.append(said)

    grant_refused.connect(listen)
    yield heard
    grant_refused.disconnect(listen)
