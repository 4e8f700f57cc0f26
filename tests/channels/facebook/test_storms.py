"""Whatever goes wrong at the platform: at most one effect each, nothing lost, and no doubt is left lying."""

import pytest

from tests.channels.facebook.storm import FAULTS, WAYS, storm


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("way", WAYS)
def test_in_every_storm_each_answer_arrives_once_or_says_why_not(sandbox, way, fault):
    after = storm(sandbox, way, fault, messages=12)
    assert {name: after[name] for name in ("twice", "lost", "doubts", "untold")} == {
        "twice": 0, "lost": 0, "doubts": 0, "untold": 0,
    }, after  # fmt: skip
    assert after["states"]["sent"] + after["states"]["failed"] == 12, after


@pytest.mark.parametrize("way", WAYS)
def test_without_a_single_echo_reading_back_ends_every_doubt(sandbox, way):
    after = storm(sandbox, way, "it was done and the connection was cut", messages=12, hears=False)
    assert (after["twice"], after["lost"], after["doubts"], after["states"]["sent"]) == (0, 0, 0, 12), after
