"""What Chi sees of her dossier, in the states that look most different."""

from dossiers.models import Dossier
from tests.browser.looking import submit
from tests.dossiers.making import at, make_version, receive, step

LOOK_UP = "/ho-so/tra-cuu/"


def received(request):
    an, my_tho, _ = (request.getfixturevalue(name) for name in ("an", "my_tho", "calendar"))
    return receive(by=an, unit=my_tho)


def to_look_up(request):
    """Chi's dossier waits for a paper; the date that had been promised is gone."""
    dossier, an = received(request), request.getfixturevalue("an")
    dossier.advance(to=step(dossier, "tham-tra"), by=an, at=at("23/11/2026 14:00"))
    dossier.request_supplement(what="Bản sao Giấy khai sinh", reason="Thiếu", by=an, at=at("25/11/2026 10:00"))
    dossier.take_supplement(by=an, at=at("30/11/2026 09:00"))
    dossier.request_payment(what="Lệ phí 8.000 đồng, nộp tại quầy 3", by=an, at=at("30/11/2026 10:00"))
    return LOOK_UP


def by_qr(request):
    """Done; the receipt's QR opens it."""
    dossier, an = received(request), request.getfixturevalue("an")
    dossier.finish(by=an, at=at("24/11/2026 10:00"))
    return f"/hs/{dossier.issue_receipt(by=an, at=at('23/11/2026 09:01')).token}/"


def sent_receipt(request):
    """What the message at reception leads to."""
    dossier, an = received(request), request.getfixturevalue("an")
    return f"/bien-nhan/{dossier.issue_receipt(by=an, at=at('23/11/2026 09:01')).token}/"


def procedure(request):
    request.getfixturevalue("db")
    return f"/thu-tuc/{make_version().procedure.code}/"


def some_procedures(request):
    request.getfixturevalue("db")
    make_version(name="Đăng ký khai sinh", code="1.001193")
    make_version(name="Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan có thẩm quyền cấp", code="2.000815")
    return "/thu-tuc/?q=ban+sao"


def send_code_and_proof(page):
    ask(page, Dossier.objects.get().number, "5678")


def send_a_wrong_proof(page):
    ask(page, "H20.30-261123-0001", "0000")


def send_nothing(page):
    ask(page, "", "")


def send_a_forged_receipt(page):
    page.fill("[name=text]", "https://example.org/hs/AAAAAAAAAAAAAAAAAAAAAA/#gibberish.gibberish")
    submit(page)


def ask(page, code, proof):
    page.fill("main [name=code]", code)
    page.fill("main [name=proof]", proof)
    submit(page)
