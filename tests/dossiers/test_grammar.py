"""What people type, and what they mean by it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.grammar import understand

NUMBER = "H20.30-261123-0001"
SAYINGS = [
    # a number, however it comes
    (NUMBER, "look_up", ""),
    ("h20.30-261123-0001", "look_up", ""),
    ("H20.30–261123–0001", "look_up", ""),
    ("000.00.30.H20-261123-0001", "look_up", ""),
    ("#HS H20.30-261123-0001", "look_up", ""),
    ("#hs H20.30-261123-0001", "look_up", ""),
    ("HCC H20.30-261123-0001", "look_up", ""),
    ("HCC DN H20.30-261123-0001", "look_up", ""),
    ("Tra cứu hồ sơ H20.30-261123-0001", "look_up", ""),
    ("tra cuu ho so H20.30-261123-0001", "look_up", ""),
    ("Mã hồ sơ: H20.30-261123-0001", "look_up", ""),
    ("mã hs H20.30-261123-0001", "look_up", ""),
    # with its proof
    ("H20.30-261123-0001 123456", "look_up", "123456"),
    ("H20.30-261123-0001 PIN 123456", "look_up", "123456"),
    ("H20.30-261123-0001, 5678", "look_up", "5678"),
    ("H20.30-261123-0001 5678", "look_up", "5678"),
    ("H20.30 261123 0001", "look_up", ""),
    ("H20.30 261123 0001 5678", "look_up", "5678"),
    ("#HS H20.30-261123-0001 mã PIN: 123456", "look_up", "123456"),
    ("hcc H20.30-261123-0001 sdt 5678", "look_up", "5678"),
    ("H20.30-261123-0001 0912345678", "look_up", "0912345678"),
    # the proof in a message of its own
    ("123456", "proof", "123456"),
    ("12 34 56", "proof", "123456"),
    ("123 456.", "proof", "123456"),
    ("5678", "proof", "5678"),
    ("mã PIN 123456", "proof", "123456"),
    ("PIN: 123456", "proof", "123456"),
    ("otp 123456", "proof", "123456"),
    ("mã xác nhận là 123456", "proof", "123456"),
    ("số cuối 5678", "proof", "5678"),
    ("0912 345 678", "proof", "0912345678"),
    # to hear of its progress
    ("#theodoi", "follow", ""),
    ("Theo dõi", "follow", ""),
    ("theo doi ho so nay", "follow", ""),
    ("tôi muốn nhận tin", "follow", ""),
    ("theo dõi H20.30-261123-0001", "look_up", ""),
    # a number of a form of its own needs its label
    ("#HS 000123/2026/H20", "look_up", ""),
    ("mã H20.30-261123-0001 pin 123456", "look_up", "123456"),
    ("H20.30-261123-0001. Mã PIN là 123456", "look_up", "123456"),
    ("H20.30-261123-0001 123 456", "look_up", "123456"),
    ("H20.30-261123-0001(123456)", "look_up", "123456"),
    ("H20.30-261123-0001 123456 👍", "look_up", "123456"),
    ("H20.30-261123-0001 mã xác nhận 123456", "look_up", "123456"),
    ("123456 H20.30-261123-0001", "look_up", "123456"),
    ("H20.30-261123-0001 xong chưa ạ", "look_up", ""),
    ("Hồ sơ của tôi mã H20.30-261123-0001 đã có kết quả chưa?", "look_up", ""),
    # acts
    ("dừng", "stop", ""),
    ("Dừng", "stop", ""),
    ("DỪNG LẠI", "stop", ""),
    ("dừng theo dõi", "stop", ""),
    ("dừng nhận tin nhé", "stop", ""),
    ("hủy theo dõi", "stop", ""),
    ("hủy nhận tin", "stop", ""),
    ("tắt thông báo", "stop", ""),
    ("đừng nhắn tin nữa", "stop", ""),
    ("“dừng”", "stop", ""),
    ("dừng đi", "stop", ""),
    ("dừng ngay", "stop", ""),
    ("bỏ theo dõi", "stop", ""),
    ("dừng nhận thông báo", "stop", ""),
    ("ngừng nhận tin nhắn", "stop", ""),
    ("không muốn nhận tin nữa", "stop", ""),
    ("stop messages", "stop", ""),
    ("bỏ theo dõi H20.30-261123-0001", "stop", ""),
    ("dừng H20.30-261123-0001 nhé", "stop", ""),
    # a yes, a name, a wish to withdraw: asked back, or for people to read
    ("dung", "stop?", ""),
    ("dung a", "stop?", ""),
    ("huy", "stop?", ""),
    ("Huy", "stop?", ""),
    ("huỷ", "stop?", ""),
    ("tat", "stop?", ""),
    ("Đúng", "other", ""),
    ("đúng ạ", "other", ""),
    ("Dũng", "other", ""),
    ("đừng", "other", ""),
    ("Tất", "other", ""),
    ("tôi muốn hủy hồ sơ", "other", ""),
    ("stop", "stop", ""),
    ("dừng H20.30-261123-0001", "stop", ""),
    ("danh sách", "list", ""),
    ("danh sach", "list", ""),
    ("Danh sách hồ sơ", "list", ""),
    ("ds", "list", ""),
    ("#danhsach", "list", ""),
    ("hồ sơ của tôi", "list", ""),
    ("cho tôi xem danh sách hồ sơ với", "list", ""),
    ("menu", "menu", ""),
    ("#menu", "menu", ""),
    ("xin chào", "menu", ""),
    ("Alo em ơi", "menu", ""),
    ("hướng dẫn", "menu", ""),
    ("cảm ơn", "thanks", ""),
    ("ok cảm ơn em", "thanks", ""),
    ("123456 ạ", "proof", "123456"),
    ("dạ 123456 nhé", "proof", "123456"),
    ("mã 482913", "proof", "482913"),
    ("Mã xác nhận của tôi là 482913 ạ", "proof", "482913"),
    ("4 số cuối 5678", "proof", "5678"),
    ("bốn số cuối là 5678", "proof", "5678"),
    ("+84912345678", "proof", "0912345678"),
    ("Số điện thoại của tôi là 0912345678", "proof", "0912345678"),
    ("H20.30-261123-0001 sđt 0912 345 678", "look_up", "0912345678"),
    ("H20.30-261123-0001 số đt 0912.345.678", "look_up", "0912345678"),
    # numbers of other shapes
    ("H20.30.7-261123-0001", "look_up", ""),
    ("SKHDT.01-261123-0001 123456", "look_up", "123456"),
    ("H20.30-2026-000123", "look_up", ""),
    ("000123/2026/H20", "look_up", ""),
    ("dừng H20.30.7-261123-0001", "stop", ""),
    # ways of saying stop
    ("Tôi không muốn nhận tin nữa", "stop", ""),
    ("thôi không nhận tin nữa", "stop", ""),
    ("vui lòng không gửi tin nữa", "stop", ""),
    ("Đừng gửi tin cho tôi nữa", "stop", ""),
    ("dừng gửi tin nhắn cho tôi", "stop", ""),
    ("dừng tất cả", "stop", ""),
    ("dừng theo dõi tất cả", "stop", ""),
    ("ngừng lại đi", "stop", ""),
    ("dừng nhận thông báo về hồ sơ", "stop", ""),
    ("Hủy đăng ký", "stop", ""),
    ("unsubscribe", "stop", ""),
    ("tôi không muốn theo dõi hồ sơ H20.30-261123-0001 nữa", "stop", ""),
    ("hủy tất cả", "stop?", ""),
    ("Hủy nhận", "stop?", ""),
    # an answer to an officer's question
    ("Không nhận ạ", "other", ""),
    ("không cần nhận", "other", ""),
    ("Tôi không nhận được tin", "other", ""),
    ("Nghị định 118/2025/NĐ-CP quy định thế nào", "other", ""),
    ("gọi tôi số 0912-345-678", "other", ""),
    # for people to read
    ("Alo đèn đường trước nhà bị hỏng", "other", ""),
    ("Dạ cho em hỏi làm căn cước ở đâu", "other", ""),
    ("ok nhưng sao chưa có kết quả", "other", ""),
    ("Xin chào, tôi muốn tố cáo", "other", ""),
    ("Đèn đường trước nhà số 12 hỏng ba hôm nay", "other", ""),
    ("Tôi muốn dừng việc xây nhà trái phép của hàng xóm", "other", ""),
    ("hồ sơ của tôi sao lâu quá vậy?", "other", ""),
    ("091234567", "other", ""),
    ("20261", "other", ""),
    ("hs của tôi bị cán bộ An đòi 500 nghìn mới giải quyết", "other", ""),
    ("Hồ sơ của tôi nộp từ 2025 đến giờ vẫn chưa xong", "other", ""),
    ("hồ sơ nộp ngày 12/3/2026", "other", ""),
    ("hồ sơ Nguyễn Văn A sinh 01/01/1990 CCCD 082190001234", "other", ""),
    ("hồ sơ 12/3/2026", "other", ""),
    ("Hồ sơ cần 2 bản photo không ạ?", "other", ""),
    ("hs nộp lúc 8h được không", "other", ""),
    ("", "other", ""),
    # a number and something else: answered, and read by people too
    ("hồ sơ H20.30-261123-0001 bị sai tên", "look_up", ""),
    ("hủy hồ sơ H20.30-261123-0001", "look_up", ""),
    ("Cho em hỏi H20.30-261123-0001 khi nào xong?", "look_up", ""),
    ("H20.30-261123-0001 và H20.30-261123-0002", "look_up", ""),
]


@pytest.mark.parametrize(
    "typed",
    ["hồ sơ H20.30-261123-0001 bị sai tên", "hủy hồ sơ H20.30-261123-0001", "H20.30-261123-0001, H20.30-261123-0002"],
)
def test_what_is_said_beside_a_number_is_for_people(typed):
    understood = understand(typed)
    assert (understood.verb, understood.number, understood.remark) == ("look_up", "h20.30-261123-0001", True)


@pytest.mark.parametrize(
    "typed", ["H20.30-261123-0001 nộp năm 2025 sao chưa xong", "H20.30-261123-0001 gọi 0912345678"]
)
def test_a_year_or_a_phone_in_a_sentence_is_no_guess(typed):
    assert (understand(typed).proof, understand(typed).remark) == ("", True)


@pytest.mark.parametrize(
    "typed", ["H20.30-261123-0001 xong chưa ạ", "Cho em hỏi H20.30-261123-0001 khi nào có kết quả?"]
)
def test_is_it_done_yet_is_answered_and_bothers_nobody(typed):
    assert not understand(typed).remark


@pytest.mark.parametrize(("typed", "verb", "proof"), SAYINGS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_what_a_person_means(typed, verb, proof, form):
    understood = understand(unicodedata.normalize(form, typed))
    assert (understood.verb, understood.proof) == (verb, proof)
    assert bool(understood.number) == (verb == "look_up" or "261123" in typed)


@given(st.text(max_size=400))
def test_whatever_is_typed_is_understood_as_something(text):
    understood = understand(text)
    assert understood.verb in {"look_up", "proof", "follow", "list", "stop", "stop?", "menu", "thanks", "other"}
    assert understood.verb != "look_up" or understood.number


def test_who_writes_a_whole_letter_is_read_by_people():
    letter = "Kính gửi cơ quan. " * 30
    assert understand(f"{letter}").verb == "other"
    understood = understand(f"{NUMBER} xong chưa ạ {'ạ ' * 200} cán bộ đòi tiền")
    assert (understood.verb, understood.remark) == ("look_up", True)
