"""The public pages of a dossier: the form, the QR's address, and whether a receipt is genuine."""

import re

import pytest
from django.utils.html import strip_tags

from dossiers import keyring, qr
from dossiers.models import Dossier, SigningKey
from tests.dossiers.making import CHI, at, make_version, receive

pytestmark = pytest.mark.django_db
PAGE = "/ho-so/tra-cuu/"
VERIFY = "/hs/kiem-tra/"
NOW = at("23/11/2026 12:00")


@pytest.fixture(autouse=True)
def _counted_in_postgresql(settings):
    settings.CACHE_URL = ""


@pytest.fixture
def dossier(an, my_tho, calendar):
    return receive(by=an, unit=my_tho)


@pytest.fixture
def receipt(dossier, an):
    return dossier.issue_receipt(by=an, at=NOW)


def words(response):
    main = response.content.decode().split("<main", 1)[1].split("</main>")[0]
    return " ".join(strip_tags(main.replace("<br>", " ")).split())


# --- looking up -----------------------------------------------------------------------------------------------------
def test_chi_looks_her_dossier_up(client, dossier):
    response = client.post(PAGE, {"code": dossier.number, "proof": "5678"})
    told = words(response)
    assert response.status_code == 200
    for word in (
        dossier.number,
        "Đã tiếp nhận",
        "Trần T** C**",
        "17:00 ngày 27/11/2026",
        "Phường Mỹ Tho",
        "3 ngày làm việc",
    ):
        assert word in told
    for secret in (CHI["name"], CHI["phone"], "5678", CHI["id_number"], CHI["address"], "Nguyễn Văn An"):
        assert secret not in response.content.decode()


def test_a_term_begins_with_a_capital_letter(client, an, my_tho, calendar):
    dossier = receive(by=an, unit=my_tho, version=make_version(term=("same_day", 1)))
    told = words(client.post(PAGE, {"code": dossier.number, "proof": "5678"}))
    assert "Trong ngày (nhận sau 15 giờ: trả trong ngày làm việc tiếp theo)" in told
    procedure = words(client.get(f"/thu-tuc/{dossier.procedure_version.procedure.code}/"))
    assert "Trong ngày (nhận sau 15 giờ: trả trong ngày làm việc tiếp theo)" in procedure


def test_a_link_in_a_message_fills_the_code_in(client, dossier):
    page = client.get(PAGE, {"code": dossier.number}).content.decode()
    assert f'value="{dossier.number}"' in page
    assert "<script" not in client.get(PAGE, {"code": '"><script>alert(1)</script>'}).content.decode()


def test_what_was_typed_is_still_there_after_a_miss_but_not_the_proof(client, dossier):
    response = client.post(PAGE, {"code": "h20.30 – 261123", "proof": "987654"})
    assert response.status_code == 404
    assert 'value="h20.30 – 261123"' in response.content.decode()
    assert "987654" not in response.content.decode()
    assert "Không tìm thấy hồ sơ phù hợp" in words(response)


def test_while_the_term_stands_still_there_is_no_date_and_it_is_said(client, dossier, an):
    dossier.request_supplement(what="Bản sao Giấy khai sinh", reason="Thiếu", by=an, at=at("25/11/2026 10:00"))
    told = words(client.post(PAGE, {"code": dossier.number, "proof": "5678"}))
    assert "Chưa có ngày hẹn vì thời hạn đang tạm dừng" in told
    assert "Bản sao Giấy khai sinh" in told


def test_both_fields_are_needed_and_none_is_called_optional(client):
    assert "không bắt buộc" not in words(client.get(PAGE))


def test_a_forgotten_code_is_asked_for(client):
    response = client.post(PAGE, {"code": " ", "proof": "5678"})
    assert response.status_code == 400
    assert "Nhập mã hồ sơ" in words(response)


def test_what_is_far_too_long_is_told_what_was_expected(client):
    response = client.post(PAGE, {"code": "H" * 300, "proof": "1" * 300})
    assert response.status_code == 400
    assert "Mã hồ sơ dài nhất 200 ký tự, ví dụ H20.30-261123-0001" in words(response)
    assert "mã PIN gồm 6 chữ số, hoặc 4 số cuối điện thoại" in words(response)
    assert "kí tự" not in words(response)


