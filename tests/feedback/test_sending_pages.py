"""Chi reports a broken lamp with a cheap phone: nothing she typed is lost, nothing is sent before she says so."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from attachments.models import Attachment
from feedback.categories import Category
from feedback.figures import Figures
from feedback.report import Report
from feedback.reporter import Reporter
from tests.attachments.pictures import photo
from tests.feedback.making import MY_THO_MARKET, TEXT, at, make_category, report
from tests.people import CHI, make_unit

FORM = "/phan-anh/gui/chieu-sang/"
HERE = "{},{}".format(*MY_THO_MARKET)


@pytest.fixture
def chi_at_home(client, category, my_tho):
    return client


def key_in(answer):
    return re.search(r'name="key" value="([^"]+)"', answer.content.decode())[1]


def filled(client, **fields):
    key = fields.pop("key", None) or key_in(client.get(FORM))
    return {"key": key, "text": TEXT, "ward": "My Tho", "address": "Trước chợ", "public": "public", **fields}


def jpeg(name="den.jpg", **options):
    return SimpleUploadedFile(name, photo(**options), content_type="image/jpeg")


def hidden_in(answer):
    """What the hidden fields of the preview carry on, as a browser would send it."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.content.decode())
    carried = {}
    for name, value in found:
        carried.setdefault(name, []).append(value.replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&"))
    return carried


# --- choosing -------------------------------------------------------------------------------------------------------
def test_whoever_is_in_danger_reads_first_whom_to_call(chi_at_home):
    page = chi_at_home.get("/phan-anh/gui/").content.decode()
    places = [page.index(f'href="tel:{number}"') for number in (113, 114, 115)]
    assert max(places) < page.index(FORM)


def test_each_subject_says_how_long_answers_usually_took(chi_at_home, category):
    Figures.objects.create(category=category, timed=20, usual_minutes=1_500, counted_at=at())
    assert "một nửa được trả lời trong vòng 2 ngày" in chi_at_home.get("/phan-anh/gui/").content.decode()


def test_subjects_take_as_many_queries_for_two_as_for_twenty(chi_at_home, django_assert_num_queries):
    make_category(code="ngap", name="Ngập nước")
    with django_assert_num_queries(2):
        chi_at_home.get("/phan-anh/gui/")
    for n in range(18):
        make_category(code=f"khac-{n}", name=f"Khác {n}")
    with django_assert_num_queries(2):
        chi_at_home.get("/phan-anh/gui/")


def test_a_complaint_is_told_where_it_goes_and_nothing_is_taken(chi_at_home):
    make_category(code="khieu-nai", name="Khiếu nại", stopper="Gửi đơn đến Trụ sở Tiếp công dân.")
    for answer in (
        chi_at_home.get("/phan-anh/gui/khieu-nai/"),
        chi_at_home.post("/phan-anh/gui/khieu-nai/", {"text": TEXT}),
    ):
        assert "Gửi đơn đến Trụ sở Tiếp công dân." in answer.content.decode()
        assert "<textarea" not in answer.content.decode()
    assert not Report.objects.exists()


@pytest.mark.parametrize("code", ["khong-co", "ha-tang"])
def test_what_is_no_open_subject_is_not_there(chi_at_home, code):
    assert chi_at_home.get(f"/phan-anh/gui/{code}/").status_code == 404


def test_a_closed_subject_takes_nothing_any_more(chi_at_home):
    Category.objects.filter(code="chieu-sang").update(active=False)
    assert chi_at_home.post(FORM, {"text": TEXT}).status_code == 404


# --- the whole way --------------------------------------------------------------------------------------------------
def test_chi_fills_in_looks_at_it_and_sends_it(chi_at_home, my_tho):
    preview = chi_at_home.post(FORM, filled(chi_at_home, phone=CHI.phone, name=CHI.name))
    assert preview.status_code == 200
    assert not Report.objects.exists()
    sent = chi_at_home.post(FORM, {**hidden_in(preview), "step": "send"})
    made = Report.objects.get()
    assert (made.text, made.ward, made.address, made.channel, made.language) == (TEXT, my_tho, "Trước chợ", "web", "vi")
    assert Reporter.objects.get().phone == CHI.phone
    assert sent.url == reverse("feedback:thanks", args=[made.token])
    thanks = chi_at_home.get(sent.url).content.decode()
    assert made.shown_code in thanks
    assert reverse("feedback:own", args=[made.token]) in thanks
    assert "<svg" in thanks


def test_a_double_click_is_one_report_and_leads_to_the_same_page(chi_at_home):
    form = {**filled(chi_at_home), "step": "send"}
    answers = [chi_at_home.post(FORM, form) for _click in range(2)]
    assert answers[0].url == answers[1].url
    assert Report.objects.count() == 1


def test_a_neighbour_with_the_same_words_does_not_get_chis_secret_link(chi_at_home):
    chi_at_home.post(FORM, {**filled(chi_at_home), "step": "send"})
    answer = Client().post(FORM, {**filled(chi_at_home), "step": "send"})
    made = Report.objects.get()
    assert answer.status_code == 200
    assert made.shown_code in answer.content.decode()
    assert made.token not in answer.content.decode()


def test_what_the_public_will_not_read_is_marked_before_it_is_sent(chi_at_home):
    page = chi_at_home.post(FORM, filled(chi_at_home, text="Gọi tôi 0912 345 678 nhé.")).content.decode()
    assert "<mark>•••" in page
    assert 'class="face-said">Gọi tôi <mark>' in page


def test_a_private_report_says_so_and_is_not_public(chi_at_home):
    preview = chi_at_home.post(FORM, filled(chi_at_home, public="private"))
    assert "Chỉ những người xử lý" in preview.content.decode()
    chi_at_home.post(FORM, {**hidden_in(preview), "step": "send"})
    assert not Report.objects.get().public_wanted


def test_she_goes_back_to_change_something_and_finds_all_she_wrote(chi_at_home):
    preview = chi_at_home.post(FORM, filled(chi_at_home, email=CHI.email))
    page = chi_at_home.post(FORM, {**hidden_in(preview), "step": "change"}).content.decode()
    for kept in (TEXT, "My Tho", "Trước chợ", CHI.email):
        assert kept in page


# --- what is wrong --------------------------------------------------------------------------------------------------
def test_a_form_without_a_place_keeps_text_and_photo(chi_at_home):
    answer = chi_at_home.post(FORM, filled(chi_at_home, ward="", address="", pictures=jpeg()))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#id_ward"' in page
    assert TEXT in page
    [waiting] = Attachment.objects.waiting()
    assert f'name="kept" value="{waiting.key}"' in page
    again = chi_at_home.post(FORM, {**filled(chi_at_home), "kept": waiting.key, "step": "send"})
    assert again.status_code == 302
    [claimed] = Attachment.objects.about(Report.objects.get().about)
    assert claimed.key == waiting.key


def test_a_photo_that_was_left_out_is_not_sent(chi_at_home):
    page = chi_at_home.post(FORM, filled(chi_at_home, pictures=jpeg()))
    [key] = hidden_in(page)["kept"]
    chi_at_home.post(FORM, {**filled(chi_at_home), "kept": key, "drop": key, "step": "send"})
    assert not Attachment.objects.about(Report.objects.get().about).exists()


def test_what_is_no_photo_is_refused_by_name_and_the_rest_stays(chi_at_home):
    files = [jpeg(), SimpleUploadedFile("bang.php", b"<?php echo 1;", content_type="image/jpeg")]
    answer = chi_at_home.post(FORM, filled(chi_at_home, pictures=files))
    assert answer.status_code == 400
    assert "bang.php" in answer.content.decode()
    assert TEXT in answer.content.decode()
    assert Attachment.objects.waiting().count() == 1


def test_the_same_photo_twice_is_one(chi_at_home):
    page = chi_at_home.post(FORM, filled(chi_at_home, pictures=[jpeg(), jpeg("lan-hai.jpg")]))
    assert len(hidden_in(page)["kept"]) == 1


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"text": "  "}, "id_text"),
        ({"text": "a" * 4_001}, "id_text"),
        ({"ward": "Phường Không Có"}, "id_ward"),
        ({"place": "21.02,105.85"}, "id_place"),
        ({"place": "ở đây"}, "id_place"),
        ({"email": "chi"}, "id_email"),
        ({"phone": "gọi tôi"}, "id_phone"),
        ({"key": "của-tôi"}, ""),
        ({"website": "https://mua.example"}, "website"),
    ],
)
def test_each_mistake_is_named_and_nothing_is_lost_or_sent(chi_at_home, fields, where):
    answer = chi_at_home.post(FORM, {**filled(chi_at_home, **fields), "step": "send"})
    assert answer.status_code == 400
    assert "govuk-error-summary" in answer.content.decode()
    assert where in answer.content.decode()
    assert not Report.objects.exists()


