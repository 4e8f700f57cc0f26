"""The page of a channel's account is fit for officers who see badly, on a phone too, however the account does."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from portal.channels.models import Account
from tests.browser.test_back_office import desk  # noqa: F401  (Hạnh at her desk)
from tests.channels.zalo.conftest import DOSSIER, consented, program, sandbox  # noqa: F401  (our side of Zalo)

pytestmark = pytest.mark.usefixtures("consented")
STATES = {
    "well": ("zalo", lambda account: None),
    "stopped": ("zalo", lambda account: account.pause(reason="Sai chữ trong mẫu tin", at=now())),
    "broken": (
        "zalo-phone",
        lambda account: account.break_down(needs_consent=False, words="-137 ZCA charge failed", at=now()),
    ),
}


@pytest.mark.parametrize("how", STATES)
def test_whatever_the_state_the_page_reads_well(desk, look, settings, how):  # noqa: F811
    settings.ZALO_TEMPLATES = {"note": {**DOSSIER, "timeout": 120}}
    channel, happen = STATES[how]
    account = Account.objects.of(channel)
    happen(account)
    address = reverse("admin:post_office_account_look", args=[account.pk])
    assert look(address, page=desk, name=f"account-{how}").faults == []