def test_too_many_tries_are_told_in_plain_words(client, dossier, settings):
    for _ in range(5):
        client.post(PAGE, {"code": dossier.number, "proof": "0000"})
    response = client.post(PAGE, {"code": dossier.number, "proof": "5678"})
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 1200
    assert re.search(r"thử lại sau \d+ phút", words(response))
    assert settings.AUTHORITY_HOTLINE in words(response)


def test_the_number_to_call_is_a_link_in_every_box_that_names_it(client, settings, dossier):
    call = '<a class="govuk-link" href="tel:02773898989">0277 3898989</a>'
    settings.AUTHORITY_HOTLINE = "0277 3898989"
    for response in (
        client.post(PAGE, {"code": dossier.number, "proof": "0000"}),
        client.get(f"/hs/{'x' * 22}/"),
        client.get("/thu-tuc/?q=khong+co"),
        client.get(PAGE),
        client.post(VERIFY, {"text": "https://hoso.example/#a.b.c"}),
    ):
        assert call in response.content.decode().split("<main", 1)[1].split("</main>")[0]


def test_a_qr_that_opens_nothing_blames_nothing_that_was_typed(client, receipt, dossier, an):
    address = f"/hs/{receipt.token}/"
    unknown = client.get(f"/hs/{'x' * 22}/").content.decode()
    assert "Mã QR này không mở được hồ sơ nào" in unknown
    assert "đã nhập" not in unknown
    Dossier.objects.filter(pk=dossier.pk).update(confidential=True)
    confidential = client.get(address).content.decode()
    Dossier.objects.filter(pk=dossier.pk).update(confidential=False)
    receipt.revoke(by=an, at=NOW)
    revoked = client.get(address).content.decode()
    assert (
        unknown.replace("x" * 22, "") == revoked.replace(receipt.token, "") == confidential.replace(receipt.token, "")
    )


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_nothing_else_can_be_done_to_the_page(client, method):
    assert getattr(client, method)(PAGE).status_code == 405


def test_a_form_from_elsewhere_is_refused(dossier):
    from django.test import Client

    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(PAGE, {"code": dossier.number, "proof": "5678"}).status_code == 403


# --- the QR ---------------------------------------------------------------------------------------------------------
def test_the_qr_opens_the_dossier(client, dossier, receipt):
    response = client.get(f"/hs/{receipt.token}/")
    assert response.status_code == 200
    assert dossier.number in words(response)


def test_an_unknown_token_is_answered_like_a_wrong_code(client):
    response = client.get(f"/hs/{'x' * 22}/")
    assert response.status_code == 404
    missed = client.post(PAGE, {"code": "", "proof": ""})
    assert missed.status_code == 400
    assert "Không tìm thấy hồ sơ phù hợp" in words(response)


def test_a_receipt_that_was_lost_and_revoked_opens_nothing(client, receipt, an):
    receipt.revoke(by=an, at=NOW)
    assert client.get(f"/hs/{receipt.token}/").status_code == 404


@pytest.mark.parametrize(
    "ask",
    [
        lambda client, dossier, token: client.get(PAGE),
        lambda client, dossier, token: client.post(PAGE, {"code": dossier.number, "proof": "5678"}),
        lambda client, dossier, token: client.post(PAGE, {"code": dossier.number, "proof": "0000"}),
        lambda client, dossier, token: client.get(f"/hs/{token}/"),
        lambda client, dossier, token: client.get("/hs/xxxxxxxxxxxxxxxxxxxxxx/"),
        lambda client, dossier, token: client.get(VERIFY),
    ],
)
def test_personal_pages_are_not_kept_not_indexed_and_not_handed_on(client, dossier, receipt, ask):
    response = ask(client, dossier, receipt.token)
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert "noindex" in response["X-Robots-Tag"]
    assert "sessionid" not in response.cookies


@pytest.mark.parametrize("token", ["known", "x" * 22])
def test_the_address_of_a_receipt_is_handed_on_to_nobody(client, receipt, token):
    response = client.get(f"/hs/{receipt.token if token == 'known' else token}/")
    assert response["Referrer-Policy"] == "no-referrer"
    # From such a page the browser tells no origin, so that our own guard would refuse the form of one.
    assert "csrfmiddlewaretoken" not in response.content.decode()


