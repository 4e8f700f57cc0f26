"""Forms 01 to 06 as a citizen, an archive, a screen reader and a phone's camera see them."""

import io
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageFilter
from pypdf import PdfReader

from agencies.worktime import VIETNAM
from dossiers import qr
from dossiers.keyring import PublicKey, new_key
from dossiers.paper import (
    ApologyPaper,
    Applicant,
    ControlSlip,
    Copy,
    Document,
    HandOver,
    Letterhead,
    MissingDocument,
    ReceiptPaper,
    RefusalPaper,
    StopPaper,
    SupplementPaper,
    render,
)

MONDAY = datetime(2026, 11, 23, 8, 15, tzinfo=VIETNAM)
FRIDAY = datetime(2026, 11, 27, 17, 0, tzinfo=VIETNAM)
NUMBER = "H20.30-261123-0017"
KEY_ID, PRIVATE, PUBLIC = new_key()
KEYS = {KEY_ID: PublicKey(public=PUBLIC, created_at=MONDAY - timedelta(days=90))}
TOKEN = qr.new_token()
SIGNED = qr.sign(
    qr.Claim.about(TOKEN, number=NUMBER, unit="H20.30", received_at=MONDAY, due_at=FRIDAY), KEY_ID, PRIVATE
)
URL = qr.receipt_url("https://hoso.dongthap.gov.vn", TOKEN, SIGNED)
MARKUP = "#[]$*_\\`@<> #panic() $x^2$ = - + /* // <end> @ref \"q\" 'q' ~ --"

HEAD = Letterhead(
    parent="Ủy ban nhân dân phường Mỹ Tho",
    agency="Trung tâm Phục vụ hành chính công",
    desk="Trung tâm Phục vụ hành chính công phường Mỹ Tho",
    place="Mỹ Tho",
    phone="0277 3898989",
    website="hoso.dongthap.gov.vn",
)
CHI = Applicant(
    name="Trần Thị Chi",
    id_number="087190012345",
    address="Số 12, đường Nguyễn Huệ, phường Mỹ Tho, tỉnh Đồng Tháp",
    phone="0912 345 678",
    email="chi@example.vn",
)
COMMON = {
    "head": HEAD,
    "applicant": CHI,
    "number": NUMBER,
    "subject": "Cấp Giấy xác nhận tình trạng hôn nhân",
    "issued_at": MONDAY,
    "officer": "Nguyễn Văn An",
}
RECEIPT = ReceiptPaper(
    **COMMON,
    paper_number="0017/TNHS",
    documents=(
        Document(name="Tờ khai cấp Giấy xác nhận", kind="Bản chính"),
        Document(name="Trích lục ghi chú ly hôn", kind="Bản sao", note="Nếu có"),
    ),
    term="03 ngày làm việc",
    received_at=MONDAY,
    due_at=FRIDAY,
    url=URL,
    pin="482915",
    lookup_address="hoso.dongthap.gov.vn/ho-so/tra-cuu/",
    collect_at="Bộ phận trả kết quả, quầy số 3",
    fee="3.000 đồng/bản",
    book="02",
    book_line="117",
)
SUPPLEMENT = SupplementPaper(
    **COMMON,
    documents=(
        MissingDocument(name="Trích lục ghi chú ly hôn", originals=1, copies=2),
        MissingDocument(name="Văn bản ủy quyền", certified=3),
    ),
    reason="Thiếu trích lục.\nVăn bản ủy quyền chưa chứng thực.",
    contact="ông Nguyễn Văn An",
)
REFUSAL = RefusalPaper(**COMMON, reason="Không thuộc thẩm quyền giải quyết của phường Mỹ Tho.")
APOLOGY = ApologyPaper(
    **COMMON,
    received_at=MONDAY,
    due_at=FRIDAY,
    new_due_at=datetime(2026, 12, 2, 17, 0, tzinfo=VIETNAM),
    reason="Nơi cư trú trước đây chưa trả lời xác minh.",
    receipt_number="0017/TNHS",
    signs_as="Giám đốc",
)
STOP = StopPaper(**COMMON, received_at=MONDAY, stopped_at=FRIDAY, reason="Ông/bà có đơn xin rút hồ sơ.", asked_for=True)
SLIP = ControlSlip(
    **COMMON,
    received_at=MONDAY,
    due_at=FRIDAY,
    hand_overs=(
        HandOver(giver="Bộ phận Một cửa", taker="Công chức tư pháp", at=MONDAY + timedelta(hours=1), result="Đúng hạn"),
        HandOver(giver="Công chức tư pháp", taker="Lãnh đạo", at=FRIDAY, result="Quá hạn", note="Đã thẩm tra"),
    ),
)
ALL = [RECEIPT, SUPPLEMENT, REFUSAL, APOLOGY, STOP, SLIP]


