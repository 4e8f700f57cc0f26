"""What Chi sees when she reports, and what everybody sees of it, in the states that look most different."""

from django.urls import reverse
from django.utils.timezone import now

from feedback.afterwards import survey_token
from feedback.categories import Category
from feedback.figures import Figures
from feedback.report import Report
from tests.browser.looking import submit
from tests.feedback.making import MY_THO_MARKET, Road, make_category, report
from tests.people import CHI

QUESTIONS = [
    {"code": "so-tru", "text": "Số trụ đèn (nếu có ghi trên trụ)", "type": "string", "public": True},
    {"code": "bao-nhieu", "text": "Bao nhiêu đèn không sáng?", "type": "singlevaluelist",
     "options": ["Một đèn", "Vài đèn", "Cả tuyến"], "public": True},
]  # fmt: skip
FORM = "/phan-anh/gui/chieu-sang/"


def _lamps(request):
    request.getfixturevalue("calendar"), request.getfixturevalue("my_tho")
    known = Category.objects.filter(code="chieu-sang").first()
    return known or make_category(name="Đèn đường không sáng", questions=QUESTIONS)


def _road(request):
    _lamps(request)
    people = {name: request.getfixturevalue(name) for name in ("khoa", "an", "dung")}
    return Road(**people, unit=request.getfixturevalue("my_tho"))


def subjects(request):
    lamps = _lamps(request)
    make_category(code="ngap", name="Ngập nước")
    Figures.objects.create(category=lamps, timed=20, usual_minutes=1_500, counted_at=now())
    return "/phan-anh/gui/"


def stopper(request):
    _lamps(request)
    make_category(
        code="khieu-nai", name="Khiếu nại một quyết định hành chính", stopper="Gửi đơn đến Trụ sở Tiếp công dân."
    )
    return "/phan-anh/gui/khieu-nai/"


def form(request):
    _lamps(request)
    Category.objects.update(warning="Dây điện đứt rơi xuống đất: đừng đến gần, gọi ngay 114.")
    return FORM


def form_near_another(request):
    made = _road(request).to("accepted", text="Trụ đèn số 7 trước chợ Mỹ Tho không sáng.")
    Report.objects.filter(pk=made.pk).update(received_at=now())
    return FORM


def short_form(request):
    _lamps(request)
    make_category(code="khac", name="Việc khác")
    return "/phan-anh/gui/khac/"


def send_nothing(page):
    submit(page)


def fill_in(page):
    page.fill("#id_text", "Đèn trước nhà tắt ba đêm nay, gọi tôi số 0912 345 678.")
    page.fill("#id_ward", "my tho")
    page.fill("#id_address", "Trước chợ Mỹ Tho")
    page.locator("#id_place").evaluate("(input, place) => { input.value = place }", "{},{}".format(*MY_THO_MARKET))
    submit(page)


def answered(request):
    made = _road(request).to("published", ward=request.getfixturevalue("my_tho"), answers={"so-tru": "7"})
    Report.objects.update(supports=12)
    return reverse("feedback:report", args=[made.code])


def thanks(request):
    _lamps(request)
    return reverse("feedback:thanks", args=[report().token])


def private(request):
    _lamps(request)
    return reverse("feedback:report", args=[report(public=False).code])


def asked(request):
    contact = {"phone": CHI.phone, "email": CHI.email}
    return reverse("feedback:own", args=[_road(request).to("waiting", contact=contact).token])


def own_answered(request):
    made = _road(request).to("published")
    Report.objects.update(answered_at=now())
    return reverse("feedback:own", args=[made.token])


def survey(request):
    made = _road(request).to("published")
    Report.objects.update(answered_at=now())
    return reverse("feedback:survey", args=[survey_token(made)])


def follow(request):
    return reverse("feedback:follow", args=[_road(request).to("accepted").code])


def flag(request):
    return reverse("feedback:flag", args=[_road(request).to("accepted").code])


def some(request):
    road, my_tho = _road(request), request.getfixturevalue("my_tho")
    for n, state in enumerate(["accepted", "in_progress", "published", "passed_on"]):
        road.to(state, text=f"Trụ đèn số {n} trước chợ Mỹ Tho không sáng đã ba đêm, đi lại rất nguy hiểm.", ward=my_tho)
    Report.objects.filter(state="in_progress").update(due_at=now())
    return "/phan-anh/?state=&q=den"


def ward(request):
    some(request)
    Figures.objects.refresh(at=now())
    my_tho = request.getfixturevalue("my_tho")
    return reverse("feedback:ward", args=[my_tho.official_code or my_tho.pk])


def wards(request):
    request.getfixturevalue("my_tho"), request.getfixturevalue("dao_thanh")
    return "/phan-anh/phuong-xa/"


def figures(request):
    some(request)
    Figures.objects.refresh(at=now())
    return "/phan-anh/so-lieu/"
