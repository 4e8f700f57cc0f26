"""News on our account's page: never twice, however an answer is lost; what Zalo would refuse is refused here."""

import unicodedata
from dataclasses import replace

import pytest

from portal.channels.base import ContentRejected, TryAgain, Unknown
from portal.channels.zalo import articles
from portal.channels.zalo.answers import Processing
from portal.channels.zalo.articles import Article, Picture, Text

pytestmark = pytest.mark.usefixtures("consented")

NEWS = Article(
    title="Lịch tiếp công dân tháng 12", author="Văn phòng", description="Sáng thứ Năm hằng tuần",
    cover="https://example.vn/bia.jpg", tracking_link="https://example.vn/tin/17",
    body=(Text("<p>Tại Bộ phận Một cửa.</p>"), Picture("https://example.vn/a.jpg", "Cổng số 2")),
)  # fmt: skip


def published(article=NEWS):
    """The id of an article that is ready."""
    token = articles.create(article)
    with pytest.raises(Processing):
        articles.verify(token)
    return articles.verify(token)


def titles():
    return [row.title for row in articles.listed()]


def test_an_article_is_ready_after_a_while_and_nobody_waits_for_it(sandbox):
    sandbox.settings(article_polls=2)
    token = articles.create(NEWS)
    for _ in range(2):
        with pytest.raises(Processing) as unready:
            articles.verify(token)
        assert unready.value.wait
    shown = articles.detail(articles.verify(token))
    assert (shown.title, shown.tracking_link, shown.shown) == (NEWS.title, NEWS.tracking_link, True)


def test_all_of_it_stands_on_the_page(sandbox):
    published()
    (effect,) = sandbox.ledger(kind="article")
    assert effect["data"]["body"] == [
        {"type": "text", "content": "<p>Tại Bộ phận Một cửa.</p>"},
        {"type": "image", "url": "https://example.vn/a.jpg", "caption": "Cổng số 2"},
    ]
    assert effect["data"]["cover"]["photo_url"] == "https://example.vn/bia.jpg"
    assert (effect["data"]["status"], effect["data"]["comment"]) == ("show", "show")


def test_what_is_hidden_is_hidden(sandbox):
    assert not articles.detail(published(replace(NEWS, shown=False, comments=False))).shown
    assert sandbox.ledger(kind="article") == []


def test_an_article_is_changed_and_taken_down(sandbox):
    number = published()
    token = articles.update(number, replace(NEWS, title="Lịch mới"))
    with pytest.raises(Processing):
        articles.verify(token)
    assert articles.verify(token) == number
    assert titles() == ["Lịch mới"]
    articles.remove(number)
    articles.remove(number)
    assert titles() == []
    assert not articles.is_there(number)


# --- an answer that was lost ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("fault", ["drop_after", "http_500", "malformed"])
def test_an_article_whose_answer_was_lost_is_found_and_not_made_again(sandbox, fault):
    sandbox.fault(fault, "zalo.article_create", times=1)
    with pytest.raises(Unknown):
        articles.create(NEWS)
    assert articles.detail(articles.find(NEWS)).title == NEWS.title
    assert len(sandbox.ledger(kind="article")) == 1


def test_one_that_was_never_made_is_not_found(sandbox):
    sandbox.fault("drop_before", "zalo.article_create", times=1)
    with pytest.raises(Unknown):
        articles.create(NEWS)
    assert articles.find(NEWS) is None


def test_last_weeks_article_of_the_same_title_is_another(sandbox):
    published(replace(NEWS, tracking_link="https://example.vn/tin/9"))
    assert articles.find(NEWS) is None


def test_it_is_found_behind_newer_ones_but_nobody_looks_for_ever(sandbox):
    number = published()
    for n in range(articles.LOOKED_THROUGH - 1):
        articles.create(replace(NEWS, tracking_link=f"https://example.vn/tin/{n}-x"))
    assert articles.find(NEWS) == number
    articles.create(replace(NEWS, tracking_link="https://example.vn/tin/newest"))
    assert articles.find(NEWS) is None


@pytest.mark.parametrize("told", ["in the detail", "nowhere"])
def test_where_the_list_tells_no_link_the_title_leads_to_it(sandbox, monkeypatch, told):
    number = published(replace(NEWS, title=unicodedata.normalize("NFD", NEWS.title)))
    real = articles.client.ask

    def poorer(path, **query):
        said = real(path, **query)
        if path.endswith("getdetail") and told == "nowhere":
            said.pop("tracking_link")
        for row in said.get("medias", []):
            row.pop("tracking_link")
        return said

    monkeypatch.setattr(articles.client, "ask", poorer)
    assert articles.find(NEWS) == number
    assert articles.find(replace(NEWS, title="Tin khác", tracking_link="https://example.vn/x")) is None


def test_an_answer_of_another_shape_is_a_doubt_too(monkeypatch):
    monkeypatch.setattr(articles.client, "post", lambda path, body, effect=True: None)
    with pytest.raises(Unknown):
        articles.create(NEWS)
    with pytest.raises(TryAgain):
        articles.verify("a-token")


@pytest.mark.parametrize("fault", ["drop_after", "http_500"])
def test_what_may_be_done_twice_leaves_no_doubt(sandbox, fault):
    number = published()
    sandbox.fault(fault, "zalo.article_*", times=1)
    with pytest.raises(TryAgain):
        articles.update(number, NEWS)
    sandbox.fault(fault, "zalo.article_*", times=1)
    with pytest.raises(TryAgain):
        articles.remove(number)
    articles.remove(number)
    assert titles() == []


# --- what may stand in an article -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": "ế" * 151}, "tiêu đề bài viết: 151 ký tự, Zalo chỉ nhận 150"),
        ({"author": "x" * 51}, "tác giả bài viết: 51 ký tự, Zalo chỉ nhận 50"),
        ({"description": "x" * 301}, "tóm tắt bài viết: 301 ký tự, Zalo chỉ nhận 300"),
        ({"title": ""}, "tiêu đề bài viết: còn thiếu"),
        ({"title": "  "}, "tiêu đề bài viết: còn thiếu"),
        ({"body": ()}, "nội dung bài viết: còn thiếu"),
        ({"body": (Text(" "),)}, "nội dung bài viết: còn thiếu"),
        ({"cover": ""}, "ảnh bìa: còn thiếu"),
        ({"cover": "/media/bia.jpg"}, "ảnh bìa: không phải địa chỉ web"),
        ({"body": (Picture("a.jpg"),)}, "nội dung bài viết: không phải địa chỉ web"),
        ({"tracking_link": "tin/17"}, "địa chỉ bài viết trên trang của ta: không phải địa chỉ web"),
    ],
)
def test_what_zalo_would_refuse_never_leaves_the_house_and_the_words_name_the_field(sandbox, changes, words):
    for act in (articles.create, lambda article: articles.update("17", article)):
        with pytest.raises(ContentRejected) as refused:
            act(replace(NEWS, **changes))
        assert str(refused.value) == words
    assert not [what for what in sandbox.look("calls")["counted"] if "article" in what]


def test_letters_are_counted_as_people_count_them(sandbox):
    longest = replace(NEWS, title=unicodedata.normalize("NFD", "ế" * 150))
    assert articles.detail(published(longest)).title == "ế" * 150


def test_when_the_months_articles_are_used_up_it_is_tried_on_another_day(sandbox):
    sandbox.settings(article_quota=0)
    with pytest.raises(TryAgain) as refused:
        articles.create(NEWS)
    assert refused.value.at