def pages(paper):
    return PdfReader(io.BytesIO(render(paper))).pages


def words(paper, page=None):
    """The text in reading order, single spaces; of one page if asked."""
    read = list(pypdfium2.PdfDocument(render(paper)))
    read = read if page is None else [read[page]]
    return " ".join(" ".join(one.get_textpage().get_text_range() for one in read).split())


def in_order(text, *parts):
    place = 0
    for part in parts:
        found = text.find(part, place)
        assert found >= 0, f"{part!r} is missing or before its place in: {text}"
        place = found + len(part)


# --- the forms ------------------------------------------------------------------------------------------------------
def test_form_01_has_the_official_fields_in_their_order():
    in_order(
        words(RECEIPT, page=1),
        "ỦY BAN NHÂN DÂN PHƯỜNG MỸ THO", "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
        "Số: 0017/TNHS", "Mỹ Tho, ngày 23 tháng 11 năm 2026",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "Mã hồ sơ: H20.30-261123-0017",
        "Liên 2: Giao cho người nộp hồ sơ", "Trung tâm Phục vụ hành chính công phường Mỹ Tho",
        "Tiếp nhận hồ sơ của: Trần Thị Chi", "087190012345",
        "Địa chỉ: Số 12, đường Nguyễn Huệ, phường Mỹ Tho, tỉnh Đồng Tháp",
        "Số điện thoại: 0912 345 678", "Email: chi@example.vn",
        "Nội dung yêu cầu giải quyết: Cấp Giấy xác nhận tình trạng hôn nhân",
        "1. Thành phần hồ sơ nộp gồm:", "TT", "Tên giấy tờ", "Hình thức", "Ghi chú",
        "1", "Tờ khai cấp Giấy xác nhận", "Bản chính", "2", "Trích lục ghi chú ly hôn", "Bản sao", "Nếu có",
        "2. Số lượng hồ sơ: 01 (bộ)", "3. Thời gian giải quyết hồ sơ theo quy định là: 03 ngày làm việc",
        "4. Thời gian nhận hồ sơ: 08 giờ 15 phút, ngày 23 tháng 11 năm 2026",
        "5. Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 27 tháng 11 năm 2026",
        "6. Đăng ký nhận kết quả tại: Bộ phận trả kết quả, quầy số 3", "7. Phí, lệ phí: 3.000 đồng/bản",
        "Vào Sổ theo dõi hồ sơ, Quyển số: 02", "Số thứ tự: 117",
        "NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ", "Nguyễn Văn An",
    )  # fmt: skip


def test_form_02_says_what_to_bring_and_why():
    in_order(
        words(SUPPLEMENT),
        "/HDHS", "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", "Hồ sơ của: Trần Thị Chi", "Nội dung yêu cầu giải quyết:",
        "Địa chỉ:", "Số điện thoại:", "Email:", "Thành phần hồ sơ", "Bản chính", "chứng thực", "Bản photo",
        "1 Trích lục ghi chú ly hôn 1 2", "2 Văn bản ủy quyền 3",
        "Lý do:", "Thiếu trích lục.", "Văn bản ủy quyền chưa chứng thực.",
        "liên hệ với ông Nguyễn Văn An, điện thoại 0277 3898989", "hoso.dongthap.gov.vn", "NGƯỜI HƯỚNG DẪN",
    )  # fmt: skip


