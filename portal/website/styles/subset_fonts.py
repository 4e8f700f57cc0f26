"""Cut Be Vietnam Pro down to the letters our pages use: ASCII, Vietnamese, and a little punctuation.

    python portal/website/styles/subset_fonts.py

Writes two woff2 files and the font's licence into static/website/fonts/. Run it again when LETTERS changes.
"""

from pathlib import Path
from unicodedata import normalize

import fontpkg_be_vietnam_pro
from fontTools import subset

SOURCE = Path(fontpkg_be_vietnam_pro.__file__).parent
TARGET = Path(__file__).parent.parent / "static" / "website" / "fonts"
WEIGHTS = {"400": "BeVietnamPro-Regular.ttf", "700": "BeVietnamPro-Bold.ttf"}

TONES = ["", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"]
VOWELS = "aăâeêioôơuưy"
# 12 vowels with 6 tones and đ, less the six that are plain ASCII (a e i o u y), small and capital: 134 letters.
VIETNAMESE = [
    letter
    for small in [*(normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES), "đ"]
    for letter in (small, small.upper())
    if not letter.isascii()
]
PUNCTUATION = "\u00a0₫“”‘’–—…·•×°«»≤≥✓"
# Text that was typed as letter + mark is stored composed, but what is shown may come from elsewhere.
MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
LETTERS = "".join(map(chr, range(0x20, 0x7F))) + "".join(VIETNAMESE) + PUNCTUATION + MARKS


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    for weight, name in WEIGHTS.items():
        cut(SOURCE / "files" / name, TARGET / f"be-vietnam-pro-{weight}.woff2")
    (TARGET / "OFL.txt").write_text((SOURCE / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8")


def cut(source, target):
    # Hinting would double the size and is ignored by phones.
    options = subset.Options(flavor="woff2", layout_features=["kern", "mark", "mkmk", "ccmp", "locl"], hinting=False)
    options.name_IDs = [0, 1, 2, 13, 14]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=LETTERS)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)
    print(f"{target.name}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
