"""The public catalogue: found with and without tone marks, complete as the law wants it, cheap to serve."""

from datetime import date, timedelta

import pytest
from django.utils.html import strip_tags
from django.utils.timezone import localdate

from dossiers.models import Procedure, ProcedureVersion
from tests.dossiers.making import field_of_work, make_version

pytestmark = pytest.mark.django_db
LIST = "/thu-tuc/"


def words(response):
    main = response.content.decode().split("<main", 1)[1].split("</main>")[0]
    return " ".join(strip_tags(main.replace("<br>", " ")).split())


def draft(code="1.001193", name="Đăng ký khai sinh", **facts):
    procedure = Procedure.objects.create(code=code, name=name, field=field_of_work())
    facts = {"valid_from": date(2026, 1, 1), **facts}
    version = ProcedureVersion.objects.create(procedure=procedure, number=1, **facts)
    version.cases.create(name="Thông thường", term_unit="working_day", term_n=3)
    return version


def publish(version):
    ProcedureVersion.objects.filter(pk=version.pk).update(state="published")


# --- the list -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "asked", ["hôn nhân", "hon nhan", "HÔN  NHÂN", "ho\u0302n nhân", "nhan hon", "1.004873", "004873"]
)
def test_a_procedure_is_found_with_and_without_tone_marks(client, asked):
    make_version()
    make_version(code="1.000656", name="Đăng ký khai tử")
    told = words(client.get(LIST, {"q": asked}))
    assert "tình trạng hôn nhân" in told
    assert "khai tử" not in told


def test_it_is_narrowed_by_field_and_level(client):
    make_version(code="1.000001", name="Đăng ký kết hôn")
    make_version(code="1.000002", name="Cấp giấy phép xây dựng", field=field_of_work("xay-dung", "Xây dựng"))
    Procedure.objects.filter(code="1.000002").update(level="province")
    for asked in ({"field": "xay-dung"}, {"level": "province"}):
        told = words(client.get(LIST, asked))
        assert "Cấp giấy phép xây dựng" in told
        assert "Đăng ký kết hôn" not in told


def test_only_what_is_in_force_is_listed(client):
    draft(code="1.000001", name="Bản nháp")
    publish(draft(code="1.000002", name="Chưa có hiệu lực", valid_from=localdate() + timedelta(days=1)))
    publish(draft(code="1.000003", name="Đã hết hiệu lực", valid_to=localdate() - timedelta(days=1)))
    publish(draft(code="1.000004", name="Đang có hiệu lực"))
    told = words(client.get(LIST))
    assert "Đang có hiệu lực" in told
    for hidden in ("Bản nháp", "Chưa có hiệu lực", "Đã hết hiệu lực"):
        assert hidden not in told


def test_nothing_found_says_what_to_do(client, settings):
    told = words(client.get(LIST, {"q": "không có gì như thế"}))
    assert "Không có thủ tục phù hợp" in told
    assert settings.AUTHORITY_HOTLINE in told


def test_pages_follow_one_another_and_skip_nothing(client):
    for number in range(45):
        make_version(code=f"1.{number:06}", name=f"Thủ tục {number % 7}")
    seen, address = [], LIST
    while address:
        page = client.get(address).context
        seen += [procedure.code for procedure in page["procedures"]]
        address = page["next"] and LIST + page["next"]
    assert seen == list(Procedure.objects.order_by("sort_key", "pk").values_list("code", flat=True))


@pytest.mark.parametrize(
    "asked",
    [
        {"after": "nope"},
        {"field": "nope"},
        {"level": "nope"},
        {"q": "\x00"},
        {"q": "%_\\"},
        {"q": "a" * 5000},
        {"q": "'"},
    ],
)
def test_rubbish_in_the_address_breaks_nothing(client, asked):
    make_version()
    assert client.get(LIST, asked).status_code == 200