def test_form_03_refuses_with_a_reason():
    in_order(
        words(REFUSAL),
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ", "Tiếp nhận hồ sơ của: Trần Thị Chi", "Địa chỉ:", "Số điện thoại:",
        "Email:", "Nội dung yêu cầu giải quyết:", "không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:",
        "Không thuộc thẩm quyền", "NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ",
    )  # fmt: skip


def test_form_04_apologises_and_gives_one_new_date():
    in_order(
        words(APOLOGY),
        "/PXL", "XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT", "Kính gửi:", "Trần Thị Chi",
        "Ngày 23 tháng 11 năm 2026", NUMBER, "số: 0017/TNHS", "17 giờ 00 phút, ngày 27 tháng 11 năm 2026",
        "Lý do:", "chưa trả lời xác minh", "xin lỗi ông/bà", "17 giờ 00 phút, ngày 02 tháng 12 năm 2026", "GIÁM ĐỐC",
    )  # fmt: skip


def test_form_05_says_that_the_dossier_stops_and_why():
    in_order(
        words(STOP),
        "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "Kính gửi:", "Trần Thị Chi", NUMBER, "Theo đề nghị rút hồ sơ",
        "dừng giải quyết hồ sơ nêu trên kể từ 17 giờ 00 phút", "Lý do:", "đơn xin rút hồ sơ",
    )  # fmt: skip


def test_form_06_lists_every_hand_over():
    in_order(
        words(SLIP),
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", NUMBER, "Chủ hồ sơ: Trần Thị Chi", "Thủ tục hành chính:",
        "Thời gian nhận hồ sơ:", "Thời gian hẹn trả kết quả:", "Tên cơ quan, bộ phận", "Thời gian giao, nhận",
        "1. Giao: Bộ phận Một cửa", "2. Nhận: Công chức tư pháp", "09:15", "23/11/2026", "Đúng hạn",
        "1. Giao: Công chức tư pháp", "2. Nhận: Lãnh đạo", "17:00", "27/11/2026", "Quá hạn", "Đã thẩm tra",
    )  # fmt: skip


@pytest.mark.parametrize("paper", ALL, ids=lambda paper: paper.form)
def test_every_form_is_a_tagged_a5_page_in_vietnamese_for_the_archive(paper):
    pdf = PdfReader(io.BytesIO(render(paper)))
    for page in pdf.pages:
        assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [148, 210]
    assert pdf.trailer["/Root"]["/Lang"] == "vi-VN"
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    about = pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in about
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    assert {font["/BaseFont"][8:20] for page in pdf.pages for font in fonts(page)} == {"BeVietnamPro"}


def fonts(page):
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


@pytest.mark.parametrize("paper", ALL, ids=lambda paper: paper.form)
def test_text_typed_on_a_mac_comes_out_in_one_spelling(paper):
    typed = replace(paper, applicant=replace(CHI, name=unicodedata.normalize("NFD", CHI.name)))
    text = words(typed)
    assert "Trần Thị Chi" in text
    assert unicodedata.is_normalized("NFC", text)


def test_the_same_facts_give_the_same_bytes():
    assert render(RECEIPT) == render(RECEIPT)


def test_a_moment_is_printed_in_vietnams_time_with_the_zeros_of_decree_30():
    text = words(replace(RECEIPT, received_at=datetime(2027, 1, 31, 18, 5, tzinfo=UTC)))
    assert "01 giờ 05 phút, ngày 01 tháng 02 năm 2027" in text
    assert "ngày 09 tháng 3 năm 2027" in words(replace(RECEIPT, received_at=datetime(2027, 3, 9, tzinfo=VIETNAM)))


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        render(replace(RECEIPT, received_at=datetime(2026, 11, 23)))


def test_a_fee_that_is_not_published_is_not_free():
    text = words(replace(RECEIPT, fee=""))
    assert "7. Phí, lệ phí: Theo quy định" in text
    assert "iễn phí" not in text
    assert "7. Phí, lệ phí: Không thu" in words(replace(RECEIPT, fee="Không thu"))


