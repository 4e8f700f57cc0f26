"""What is too long loses words from its middle, never half a word, and never its link."""

from hypothesis import given
from hypothesis import strategies as st

from portal.channels.facebook.answers import Barred, meaning_of
from portal.channels.facebook.words import shortened

LINK = "https://motcua.dongthap.gov.vn/ho-so/tra-cuu/"


@given(st.lists(st.text("aăâđêôơưộ", min_size=1, max_size=12), min_size=1, max_size=600), st.booleans())
def test_a_text_is_cut_between_words_and_keeps_its_link(words, linked):
    text = " ".join([*words, LINK] if linked else words)
    short = shortened(text, most=300)
    assert len(short) <= 300
    if len(text) <= 300:
        assert short == text
    else:
        head, _more, end = short.partition("…")
        assert text.startswith(head)
        assert text[len(head)] == " "
        assert end.strip() == (LINK if linked else "")


@given(st.text())
def test_whatever_is_written_fits(text):
    assert len(shortened(text, most=50)) <= 50


@given(st.integers(), st.integers(), st.text(), st.booleans())
def test_every_number_of_the_platform_has_a_meaning(code, subcode, message, transient):
    from django.utils.timezone import now

    error = {"code": code, "error_subcode": subcode, "message": message, "is_transient": transient}
    assert str(meaning_of(error, at=now())).startswith(str(code)) or isinstance(meaning_of(error, at=now()), Barred)
