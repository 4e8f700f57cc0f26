import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.vietnamese import mask_name, nfc, person_sort_key, search_key, sort_key, tidy

NAMES = st.text("aAăĂâÂbcdDđĐeêoôơuưyẠạẶặÊếễệỘộớỢợựỨỳ .-12\u0300\u0301\u0323", max_size=20)


def test_units_and_names_stand_in_the_order_of_icu_for_vietnamese():
    # 2,000 communes, people and syllables as sorted by ICU (Intl.Collator("vi")).
    ordered = Path(__file__).with_name("icu_vi_order.txt").read_text().splitlines()
    wrong = [(before, after) for before, after in pairwise(ordered) if sort_key(before) >= sort_key(after)]
    assert len(ordered) > 2000
    assert wrong == []


def test_letters_come_before_tones_and_tones_before_capitals():
    words = ["Cạ", "cá", "cb", "Ca", "ca", "Cá", "cã", "cả", "cà", "că", "câ"]
    assert sorted(words, key=sort_key) == ["ca", "Ca", "cà", "cả", "cã", "cá", "Cá", "Cạ", "că", "câ", "cb"]


def test_people_are_ordered_by_given_name_then_family_name():
    people = ["Trần Văn Bình", "Lê Thị Ân", "Nguyễn Thị An", "Trần An", "Lê Văn An"]
    assert sorted(people, key=person_sort_key) == [
        "Lê Văn An", "Nguyễn Thị An", "Trần An", "Lê Thị Ân", "Trần Văn Bình",
    ]  # fmt: skip


def test_a_name_with_one_word_can_be_ordered():
    assert sorted(["Ý", "Ama", ""], key=person_sort_key) == ["", "Ama", "Ý"]


@given(NAMES)
def test_both_spellings_of_a_text_have_one_key(text):
    decomposed = unicodedata.normalize("NFD", text)
    assert sort_key(decomposed) == sort_key(nfc(text))
    assert search_key(decomposed) == search_key(text)
    assert mask_name(decomposed) == mask_name(text)


@given(NAMES)
def test_a_search_key_is_ready_to_be_compared(text):
    key = search_key(text)
    assert key == search_key(key)
    assert key.isascii()
    assert key == key.strip().lower()
    assert "  " not in key


@pytest.mark.parametrize(
    ("typed", "key"),
    [("Đạo  Thạnh", "dao thanh"), ("ĐĂNG KÝ\u00a0khai sinh", "dang ky khai sinh"), ("Mỹ\u200b Tho\r\n", "my tho")],
)
def test_toneless_typing_finds_the_word(typed, key):
    assert search_key(typed) == key


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Nguyễn Văn An", "Nguyễn V** A*"),
        ("Trần Thị Chi", "Trần T** C**"),
        ("Hòa", "H**"),
        ("Ý", "Ý*"),
        ("H' Hen Niê", "H' H** N**"),
        ("", ""),
    ],
)
def test_a_masked_name_shows_the_family_name_only(name, masked):
    assert mask_name(name) == masked


def test_tidy_removes_what_the_eye_does_not_see():
    assert tidy("\ufeffTrần\u0000 Thị\u200b  Chi\n") == "Trần Thị Chi"