def test_a_due_date_that_is_not_known_yet_will_be_told():
    assert "5. Thời gian trả kết quả giải quyết hồ sơ: sẽ được thông báo" in words(replace(RECEIPT, due_at=None))


# --- the two copies -------------------------------------------------------------------------------------------------
def test_the_office_keeps_a_copy_without_the_pin():
    assert len(pages(RECEIPT)) == 2
    assert "Liên 1: Lưu" in words(RECEIPT, page=0)
    assert RECEIPT.pin not in words(RECEIPT, page=0)
    assert RECEIPT.pin in words(RECEIPT, page=1)
    assert RECEIPT.lookup_address in words(RECEIPT, page=1)


def test_an_electronic_receipt_is_one_page_and_no_copy():
    electronic = replace(RECEIPT, copies=())
    assert len(pages(electronic)) == 1
    assert "Liên" not in words(electronic)
    assert RECEIPT.pin in words(electronic)


def test_chi_alone_can_be_given_hers():
    assert "Liên 2" in words(replace(RECEIPT, copies=(Copy.CITIZEN,)), page=0)


# --- whatever people type -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("paper", ALL, ids=lambda paper: paper.form)
def test_markup_in_a_name_is_a_name(paper):
    text = words(replace(paper, applicant=replace(CHI, name=MARKUP), subject=MARKUP, officer=MARKUP))
    assert text.replace(" ", "").count(MARKUP.replace(" ", "")) >= 2


def test_names_of_three_hundred_letters_stay_on_the_paper():
    name = ("Công ty Trách nhiệm hữu hạn Một thành viên " * 8)[:300].strip()
    paper = replace(RECEIPT, applicant=replace(CHI, name=name, email="a" * 240 + "@example.vn"))
    assert name in words(paper)
    assert widest(paper) <= 138


def widest(paper):
    """How far to the right anything is printed, in mm."""
    found = []
    for page in pages(paper):
        page.extract_text(visitor_text=lambda text, cm, tm, font, size: found.append(cm[4] + tm[4]) if text else None)
    return max(found) / 72 * 25.4


def test_sixty_documents_flow_onto_further_pages_under_the_same_heading():
    documents = tuple(Document(name=f"Giấy tờ thứ {n} kèm theo", kind="Bản sao") for n in range(1, 61))
    paper = replace(RECEIPT, documents=documents)
    read = [" ".join(page.extract_text().split()) for page in pages(paper)]
    half = len(read) // 2
    assert half > 1
    assert f"Trang 1/{half}" in read[0]
    assert f"Trang {half}/{half}" in read[-1]
    assert "Liên 1" in read[0]
    assert "Liên 2" in read[half]
    assert "Tên giấy tờ" in read[1]
    in_order(" ".join(read[half:]), *(document.name for document in documents), "2. Số lượng hồ sơ")


def test_a_note_longer_than_a_page_goes_on_overleaf():
    note = " ".join(f"chữ{n}" for n in range(400))
    slip = replace(SLIP, hand_overs=(replace(SLIP.hand_overs[0], note=note),))
    in_order(words(slip), *note.split())
    assert len(pages(slip)) > 1


def test_a_long_reason_is_printed_to_its_end():
    reason = "\n".join(f"Lý do thứ {n}. " + "Hồ sơ chưa đủ căn cứ để giải quyết. " * 6 for n in range(30))
    in_order(words(replace(STOP, reason=reason)), *(f"Lý do thứ {n}." for n in range(30)), "Xin thông báo")


def test_a_form_with_nothing_filled_in_can_be_filled_in_by_hand():
    empty = {"head": replace(HEAD, parent="", place=""), "applicant": Applicant(name=""), "subject": "", "term": ""}
    paper = replace(RECEIPT, **empty, documents=(), pin="", collect_at="", book="", book_line="")
    in_order(
        words(paper, page=1), "Ngày 23 tháng 11", "Tiếp nhận hồ sơ của:", "Địa chỉ:", "Số thứ tự:", "NGƯỜI NỘP HỒ SƠ"
    )
    assert "PIN" not in words(paper)


