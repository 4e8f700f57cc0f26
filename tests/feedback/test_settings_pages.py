"""What Hạnh sets up for reports: she sees what a rule would do before it does it."""

import re

import pytest
import time_machine
from django.urls import reverse

from feedback.models import Ban, Category, ContactPoint, LearntCategories, RoutingRule
from tests.feedback.making import at, make_category, make_level, report

NOW = at(26, 9)
PAGES = ["category", "servicelevel", "routingrule", "answertemplate", "contactpoint"]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=True):
        yield


def rule_of(unit, **changes):
    return {"position": "10", "name": "Đèn về phường", "unit": unit.pk, "active": "on", "kinds": "", "weekdays": "",
            **changes}  # fmt: skip


def hidden_fields(page):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def test_a_rule_is_tried_on_last_months_reports_before_it_is_saved(client_of, hanh, my_tho, category):
    taken = [report(text=f"Đèn {n}.", when=at(20, 8, n)) for n in range(3)]
    other = report(make_category("rac", "Rác"), text="Rác.", when=at(20))
    old = report(text="Đèn năm ngoái.", when=at(1, month=9))
    client, add = client_of(hanh), reverse("admin:feedback_routingrule_add")
    answer = client.post(add, rule_of(my_tho, categories=[category.pk]))
    page = answer.content.decode()
    assert not RoutingRule.objects.exists()
    assert "3 phản ánh" in page
    assert all(one.shown_code in page for one in taken)
    assert other.shown_code not in page
    assert old.shown_code not in page
    client.post(add, hidden_fields(page))
    rule = RoutingRule.objects.get()
    assert (rule.unit, list(rule.categories.all())) == (my_tho, [category])


def test_a_change_of_a_rule_is_tried_first_too(client_of, hanh, my_tho, dao_thanh, category):
    rule = RoutingRule.objects.create(position=10, name="Đèn", unit=my_tho)
    address = reverse("admin:feedback_routingrule_change", args=[rule.pk])
    client = client_of(hanh)
    page = client.post(address, rule_of(dao_thanh)).content.decode()
    rule.refresh_from_db()
    assert rule.unit == my_tho
    client.post(address, hidden_fields(page))
    rule.refresh_from_db()
    assert rule.unit == dao_thanh


def test_a_wrong_rule_comes_back_with_what_was_typed(client_of, hanh, my_tho):
    answer = client_of(hanh).post(
        reverse("admin:feedback_routingrule_add"), rule_of(my_tho, from_time="17:00", to_time="")
    )
    assert answer.status_code == 200
    assert "Đèn về phường" in answer.content.decode()
    assert not RoutingRule.objects.exists()


def test_hanh_opens_a_category_with_its_questions(client_of, hanh, province):
    level = make_level()
    category = make_category(questions=[{"code": "tru", "text": "Trụ số mấy?"}])
    client = client_of(hanh)
    page = client.get(reverse("admin:feedback_category_change", args=[category.pk])).content.decode()
    assert "Trụ số mấy?" in page
    data = {"code": "nuoc", "name": "Ngập nước", "kind": "field", "parent": category.parent_id, "photo": "none",
            "service_level": level.pk, "radius": "100", "position": "5", "place": "on", "active": "on"}  # fmt: skip
    client.post(reverse("admin:feedback_category_add"), data)
    assert Category.objects.get(code="nuoc").parent == category.parent


@pytest.mark.parametrize("model", PAGES)
def test_an_changes_nothing_that_is_set_up_for_all(client_of, an, model, category):
    assert client_of(an).get(reverse(f"admin:feedback_{model}_add")).status_code == 403


@pytest.mark.parametrize("model", [*PAGES, "ban", "survey", "learntcategories"])
def test_khoa_and_hanh_open_every_list_that_is_theirs_without_error(client_of, khoa, hanh, model, category, my_tho):
    ContactPoint.objects.create(unit=my_tho, name="Trực", phone="0273")
    RoutingRule.objects.create(name="Đèn", unit=my_tho)
    for officer in (khoa, hanh):
        assert client_of(officer).get(reverse(f"admin:feedback_{model}_changelist")).status_code in (200, 403)
    assert client_of(khoa).get(reverse("admin:feedback_category_changelist")).status_code == 200


def test_before_enough_was_learnt_the_page_says_so(client_of, khoa, province):
    address = reverse("admin:feedback_learntcategories_changelist")
    assert "300" in client_of(khoa).get(address).content.decode()
    LearntCategories.objects.create(
        at=NOW, examples=400, categories=4, tested_on=80, top1=0.9, top3=0.97, most_frequent=0.4, seconds=1, arrays=b""
    )
    assert "90%" in client_of(khoa).get(address).content.decode()


def test_bans_are_read_by_giang_and_lifted_by_khoa_alone(client_of, giang, khoa, category, chi):
    made = report(contact={"phone": chi.phone})
    made.ban_sender(by=khoa, at=NOW, reason="Quấy rối.")
    ban = Ban.objects.get()
    assert chi.phone not in client_of(giang).get(reverse("admin:feedback_ban_changelist")).content.decode()
    assert client_of(giang).post(reverse("admin:feedback_ban_lift", args=[ban.pk])).status_code == 403
