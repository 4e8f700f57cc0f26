"""Chi's film of the flooded street: what one sees and hears stays, where and with what it was taken does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attachments import kinds, videos
from attachments.boxes import boxes, children, one
from attachments.refusals import Code, Refused
from attachments.samples import sample_ranges
from tests.attachments import films
from tests.attachments.films import (
    CANARY,
    PLACE,
    QUARTER_TURN,
    apple_note,
    big_box,
    box,
    film,
    other_note,
    picture_track,
    place_note,
    sound_track,
    telemetry_track,
)

NOTES = [place_note(), apple_note(), other_note(), other_note(b"XMP_"), other_note(b"free"), other_note(b"skip")]


def cleaned(content, name=""):
    return videos.cleaned(content, kinds.kind_of(content, name=name))


def code_of(content, name=""):
    with pytest.raises(Refused) as refused:
        cleaned(content, name)
    return refused.value.code


def assert_clean(made, sent):
    assert len(made.content) == len(sent.content)  # no offset has moved
    assert CANARY not in made.content
    assert PLACE not in made.content
    assert b"quicktime.location" not in made.content
    for offset, samples in sent.kept.items():
        assert made.content[offset : offset + len(samples)] == samples
    for offset, samples in sent.others.items():
        assert made.content[offset : offset + len(samples)] == bytes(len(samples))


def spans(content):
    film = bytearray(content)
    moov = one(boxes(film, 0, len(film)), "moov")
    traks = [trak for trak in children(film, moov) if trak.type == "trak"]
    return sorted(span for trak in traks for span in sample_ranges(film, trak))


@st.composite
def any_film(draw):
    """Notes anywhere a box may stand, in any order of tracks and boxes."""
    some = st.lists(st.sampled_from(NOTES), max_size=2)
    inside = st.fixed_dictionaries(dict.fromkeys(("trak", "mdia", "minf", "stbl", "entry"), some))

    def track(make):
        return make(noted=draw(inside), per_chunk=draw(st.integers(1, 6)), wide_offsets=draw(st.booleans()))

    tracks = [
        track(picture_track),
        track(sound_track),
        *(track(telemetry_track) for _ in range(draw(st.integers(0, 2)))),
    ]
    return film(
        draw(st.permutations(tracks)), brand=draw(st.sampled_from([b"isom", b"mp42", b"qt  "])), top=draw(some),
        in_moov=draw(some), between=draw(st.lists(st.sampled_from([CANARY, PLACE]), max_size=2)),
        moov_first=draw(st.booleans()), wrap=draw(st.sampled_from([box, big_box])),
    )  # fmt: skip


@given(any_film())
def test_wherever_a_place_is_noted_it_is_gone_and_the_film_is_whole(sent):
    made = cleaned(sent.content)
    assert_clean(made, sent)
    kept = [(offset, offset + len(samples)) for offset, samples in sent.kept.items()]
    assert spans(made.content) == sorted(kept)  # players find what they found before
    assert cleaned(made.content).content == made.content  # clean is clean


def test_a_film_says_how_large_it_is_seen():
    assert (cleaned(film().content).width, cleaned(film().content).height) == (640, 360)
    upright = film([picture_track(matrix=QUARTER_TURN), sound_track()])
    assert (cleaned(upright.content).width, cleaned(upright.content).height) == (360, 640)


def test_the_moment_it_was_taken_is_gone():
    made = cleaned(film().content).content
    moov = one(boxes(bytearray(made), 0, len(made)), "moov")
    mvhd = one(children(bytearray(made), moov), "mvhd")
    assert made[mvhd.body + 4 : mvhd.body + 12] == bytes(8)
    assert made[mvhd.body + 12 : mvhd.body + 20] != bytes(8)  # how long it lasts is not


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (film().content, "phim.mp4", None),
        (film(brand=b"qt  ").content, "IMG_0001.MOV", None),
        (film(brand=b"qt  ").content, "phim.mp4", Code.NAME),
        (film().content, "anh.jpg", Code.NAME),
        (b"\x1a\x45\xdf\xa3" + bytes(99), "phim.webm", Code.UNCLEANABLE),
        (film().content + box(b"moof"), "phim.mp4", Code.UNCLEANABLE),
        (film([films.Track(b"vide", b"rle ", [b"x"])]).content, "", Code.UNCLEANABLE),
        (film([sound_track()]).content, "", Code.UNCLEANABLE),
        (film([picture_track(self_contained=False)]).content, "", Code.UNCLEANABLE),
        (film().content + b"<?php", "phim.mp4", Code.TYPE),
        (box(b"ftyp", b"isom", bytes(4)), "", Code.BROKEN),
        (film().content[:-9], "", Code.BROKEN),
        (film().content + box(b"x" * 4) * 60, "", Code.UNCLEANABLE),
    ],
)
def test_what_cannot_be_cleaned_with_certainty_is_refused(content, name, code):
    if code is None:
        assert cleaned(content, name)
    else:
        assert code_of(content, name) == code


def test_sound_in_an_old_codec_is_silenced_rather_than_half_kept():
    """Its table counts moments and not bytes: what is kept would be cut."""
    sent = film([picture_track(), films.Track(b"soun", b"sowt", [CANARY] * 3)])
    made = cleaned(sent.content)
    assert CANARY not in made.content


def test_a_sample_outside_the_film_is_refused():
    sent = film()
    moved = bytearray(sent.content)
    place = moved.index(b"stco") + 12
    moved[place : place + 4] = (len(moved) - 3).to_bytes(4, "big")
    assert code_of(bytes(moved)) == Code.BROKEN


@given(st.data())
def test_whatever_is_wrong_with_the_bytes_the_answer_is_a_film_or_a_refusal(data):
    content = bytearray(film(in_moov=[place_note()], top=[other_note()]).content)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    try:
        made = cleaned(bytes(content))
    except Refused:
        return
    assert len(made.content) == len(content)
