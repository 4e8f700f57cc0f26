"""A page with every component in it, in its ordinary, wrong and overlong states. Only the tests have this address."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from django import forms
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

LONG = "Thửađấtsốmườihaitờbảnđồsốbaxãthườngphướcđồngtháp" * 2
COLOURS = [("grey", "Mới đăng ký"), ("blue", "Đang xử lý"), ("green", "Có kết quả"), ("yellow", "Chờ bổ sung"),
           ("orange", "Sắp đến hạn"), ("red", "Quá hạn"), ("purple", "Đã trả kết quả")]  # fmt: skip
PAGE = """
{% extends "base.html" %}{% load face %}
{% block title %}{% title_error form %}Thành phần{% endblock %}
{% block breadcrumbs %}{% breadcrumbs "Thủ tục hành chính" "/thu-tuc/" "Đăng ký khai sinh" %}{% endblock %}
{% block main_wide %}
{% error_summary form %}
<h1 class="govuk-heading-l">Thành phần</h1>
{% banner "Quan trọng" %}<p class="govuk-body">Từ 12:00 ngày 24/11/2026, cổng tạm dừng để bảo trì.</p>{% endbanner %}
{% banner "Đã nhận" kind="success" %}<p class="govuk-body">Cảm ơn ông/bà đã góp ý.</p>{% endbanner %}
<form method="post" action="." novalidate>{% csrf_token %}
{% field form.code width=20 autocomplete="off" spellcheck="false" %}
{% field form.on hint="Ví dụ 27/11/2026" width=10 inputmode="numeric" %}
{% field form.unit %}{% field form.why rows=4 %}{% field form.how inline=True %}{% field form.papers label_size="m" %}
{% field form.photo %}{% field form.agreed %}
{% button "Gửi" %} {% button "Xóa" kind="warning" %} {% button "Quay lại" href="/" kind="secondary" %}
</form>
<p>{% for colour, text in colours %}{% tag text colour %} {% endfor %}</p>
<h2 class="govuk-heading-m">Hồ sơ</h2>
{% summary %}{% row "Mã hồ sơ" code %}{% row "Hẹn trả" at|moment href="/" action="Vì sao?" %}{% row "Nội dung" long %}
{% long_row "Cần nộp" %}<ul class="govuk-list govuk-list--bullet"><li>Giấy chứng sinh</li></ul>{% endlong_row %}
{% endsummary %}
{% steps %}{% step "Tiếp nhận" "done" at=at %}{% endstep %}
{% step "Thẩm định" "now" at=at %}<p class="govuk-body">Chờ ý kiến Chi cục.</p>{% endstep %}
{% step "Trả kết quả" %}{% endstep %}{% step "Dừng" "stopped" %}{% endstep %}{% endsteps %}
{% inset %}<p>Thời hạn tạm dừng từ {{ on|day }}.</p>{% endinset %}
{% warning %}Xin ông/bà bổ sung giấy tờ trước {{ at|moment }}.{% endwarning %}
{% details "Vì sao ngày hẹn thay đổi?" %}<p class="govuk-body">{{ long }}</p>{% enddetails %}
{% table "Phí, lệ phí" headers rows numeric="2" %}
{% pagination page %}
{% endblock %}
"""
DONE = """{% extends "base.html" %}{% load face %}{% block main %}{% panel "Đã tiếp nhận hồ sơ" %}Mã hồ sơ<br>
<strong>H20.30-261123-0001</strong>{% endpanel %}{% endblock %}"""


class Everything(forms.Form):
    code = forms.CharField(label="Mã hồ sơ", help_text="In ở đầu giấy hẹn")
    on = forms.DateField(label="Ngày sinh")
    unit = forms.ChoiceField(label="Nơi nộp", choices=[("", "Chọn"), ("1", "Phường Mỹ Tho"), ("2", LONG)])
    why = forms.CharField(label="Lý do", widget=forms.Textarea, required=False)
    how = forms.ChoiceField(
        label="Nhận kết quả", widget=forms.RadioSelect, choices=[("a", "Trực tiếp"), ("b", "Bưu chính")]
    )
    papers = forms.MultipleChoiceField(
        label="Giấy tờ", widget=forms.CheckboxSelectMultiple, choices=[("1", "Bản chính"), ("2", "Bản sao")]
    )
    photo = forms.FileField(label="Ảnh", required=False)
    agreed = forms.BooleanField(label="Tôi đồng ý nhận tin nhắn")


def gallery(request):
    data = {"code": "", "on": "31/02/2026"} if "wrong" in request.GET else None
    context = {
        "form": Everything(data, auto_id="id_%s"),
        "colours": COLOURS,
        "code": "H20.30-261123-0001",
        "at": datetime(2026, 11, 27, 7, 30, tzinfo=UTC),
        "on": date(2026, 11, 23),
        "long": LONG,
        "headers": ["Trường hợp", "Mức thu", "Ghi chú"],
        "rows": [("Lần đầu", "8.000 đồng", LONG), ("Cấp lại", "15.000 đồng", "")],
        "page": SimpleNamespace(number=2, has_previous=True, has_next=True),
    }
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


def done(request):
    return HttpResponse(engines["django"].from_string(DONE).render({}, request))


urlpatterns = [path("mau/", gallery), path("mau/xong/", done), path("", include("portal.urls"))]
