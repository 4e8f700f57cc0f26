"""Every public page, at the width of a phone and of a desk, in both languages: fit for everybody."""

import pytest

from tests.browser.pages import PAGES

pytestmark = pytest.mark.parametrize("public", PAGES, ids=lambda public: public.name)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_everybody_can_read_it(public, language, look, request):
    seen = look(public.address(request), language=language, then=public.then, name=public.name)
    assert seen.status == public.status
    assert seen.complaints == []


def test_it_is_whole_without_javascript(public, open_page, request):
    address = public.address(request)
    with_script, without = [_text(open_page(javascript=javascript), public, address) for javascript in (True, False)]
    assert with_script.strip()
    if public.more_with_scripts:
        assert set(without.splitlines()) <= set(with_script.splitlines())
    else:
        assert without == with_script


def test_it_does_not_scroll_sideways_on_the_narrowest_phone_with_large_letters(public, open_page, request):
    page = open_page(width=320)
    page.goto(public.address(request))
    if public.then:
        public.then(page)
    widths = page.evaluate(
        "() => { document.documentElement.style.fontSize = '200%';"
        " return [document.documentElement.scrollWidth, document.documentElement.clientWidth]; }"
    )
    assert widths[0] <= widths[1]


def _text(page, public, address):
    page.goto(address)
    if public.then:
        public.then(page)
    return page.locator("main").inner_text()


VIETNAMESE_OUTSIDE = """() => {
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode, said = text.parentElement.closest("[lang]").lang;
        if (said === "en" && /[À-ỹ]/.test(text.data)) found.push(text.data.trim());
    }
    return found;
}"""


def test_an_english_page_says_where_it_is_vietnamese(public, open_page, request):
    page = open_page(language="en")
    page.goto(public.address(request))
    if public.then:
        public.then(page)
    assert page.evaluate(VIETNAMESE_OUTSIDE) == []