def test_whoever_comes_with_a_foreign_key_only_has_to_press_once_more(chi_at_home):
    answer = chi_at_home.post(FORM, {**filled(chi_at_home, key="của-tôi"), "step": "send"})
    again = {**filled(chi_at_home), "key": key_in(answer), "step": "send"}
    assert chi_at_home.post(FORM, again).status_code == 302


def test_rubbish_in_every_field_breaks_nothing(chi_at_home):
    for rubbish in ("\x00", "😀" * 500, "-1e999", "<script>alert(1)</script>", "' OR 1=1 --"):
        fields = ("text", "ward", "ward_pick", "address", "place", "photo_place", "phone", "email", "key", "kept",
                  "drop", "use_photo_place", "step", "public")  # fmt: skip
        answer = chi_at_home.post(FORM, dict.fromkeys(fields, rubbish))
        names = "text ward ward_pick address place photo_place phone email key kept drop use_photo_place step public"
        answer = chi_at_home.post(FORM, dict.fromkeys(names.split(), rubbish))
        assert answer.status_code in (200, 400)
        assert "<script>alert" not in answer.content.decode()


def test_a_category_that_needs_a_photo_says_so(chi_at_home):
    make_category(code="rac", name="Rác thải", photo="needed")
    key = key_in(chi_at_home.get("/phan-anh/gui/rac/"))
    answer = chi_at_home.post("/phan-anh/gui/rac/", {"key": key, "text": TEXT, "ward": "My Tho", "step": "send"})
    assert answer.status_code == 400
    assert 'href="#id_pictures"' in answer.content.decode()


