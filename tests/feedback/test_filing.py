"""An files at the counter what Chi says; the paper she takes home opens her report and nobody else's."""

import re
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from attachments.models import Attachment
from feedback.models import Report
from tests.attachments.pictures import photo
from tests.feedback.making import at, make_category

ADD = "admin:feedback_report_add"


@pytest.fixture(autouse=True)
def _now(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(at(26, 9), tick=True):
        yield


def filled_in(at_ward, **changes):
    return {
        "channel": "counter", "text": "Đèn trước chợ tắt.", "ward": at_ward.pk, "address": "Chợ Mỹ Tho",
        "name": "Trần Thị Chi", "phone": "0912 345 678", "public": "on", "origin": str(uuid4()), **changes,
    }  # fmt: skip


def send(client, category, follow=True, **data):
    return client.post(f"{reverse(ADD)}?category={category.pk}", data, follow=follow)


def test_an_files_what_chi_says_at_the_counter_and_hands_her_a_paper(client_of, an, chi, my_tho, category):
    client = client_of(an)
    assert f"?category={category.pk}" in client.get(reverse(ADD)).content.decode()
    answer = send(client, category, **filled_in(my_tho))
    made = Report.objects.get()
    assert (made.channel, made.filed_by, made.ward, made.address) == ("counter", an, my_tho, "Chợ Mỹ Tho")
    assert made.reporter.phone == "0912 345 678"
    paper = answer.content.decode()
    assert made.shown_code in paper
    assert made.token in paper
    assert 'src="data:image/svg+xml' in paper
    assert chi.name not in paper


def test_the_paper_is_there_for_who_filed_it_and_for_nobody_else(client_of, an, binh, khoa, my_tho, category):
    send(client_of(an), category, **filled_in(my_tho))
    paper = reverse("admin:feedback_report_filed", args=[Report.objects.get().pk])
    assert client_of(an).get(paper).status_code == 200
    for other in (binh, khoa):
        assert client_of(other).get(paper).status_code == 404


def test_a_form_sent_twice_is_one_report(client_of, an, my_tho, category):
    data, client = filled_in(my_tho), client_of(an)
    send(client, category, **data)
    answer = send(client, category, **data)
    assert Report.objects.count() == 1
    assert Report.objects.get().shown_code in answer.content.decode()


def test_photos_come_with_it_and_stay_while_a_mistake_is_mended(client_of, an, my_tho, category):
    client = client_of(an)
    data = filled_in(my_tho, text="", photos=SimpleUploadedFile("den.jpg", photo(), "image/jpeg"))
    answer = send(client, category, **data)
    assert answer.status_code == 422
    assert "Chợ Mỹ Tho" in answer.content.decode()
    kept = re.search(r'name="kept" value="([^"]+)"', answer.content.decode())[1]
    send(client, category, **filled_in(my_tho, kept=kept))
    assert Attachment.objects.about(Report.objects.get().about).count() == 1


def test_extra_questions_are_asked_and_answered(client_of, an, my_tho, calendar):
    category = make_category(
        questions=[
            {"code": "tru", "text": "Trụ số mấy?", "required": True},
            {"code": "loai", "text": "Loại đèn", "type": "singlevaluelist", "options": ["LED", "Cao áp"]},
            {"code": "gio", "text": "Tắt lúc nào", "type": "multivaluelist", "options": ["Tối", "Khuya"]},
        ]
    )
    client = client_of(an)
    lacking = send(client, category, **filled_in(my_tho))
    assert lacking.status_code == 422
    assert Report.objects.count() == 0
    given = {"answers.tru": "12", "answers.loai": "LED", "answers.gio": ["Tối", "Khuya"]}
    send(client, category, **filled_in(my_tho, **given))
    assert [one["value"] for one in Report.objects.get().answers] == ["12", "LED", ["Tối", "Khuya"]]


def test_what_the_house_asks_of_a_proposal_is_said_at_its_field(client_of, an, my_tho, calendar):
    category = make_category("quy-dinh", "Quy định hành chính", kind="regulation", place=False)
    answer = send(client_of(an), category, **filled_in(my_tho, name="", contact_address=""))
    assert answer.status_code == 422
    assert 'id="id_name_error"' in answer.content.decode()
    assert 'id="id_contact_address_error"' in answer.content.decode()


def test_no_place_is_said_where_a_place_is_typed(client_of, an, my_tho, category):
    answer = send(client_of(an), category, **filled_in(my_tho, ward="", address=""))
    assert answer.status_code == 422
    assert 'id="id_address_error"' in answer.content.decode()


def test_guidance_stands_instead_of_a_form_where_nothing_is_taken(client_of, an, calendar):
    stopper = make_category("to-cao", "Tố cáo", stopper="Gửi Thanh tra tỉnh.")
    client = client_of(an)
    assert "Gửi Thanh tra tỉnh." in client.get(reverse(ADD)).content.decode()
    assert client.get(reverse(ADD), {"category": stopper.pk}).status_code == 404


@pytest.mark.parametrize("category", ["x", "-1", "9" * 30, "²", "0"])
def test_a_category_that_is_not_there_is_not_found(client_of, an, category):
    assert client_of(an).get(reverse(ADD), {"category": category}).status_code == 404


def test_giang_files_nothing(client_of, giang, my_tho, category):
    assert client_of(giang).get(reverse(ADD)).status_code == 403
    assert send(client_of(giang), category, **filled_in(my_tho)).status_code == 403
    assert not Report.objects.exists()