# --- is it genuine? -------------------------------------------------------------------------------------------------
@pytest.fixture
def printed(dossier, receipt):
    """The text of the QR, as the receipt carries it."""
    claim = qr.Claim.about(
        receipt.token, number=dossier.number, unit="H20.30", received_at=dossier.received_at, due_at=dossier.due_at
    )
    return qr.receipt_url("https://hoso.example", receipt.token, SigningKey.current(NOW).sign(claim))


def verified(client, text):
    return client.post(VERIFY, {"text": text})


def test_a_genuine_receipt_is_told_with_its_facts(client, dossier, printed, receipt):
    response = verified(client, printed)
    told = words(response)
    assert "Giấy hẹn là thật" in told
    for fact in (dossier.number, "Phường Mỹ Tho", "H20.30", "09:00 ngày 23/11/2026", "17:00 ngày 27/11/2026"):
        assert fact in told
    assert f"/hs/{receipt.token}/" in response.content.decode()


def test_the_signed_part_alone_does_not_tell_whether_it_was_replaced(client, printed, receipt, an):
    receipt.revoke(by=an, at=NOW)
    told = words(verified(client, printed.partition("#")[2]))
    assert "Giấy hẹn là thật" in told
    assert "chỉ biết được từ toàn bộ địa chỉ" in told


def test_a_genuine_receipt_that_leads_elsewhere_is_told(client, printed, settings):
    settings.BASE_URL = "https://hoso.example"
    assert "không phải trang của chúng tôi" not in words(verified(client, printed))
    ours = "https://hoso.example/hs/"
    for site in ("https://hoso.example.evil/hs/", "evil.example/hs/", "//evil.example/hs/", "Xem https://evil.example/hs/",
                 "https://evil.example/x/", "https:/\\evil.example/hs/"):  # fmt: skip
        told = words(verified(client, printed.replace(ours, site)))
        assert "Mã QR dẫn đến" in told or "Giấy hẹn là thật" not in told, site
    assert "Mã QR dẫn đến" not in words(verified(client, "\u2060" + printed.replace("https://hoso", "HTTPS://Hoso")))
    assert "Mã QR dẫn đến" not in words(verified(client, printed.partition("#")[2]))


def test_a_copy_with_line_breaks_is_understood(client, printed):
    assert "Giấy hẹn là thật" in words(verified(client, f"  {printed[:60]}\n{printed[60:]} "))


def test_a_forged_receipt_is_not_trusted_and_nothing_of_it_is_shown(client, dossier, printed):
    letter = "A" if printed[-20] != "A" else "B"
    response = verified(client, printed[:-20] + letter + printed[-19:])
    assert "Không nên tin giấy hẹn này" in words(response)
    assert dossier.number not in response.content.decode()


def test_another_receipts_signature_is_not_trusted(client, dossier, printed, an):
    other = dossier.issue_receipt(by=an, at=NOW)
    mixed = f"https://hoso.example/hs/{other.token}/#{printed.partition('#')[2]}"
    assert "Không nên tin giấy hẹn này" in words(verified(client, mixed))


def test_a_revoked_key_is_told(client, printed):
    SigningKey.current(NOW).revoke(at=NOW, why="Bị lộ")
    assert "Không nên tin giấy hẹn này" in words(verified(client, printed))


def test_a_receipt_that_a_newer_one_replaced_is_genuine_and_says_so(client, printed, receipt, an):
    receipt.revoke(by=an, at=NOW)
    told = words(verified(client, printed))
    assert "Giấy hẹn là thật" in told
    assert "Đã có giấy hẹn mới thay thế" in told


@pytest.mark.parametrize("text", ["https://hoso.example/hs/T9SKh8K-EKSIkDTs8iSGSA/", "xin chào", "💥", "\x00", "a#"])
def test_a_text_without_a_signature_says_what_is_missing(client, text):
    response = verified(client, text)
    assert response.status_code in (200, 400)
    assert "Giấy hẹn là thật" not in words(response)


@pytest.mark.parametrize("text", ["", " ", "a" * 5000])
def test_nothing_and_too_much_are_asked_again(client, text):
    response = verified(client, text)
    assert response.status_code == 400
    assert "govuk-error-message" in response.content.decode()


def test_the_public_keys_are_there_for_everybody(client, printed):
    response = client.get("/.well-known/receipt-keys.json")
    keys = keyring.read_keys(response.json())
    assert qr.verify(printed.partition("#")[2], keys).genuine
    assert "public" in response["Cache-Control"]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "private" not in response.content.decode()
