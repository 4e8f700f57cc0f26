"""What the template tags draw, as text; how they look and sound is seen in tests/browser/test_components.py."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

AT = datetime(2026, 11, 27, 7, 30, tzinfo=UTC)


def draw(text, **context):
    return Template("{% load i18n face %}" + text).render(Context(context))


class LookUp(forms.Form):
    code = forms.CharField(label="Mã hồ sơ", help_text="In ở đầu giấy hẹn")
    note = forms.CharField(label="Ghi chú", required=False)
    how = forms.ChoiceField(label="Nhận tại", choices=[("a", "Quầy"), ("b", "Bưu điện")], widget=forms.RadioSelect)
    token = forms.CharField(widget=forms.HiddenInput)


@pytest.mark.parametrize(
    ("text", "vietnamese", "english"),
    [
        ("{{ at|moment }}", "14:30 ngày 27/11/2026", "14:30, 27 November 2026"),
        ("{{ at|day }}", "27/11/2026", "27 November 2026"),
        ("{{ on|day }}", "03/04/2026", "3 April 2026"),
        ("{{ at }}", "14:30 ngày 27/11/2026", "14:30, 27 November 2026"),
        ("{{ n|number }}", "3.321", "3,321"),
        ("{{ amount|dong }}", "15.000 đồng", "VND 15,000"),
        ("{{ nothing|moment }}{{ nothing|day }}{{ nothing|number }}{{ nothing|dong }}", "", ""),
        ("{{ free|dong }}", "0 đồng", "VND 0"),
    ],
)
def test_dates_and_numbers_read_as_the_language_writes_them(text, vietnamese, english):
    values = {"at": AT, "on": date(2026, 4, 3), "n": 3321, "amount": 15000, "nothing": None, "free": 0}
    for language, expected in (("vi", vietnamese), ("en", english)):
        with translation.override(language):
            assert draw(text, **values) == expected


def test_a_field_ties_label_hint_and_error_to_its_input():
    html = draw("{% field form.code width=20 autocomplete='off' inputmode='text' %}", form=LookUp({}))
    assert '<label class="govuk-label" for="id_code">Mã hồ sơ</label>' in html
    assert 'id="id_code_hint"' in html
    assert 'id="id_code_error"' in html
    assert 'aria-describedby="id_code_hint id_code_error"' in html
    assert 'class="govuk-input govuk-input--width-20 govuk-input--error"' in html
    assert 'autocomplete="off"' in html
    assert 'inputmode="text"' in html


def test_a_field_that_may_stay_empty_says_so():
    with translation.override("vi"):
        assert "Ghi chú (không bắt buộc)" in draw("{% field form.note %}", form=LookUp())


def test_a_field_that_only_the_form_does_not_insist_on_need_not_say_so():
    with translation.override("vi"):
        assert "không bắt buộc" not in draw("{% field form.note optional=False %}", form=LookUp())


def test_a_group_of_choices_is_a_fieldset_with_a_legend():
    html = draw("{% field form.how %}", form=LookUp({"how": "b"}))
    assert '<legend class="govuk-fieldset__legend">Nhận tại</legend>' in html
    assert html.count('type="radio"') == 2
    assert 'value="b" checked' in html


def test_all_fields_come_with_the_hidden_ones():
    html = draw("{% fields form %}", form=LookUp())
    assert html.count("govuk-form-group") == 3
    assert 'type="hidden" name="token"' in html


def test_the_error_summary_names_each_field_and_leads_to_it():
    html = draw("{% error_summary form %}", form=LookUp({"code": "1"}))
    assert '<a href="#id_how_0">Nhận tại: ' in html
    assert "autofocus" in html
    assert '#id_code"' not in html
    assert "#id_token" not in html


@pytest.mark.parametrize("form", [LookUp(), LookUp({"code": "1", "how": "a", "token": "x"}), None])
def test_without_errors_there_is_no_summary_and_no_word_in_the_title(form):
    assert draw("{% error_summary form %}{% title_error form %}", form=form).strip() == ""


def test_what_people_typed_never_becomes_markup():
    evil = "<script>alert(1)</script>"
    html = draw(
        "{% summary %}{% row evil evil %}{% endsummary %}{% tag evil %}{% table evil headers rows %}"
        "{% details evil %}{{ evil }}{% enddetails %}{% steps %}{% step evil %}{{ evil }}{% endstep %}{% endsteps %}"
        "{% breadcrumbs evil evil evil %}"
        "{% banner evil %}{{ evil }}{% endbanner %}{% button evil href=evil %}"
        "{% field form.code label=evil hint=evil %}",
        evil=evil, headers=[evil], rows=[[evil]], form=LookUp({"code": evil}),
    )  # fmt: skip
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 22


def test_vietnamese_on_an_english_page_is_read_out_as_vietnamese():
    text = "{% row 'Unit' unit %}{{ unit|voiced }}{{ plain|voiced }}{{ n|voiced }}"
    values = {"unit": "Phường <Mỹ Tho>", "plain": "Reception", "n": 3}
    with translation.override("en"):
        html = draw(text, **values)
    assert html.count('<span lang="vi">Phường &lt;Mỹ Tho&gt;</span>') == 2
    assert html.endswith("Reception3")
    with translation.override("vi"):
        assert "lang=" not in draw(text, **values)


@pytest.mark.parametrize("phone", ["0277 3898989", "0277.3898.989", "(0277) 3898-989"])
def test_a_phone_number_calls_whoever_taps_it(phone):
    assert draw("{{ phone|dialled }}", phone=phone) == f'<a class="govuk-link" href="tel:02773898989">{phone}</a>'
    assert "<b>" not in draw("{{ phone|dialled }}", phone="<b>1")


def test_many_rows_at_once_look_as_one_by_one_and_nobodys_name_becomes_a_tag():
    pairs = [("Cơ quan", "Phường <b>Mỹ Tho"), ("Phone", "0277")]
    for language in ("vi", "en"):
        with translation.override(language):
            one_by_one = draw("{% for key, value in pairs %}{% row key value %}{% endfor %}", pairs=pairs)
            assert draw("{% many_rows pairs %}", pairs=pairs).split() == one_by_one.split()


def test_many_steps_at_once_look_as_one_by_one():
    stage = {"name": "Tiếp <b>nhận", "state": "now", "state_in_words": "Đang ở đây", "note": "Thiếu <b>đơn"}
    stages = [SimpleNamespace(**stage), SimpleNamespace(**{**stage, "state": "next", "note": ""})]
    with translation.override("vi"):
        html = draw("{% many_steps stages %}", stages=stages)
    assert "<b>" not in html
    assert html.count('<li class="face-step face-step--now" aria-current="step">') == 1
    assert html.count('<li class="face-step face-step--next">') == 1
    assert html.count('<div class="face-step__note"><p lang="vi">Thiếu &lt;b&gt;đơn</p></div>') == 1


def test_a_step_says_its_state_in_a_word():
    with translation.override("vi"):
        html = draw("{% step 'Tiếp nhận' 'done' at=at %}{% endstep %}{% step 'Xét' 'now' %}x{% endstep %}", at=AT)
    assert "Đã xong" in html
    assert "14:30 ngày 27/11/2026" in html
    assert html.count('aria-current="step"') == 1


@pytest.mark.parametrize("text", ["{% tag 'x' 'pink' %}", "{% step 'x' 'later' %}{% endstep %}"])
def test_a_misspelt_colour_or_state_is_found_at_once(text):
    with pytest.raises(TemplateSyntaxError):
        draw(text)


def test_pages_lead_back_and_forth_and_keep_what_was_asked():
    page = SimpleNamespace(number=2, has_previous=lambda: True, has_next=False)
    html = draw("{% pagination page %}", page=page, request=RequestFactory().get("/thu-tuc/?q=khai+sinh&page=2"))
    assert 'href="?q=khai+sinh&amp;page=1"' in html
    assert 'rel="next"' not in html


def test_a_single_page_shows_no_way_on():
    page = SimpleNamespace(number=1, has_previous=False, has_next=False)
    assert draw("{% pagination page %}", page=page, request=RequestFactory().get("/")).strip() == ""


def test_a_table_sets_numbers_to_the_right():
    html = draw(
        "{% table 'Phí' headers rows numeric='2' %}", headers=["Trường hợp", "Mức"], rows=[["Lần đầu", "8.000"]]
    )
    assert '<td class="govuk-table__cell govuk-table__cell--numeric">8.000</td>' in html
    assert html.count("--numeric") == 2