def test_extra_questions_are_asked_and_a_needed_one_is_named(chi_at_home):
    questions = [
        {"code": "do-sau", "text": "Nước sâu bao nhiêu?", "type": "singlevaluelist", "options": ["Ít", "Nhiều"],
         "required": True, "public": True},
        {"code": "khi-nao", "text": "Từ khi nào?", "type": "datetime"},
        {"code": "gi-nua", "text": "Còn gì nữa?", "type": "multivaluelist", "options": ["Rác", "Mùi"]},
    ]  # fmt: skip
    make_category(code="ngap", name="Ngập nước", questions=questions)
    address = "/phan-anh/gui/ngap/"
    said = {"key": key_in(chi_at_home.get(address)), "text": TEXT, "ward": "My Tho", "step": "send"}
    refused = chi_at_home.post(address, said)
    assert refused.status_code == 400
    assert 'href="#id_q_do-sau_0"' in refused.content.decode()
    chi_at_home.post(address, {**said, "q_do-sau": "Nhiều", "q_gi-nua": ["Rác", "Mùi"]})
    assert [answer["value"] for answer in Report.objects.get().answers] == ["Nhiều", ["Rác", "Mùi"]]


def test_a_proposal_on_a_regulation_needs_a_name_an_address_and_a_way_to_answer(chi_at_home):
    make_category(code="quy-dinh", name="Kiến nghị", kind="regulation", place=False)
    address = "/phan-anh/gui/quy-dinh/"
    said = {"key": key_in(chi_at_home.get(address)), "text": TEXT, "step": "send"}
    page = chi_at_home.post(address, said).content.decode()
    assert all(f'href="#id_{name}"' in page for name in ("name", "contact_address", "phone"))
    given = {"name": CHI.name, "contact_address": CHI.address, "phone": CHI.phone}
    assert chi_at_home.post(address, {**said, **given}).status_code == 302
    assert Reporter.objects.get().address == CHI.address


# --- where it is ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["My Tho", "phuong my tho", "Phường Mỹ Tho", "  mỹ  tho "])
def test_a_ward_is_found_however_it_is_typed(chi_at_home, my_tho, typed):
    chi_at_home.post(FORM, {**filled(chi_at_home, ward=typed), "step": "send"})
    assert Report.objects.get().ward == my_tho