def test_the_list_takes_as_many_queries_for_two_as_for_forty(client, django_assert_max_num_queries):
    for number in range(40):
        make_version(code=f"1.{number:06}", name=f"Thủ tục {number}")
    with django_assert_max_num_queries(4):
        client.get(LIST, {"q": "thu tuc", "after": "20"})
    with django_assert_max_num_queries(4):
        client.get(LIST, {"after": "1.000003"})


def test_pages_of_a_search_follow_one_another_too(client):
    for number in range(45):
        make_version(code=f"1.{number:06}", name=f"Thủ tục {number}")
    seen, address = [], f"{LIST}?q=thu+tuc"
    while address:
        page = client.get(address).context
        seen += [procedure.code for procedure in page["procedures"]]
        address = page["next"] and LIST + page["next"]
    assert len(seen) == len(set(seen)) == 45


def test_chi_hears_how_many_there_are_before_she_reads_them(client):
    make_version(code="1.000894", name="Đăng ký kết hôn")
    make_version(code="1.000656", name="Đăng ký khai tử")
    page = client.get(LIST, {"q": "kết hôn"}).content.decode()
    assert '<h2 class="govuk-heading-m" id="ket-qua">1 thủ tục</h2>' in page
    assert "<title>kết hôn – 1 thủ tục – " in page
    assert f'action="{LIST}#ket-qua"' in page
    english = client.get(LIST, headers={"Accept-Language": "en"}).content.decode()
    assert '<h2 class="govuk-heading-m" id="ket-qua">2 procedures</h2>' in english
    assert "<title>Procedures – " in english
    assert ">0 thủ tục</h2>" in client.get(LIST, {"q": "tàu vũ trụ"}).content.decode()


# --- one procedure --------------------------------------------------------------------------------------------------
@pytest.fixture
def birth():
    """A procedure with everything in it."""
    version = draft(
        online_level="partial", partial_reason="Phải xuất trình bản chính", audience="Cha, mẹ", how="Tại quầy",
        result="Giấy khai sinh", legal_basis="Luật Hộ tịch số 60/2014/QH13", handled_by="UBND cấp xã",
        conditions="Còn trong hạn", decision="123/QĐ-BTP", copies_of_dossier=2,
    )  # fmt: skip
    slow = version.cases.create(
        name="Có yếu tố nước ngoài", term_unit="working_day", term_n=15, area_extension_n=10,
        term_note="Không kể xác minh", order=2,
    )  # fmt: skip
    version.fees.create(text="Miễn phí khi đúng hạn", amount=0)
    version.fees.create(kind="fee", text="", case=slow)
    version.fees.create(kind="service_price", text="", amount=15000, order=2)
    version.documents.create(name="Tờ khai", originals=1, form_url="https://example.org/to-khai.docx")
    version.documents.create(name="Giấy chứng sinh", copies=2, certified_copies=1, note="Nếu có")
    version.documents.create(name="Hộ chiếu", only_to_show=True, case=slow)
    version.steps.create(order=1, code="tiep-nhan", name="Tiếp nhận", status="received")
    publish(version)
    return version


def test_a_procedure_says_all_that_the_law_wants(client, birth):
    told = words(client.get("/thu-tuc/1.001193/"))
    for part in (
        "Đăng ký khai sinh", "1.001193", "Hộ tịch", "UBND cấp xã", "Cha, mẹ", "Giấy khai sinh", "Tại quầy",
        "Luật Hộ tịch số 60/2014/QH13", "Còn trong hạn", "123/QĐ-BTP", "01/01/2026", "Phải xuất trình bản chính",
        "3 ngày làm việc", "15 ngày làm việc", "thêm 10 ngày làm việc", "Không kể xác minh", "Tờ khai · 1 bản chính",
        "Giấy chứng sinh · 2 bản sao · 1 bản sao chứng thực", "Nếu có", "Hộ chiếu · chỉ xuất trình", "Tiếp nhận",
        "Miễn phí khi đúng hạn", "15.000 đồng", "Số bộ hồ sơ: 2",
    ):  # fmt: skip
        assert part in told, part