@pytest.mark.parametrize("name", ["Y Bhơm Niê Kdăm", "H'Đơk Ƀuôn Krông", "K'Brĕ", "François Müller", "Łukasz"])
def test_names_of_every_people_of_the_country_and_of_guests_are_printed(name):
    assert f"Tiếp nhận hồ sơ của: {name} Địa chỉ" in words(replace(REFUSAL, applicant=replace(CHI, name=name)))


def test_a_letter_without_type_is_a_box_and_not_a_missing_receipt():
    assert "Tiếp nhận hồ sơ của: □□ Chi" in words(replace(REFUSAL, applicant=replace(CHI, name="陳氏 Chi")))


def test_invisible_letters_cannot_turn_a_name_round():
    name = "Chi\u202e ịhT nầrT\u202c\u200f"
    assert "Chi ịhT nầrT" in words(replace(REFUSAL, applicant=replace(CHI, name=name)))


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=120), st.text(st.characters(codec="utf-8"), max_size=400))
def test_no_text_whatever_keeps_a_paper_from_being_printed(name, reason):
    assert render(replace(REFUSAL, applicant=replace(CHI, name=name), reason=reason)).startswith(b"%PDF-")


# --- the code -------------------------------------------------------------------------------------------------------
def picture(paper, dpi, page=0):
    return pypdfium2.PdfDocument(render(paper))[page].render(scale=dpi / 72).to_pil().convert("L")


@pytest.mark.parametrize("dpi", [110, 150, 200])
def test_a_phone_reads_the_code_from_paper_and_the_receipt_verifies(dpi):
    [code] = zxingcpp.read_barcodes(picture(RECEIPT, dpi))
    assert code.text == URL
    scanned = qr.parse_scanned(code.text)
    verdict = qr.verify(scanned.signed, KEYS, token=scanned.token)
    assert (verdict.claim.number, verdict.claim.due_at) == (NUMBER, FRIDAY)


@pytest.mark.parametrize("spoil", ["blurred", "turned", "shrunk", "faded"])
def test_a_bad_photo_is_still_read(spoil):
    photo = picture(RECEIPT, 200)
    spoilt = {
        "blurred": lambda: photo.filter(ImageFilter.GaussianBlur(1.5)),
        "turned": lambda: photo.rotate(17, expand=True, fillcolor=200),
        "shrunk": lambda: photo.resize((photo.width // 2, photo.height // 2)).filter(ImageFilter.GaussianBlur(0.6)),
        "faded": lambda: photo.point(lambda grey: 110 + grey // 4),
    }[spoil]()
    assert [code.text for code in zxingcpp.read_barcodes(spoilt)] == [URL]


def test_the_code_is_at_least_25_mm_wide_even_for_the_longest_address():
    longest = qr.receipt_url("https://" + "a" * 200 + ".vn", TOKEN, SIGNED + "A" * (qr.LONGEST_SIGNED - len(SIGNED)))
    for url in (URL, longest):
        [code] = zxingcpp.read_barcodes(picture(replace(RECEIPT, url=url), 254))
        corners = code.position
        assert code.text == url
        assert (corners.top_right.x - corners.top_left.x) / 10 >= 25
        assert (corners.bottom_left.y - corners.top_left.y) / 10 >= 25


def test_eight_desks_print_at_once_and_nobody_gets_anothers_receipt():
    papers = [replace(RECEIPT, number=f"H20.30-261123-{n:04}", copies=()) for n in range(24)]
    with ThreadPoolExecutor(8) as desks:
        printed = list(desks.map(render, papers))
    for paper, pdf in zip(papers, printed, strict=True):
        numbers = set(re.findall(r"H20\.30-261123-\d{4}", PdfReader(io.BytesIO(pdf)).pages[0].extract_text()))
        assert numbers == {paper.number}