def test_where_several_wards_fit_she_picks_one(chi_at_home, province):
    east = make_unit("Phường Tân Mỹ Đông", parent=province, code="28301")
    make_unit("Phường Tân Mỹ Tây", parent=province, code="28302")
    page = chi_at_home.post(FORM, filled(chi_at_home, ward="tan my"))
    assert page.status_code == 400
    assert f'name="ward_pick" id="ward_pick_{east.pk}"' in page.content.decode()
    picked = {**filled(chi_at_home, ward="tan my"), "ward_pick": str(east.pk), "step": "send"}
    chi_at_home.post(FORM, picked)
    assert Report.objects.get().ward == east


def test_a_ward_that_exists_no_more_is_not_offered(chi_at_home, province):
    make_unit("Phường Xưa", parent=province, code="28999", valid_to=date(2026, 1, 1))
    assert "Phường Xưa" not in chi_at_home.get(FORM).content.decode()


def test_the_place_of_a_photo_is_taken_only_with_a_tick(chi_at_home):
    with_place = filled(chi_at_home, ward="", address="", pictures=jpeg(place=MY_THO_MARKET))
    page = chi_at_home.post(FORM, {**with_place, "step": "send"})
    assert page.status_code == 400  # no place was given, and the photo's was not agreed to
    assert 'name="use_photo_place"' in page.content.decode()
    assert not Report.objects.exists()
    said = {**filled(chi_at_home, ward="", address=""), "step": "send", "use_photo_place": "on",
            "photo_place": hidden_in(page)["photo_place"][0], "kept": hidden_in(page)["kept"]}  # fmt: skip
    assert chi_at_home.post(FORM, said).status_code == 302
    assert Report.objects.get().place == pytest.approx(MY_THO_MARKET, abs=1e-4)


def test_a_photos_place_that_was_not_agreed_to_is_stored_nowhere(chi_at_home):
    preview = chi_at_home.post(FORM, filled(chi_at_home, pictures=jpeg(place=MY_THO_MARKET)))
    chi_at_home.post(FORM, {**hidden_in(preview), "step": "send"})
    assert Report.objects.get().place is None


# --- reported before ------------------------------------------------------------------------------------------------
def test_what_was_reported_near_is_shown_before_sending_and_chi_says_me_too(chi_at_home, khoa):
    known = report(text="Trụ đèn số 7 không sáng.")
    known.accept(by=khoa, at=at(minute=1))
    Report.objects.update(received_at=at())
    page = chi_at_home.post(FORM, filled(chi_at_home, place=HERE)).content.decode()
    assert "Trụ đèn số 7 không sáng." in page
    assert "rất có thể là một" in page
    address = reverse("feedback:support", args=[known.code])
    assert f'formaction="{address}"' in page
    chi_at_home.post(address, {"text": TEXT})
    assert (Report.objects.count(), Report.objects.get().supports) == (1, 1)


# --- limits ---------------------------------------------------------------------------------------------------------
def test_one_address_sends_only_so_many_and_the_form_keeps_what_was_typed(chi_at_home, settings):
    settings.REPORTS_A_CLIENT = 2
    for n in range(2):
        form = {**filled(chi_at_home, text=f"Đèn số {n} tắt."), "step": "send"}
        assert chi_at_home.post(FORM, form).status_code == 302
    refused = chi_at_home.post(FORM, {**filled(chi_at_home, text="Đèn thứ ba tắt."), "step": "send"})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "Đèn thứ ba tắt." in refused.content.decode()
    assert Report.objects.count() == 2


def test_a_forged_header_gives_nobody_more(chi_at_home, settings):
    settings.REPORTS_A_CLIENT = 1
    statuses = [
        chi_at_home.post(
            FORM, {**filled(chi_at_home, text=f"Đèn {n}."), "step": "send"}, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}"
        ).status_code
        for n in range(3)
    ]
    assert statuses == [302, 429, 429]


def test_uploads_count_too(chi_at_home, settings):
    settings.REPORTS_A_CLIENT = 0.1
    files = [jpeg(), jpeg("hai.jpg", quality=50)]
    refused = chi_at_home.post(FORM, filled(chi_at_home, pictures=files))
    assert refused.status_code == 429
    assert Attachment.objects.waiting().count() == 1
    assert TEXT in refused.content.decode()


def test_a_forged_form_is_refused(chi_at_home):
    assert Client(enforce_csrf_checks=True).post(FORM, {"text": TEXT}).status_code == 403
