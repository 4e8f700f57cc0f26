from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from portal.website.styles import subset_fonts

FONTS = Path("portal/website/static/website/fonts")
LETTERS = subset_fonts.VIETNAMESE


def test_the_vietnamese_alphabet_is_counted_right():
    assert len(LETTERS) == len(set(LETTERS)) == 134
    assert {"ắ", "Ẵ", "ợ", "Đ", "ỹ", "Ữ"} <= set(LETTERS)


@pytest.mark.parametrize("weight", ["400", "700"])
def test_the_font_has_every_letter_that_a_page_may_use(weight):
    drawn = TTFont(FONTS / f"be-vietnam-pro-{weight}.woff2").getBestCmap()
    wanted = [*LETTERS, *"₫“”‘’–…·×0123456789", *map(chr, range(0x20, 0x7F))]
    assert [letter for letter in wanted if ord(letter) not in drawn] == []


@pytest.mark.parametrize("weight", ["400", "700"])
def test_the_font_is_light_enough_for_a_cheap_phone(weight):
    assert (FONTS / f"be-vietnam-pro-{weight}.woff2").stat().st_size <= 12_500


def test_the_licence_travels_with_the_font():
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text()