def test_a_blank_fee_is_not_published_and_never_free(client, birth):
    told = words(client.get("/thu-tuc/1.001193/"))
    assert "Có yếu tố nước ngoài: Chưa công bố" in told
    publish(draft(code="1.000009", name="Không có phí nào được ghi"))
    told = words(client.get("/thu-tuc/1.000009/"))
    assert "Phí, lệ phí Chưa công bố" in told
    assert told.count("miễn phí") == 1  # "chưa công bố không có nghĩa là miễn phí"


def test_filing_is_a_link_to_the_national_portal(client, birth, settings):
    page = client.get("/thu-tuc/1.001193/").content.decode()
    assert f'href="{settings.NATIONAL_PORTAL_URL}"' in page
    publish(draft(code="1.000009", name="Chỉ cung cấp thông tin", online_level="information"))
    assert "Nộp hồ sơ trực tuyến" not in words(client.get("/thu-tuc/1.000009/"))


def test_why_it_is_only_partly_online_is_said_or_that_nobody_published_it(client, birth):
    assert "Một phần Lý do: Phải xuất trình bản chính" in words(client.get("/thu-tuc/1.001193/"))
    publish(draft(code="1.000009", name="Không ghi lý do"))
    assert "Một phần Lý do: Chưa công bố" in words(client.get("/thu-tuc/1.000009/"))


def test_the_edition_of_today_is_shown(client):
    old = draft(valid_to=localdate() - timedelta(days=1), result="Bản cũ")
    ProcedureVersion.objects.filter(pk=old.pk).update(state="replaced")
    new = ProcedureVersion.objects.create(procedure=old.procedure, number=2, valid_from=localdate(), result="Bản mới")
    publish(new)
    told = words(client.get("/thu-tuc/1.001193/"))
    assert "Bản mới" in told
    assert "Bản cũ" not in told


@pytest.mark.parametrize("code", ["9.999999", "khong-co", "1.001193.", "%00", "💥"])
def test_an_unknown_code_is_answered_in_words(client, birth, code):
    response = client.get(f"/thu-tuc/{code}/")
    assert response.status_code == 404
    assert "Không có thủ tục này" in words(response)


def test_an_abolished_procedure_is_named(client):
    publish(draft(valid_to=localdate() - timedelta(days=1)))
    response = client.get("/thu-tuc/1.001193/")
    assert response.status_code == 404
    assert "Thủ tục này hiện không thực hiện" in words(response)
    assert "Đăng ký khai sinh" in words(response)


@pytest.mark.parametrize("code", ["1.001193.000.00.00.H19", "1.001193.H20", "1.001193.000.00.00.h55.02"])
def test_a_provinces_own_code_leads_to_the_national_one(client, birth, code):
    response = client.get(f"/thu-tuc/{code}/")
    assert (response.status_code, response["Location"]) == (301, "/thu-tuc/1.001193/")


def test_a_procedure_takes_as_many_queries_for_two_papers_as_for_forty(client, django_assert_max_num_queries):
    version = draft()
    for number in range(40):
        version.documents.create(name=f"Giấy {number}", case=version.cases.first() if number % 2 else None)
        version.fees.create(text=f"Phí {number}", case=version.cases.first())
    publish(version)
    with django_assert_max_num_queries(7):
        client.get("/thu-tuc/1.001193/")


# --- kept by proxies ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", [LIST, "/thu-tuc/1.001193/"])
def test_pages_may_be_kept_for_a_minute_and_asked_for_again_cheaply(client, birth, address):
    first = client.get(address)
    assert {"public", "max-age=60"} <= set(first["Cache-Control"].split(", "))
    assert not first.cookies
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_each_language_has_its_own_page(client, birth):
    vietnamese = client.get(LIST, headers={"Accept-Language": "vi"})
    english = client.get(LIST, headers={"Accept-Language": "en"})
    assert vietnamese["ETag"] != english["ETag"]
    assert "Accept-Language" in english["Vary"]
    assert "What do you want to do?" in words(english)
