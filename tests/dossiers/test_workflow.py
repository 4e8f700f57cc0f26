import pytest

from dossiers.workflow import BY_OFFICIAL_CODE, CITIZEN_WORDS, MOVES, OFFICIAL_CODES, NotAllowed, Status, check_move

# The moves between the ten official statuses as a table on paper: row = from, letters = to, in their official numbers.
ON_PAPER = {
    1: {2, 3, 5, 7},
    2: {4, 5, 6, 7, 8, 9},
    3: set(),
    4: {4, 5, 6, 7, 8, 9},
    5: {2, 4, 7, 8},
    6: {4, 7, 8},
    7: {1, 2, 4, 5, 6, 8},
    8: set(),
    9: {4, 10},
    10: set(),
}


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_only_the_moves_on_paper_are_allowed(before, after):
    if OFFICIAL_CODES[after] in ON_PAPER[OFFICIAL_CODES[before]]:
        check_move(before, after)
    else:
        with pytest.raises(NotAllowed) as refused:
            check_move(before, after)
        assert str(before.label) in str(refused.value)


def test_the_statuses_have_their_official_numbers():
    assert [OFFICIAL_CODES[s] for s in Status] == list(range(1, 11))
    assert BY_OFFICIAL_CODE[5] == Status.SUPPLEMENT_REQUESTED
    assert set(CITIZEN_WORDS) == set(Status) == set(MOVES)
