"""Whatever goes wrong at Zalo: at most one effect each, nothing lost, and no doubt is left lying."""

import pytest

from tests.channels.zalo.storm import FAULTS, storm

pytestmark = pytest.mark.usefixtures("consented")


@pytest.mark.parametrize("fault", FAULTS)
def test_in_every_storm_each_message_arrives_once_or_says_why_not(sandbox, settings, fault):
    settings.CHANNEL_LADDER, settings.QUIET_HOURS = ["zalo"], ""
    after = storm(sandbox, fault, messages=40)
    assert (after["twice"], after["lost"], after["doubts"]) == (0, 0, 0), after
    settled = after["states"]["sent"] + after["states"]["delivered"] + after["states"]["failed"]
    assert settled == 40, after
