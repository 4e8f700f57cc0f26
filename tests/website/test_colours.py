"""Whoever sees badly reads it too: contrasts of WCAG 2.2 AA, computed from the palette itself."""

import re
from pathlib import Path

import pytest

STYLES = Path("portal/website/styles")
CSS = Path("portal/website/static/website/face.css")
PALETTE = dict(re.findall(r"^\$([\w-]+): (#[0-9a-f]{6});", (STYLES / "_palette.scss").read_text(), re.M))
READ = [
    ("ink", "paper"), ("ink", "rice"), ("ink", "straw"), ("ink", "gold-light"), ("ink-soft", "paper"),
    ("ink-soft", "rice"),
    ("paper", "lacquer"), ("paper", "lacquer-deep"), ("paper", "deep-water"), ("paper", "deep-water-shade"),
    ("paper", "leaf"), ("paper", "alarm"), ("deep-water", "paper"), ("deep-water", "rice"), ("alarm", "paper"),
]  # fmt: skip
SEEN = [("ink-soft", "paper"), ("leaf", "paper"), ("lacquer", "paper"), ("gold", "lacquer"), ("alarm", "paper")]


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted(luminance(PALETTE[name]) for name in (one, other))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground"), READ)
def test_text_can_be_read_on_its_ground(text, ground):
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), SEEN)
def test_a_mark_can_be_seen_on_its_ground(mark, ground):
    assert contrast(mark, ground) >= 3


def test_the_style_is_compiled_from_what_is_here():
    sources = "".join(path.read_text() for path in STYLES.glob("*.scss"))
    ours = set(re.findall(r"\.(face-[\w-]+)", sources))
    assert len(ours) > 20
    assert {name for name in ours if f".{name}" not in CSS.read_text()} == set()
    assert {name for name, colour in PALETTE.items() if colour.lower() not in _colours(CSS.read_text())} == set()


def test_nothing_that_belongs_to_gov_uk_alone_is_in_the_style():
    css = CSS.read_text()
    assert [word for word in ("GDS Transport", "crown", "url(http", "url(//", "#0f7a52") if word in css] == []
    assert "MIT License" in (CSS.parent / "govuk-frontend-LICENSE.txt").read_text()


def _colours(css):
    """Sass writes #ffffff as #fff."""
    found = {colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{3,6}\b", css)}
    return found | {f"#{c[1] * 2}{c[2] * 2}{c[3] * 2}" for c in found if len(c) == 4}
