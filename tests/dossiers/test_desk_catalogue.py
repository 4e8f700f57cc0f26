"""Hạnh keeps the catalogue, the receipt keys and an eye on recalculations; others look, or do not."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from agencies.roles import role
from agencies.working_time import Day
from dossiers.catalogue import ProcedureVersion
from dossiers.models import Procedure, Recalculation, SigningKey
from tests.dossiers.making import at, field_of_work, make_version, receive
from tests.people import make_calendar, make_officer

pytestmark = pytest.mark.usefixtures("calendar")
VERSIONS = "admin:dossiers_procedureversion"


@pytest.fixture
def version(db):
    return make_version()


@pytest.fixture
def draft(hanh, version):
    return version.next_draft(by=hanh, valid_from=date(2027, 1, 1))


def page_of(version):
    return reverse(f"{VERSIONS}_change", args=[version.pk])


def form_of(client, version, **changes):
    """What a browser would send back of the version's page, inlines and all."""
    context = client.get(page_of(version)).context
    data = _values(context["adminform"].form)
    for formset in (inline.formset for inline in context["inline_admin_formsets"]):
        data |= _values(formset.management_form)
        for form in formset.initial_forms:
            data |= _values(form)
    return {**data, **changes}


def _values(form):
    found = {}
    for bound in form:
        value = bound.value()
        if value is not None and value is not False:
            found[bound.html_name] = value.strftime("%d/%m/%Y") if isinstance(value, date) else value
    return found


# --- procedures --------------------------------------------------------------------------------
def test_hanh_makes_a_procedure_and_its_first_draft(client_of, hanh):
    client, field = client_of(hanh), field_of_work()
    client.post(
        reverse("admin:dossiers_procedure_add"),
        {"code": "2.000001", "name": "Chứng thực bản sao", "field": field.pk, "level": "commune"},
    )
    procedure = Procedure.objects.get()
    response = client.post(
        reverse(f"{VERSIONS}_add"),
        {"procedure": procedure.pk, "valid_from": "01/12/2026", "online_level": "partial", "on_supplement": "resume",
         "copies_of_dossier": "1"},
    )  # fmt: skip
    assert response.status_code == 302
    first = procedure.versions.get()
    assert (first.number, first.state) == (1, "draft")


def test_a_procedure_is_found_without_tone_marks(client_of, an, version):
    client = client_of(an)
    page = client.get(reverse("admin:dossiers_procedure_changelist"), {"q": "tinh trang hon nhan"})
    assert version.procedure.name in page.content.decode()
    page = client.get(reverse("admin:dossiers_procedure_changelist"), {"q": "khai tử"})
    assert version.procedure.name not in page.content.decode()


def test_a_field_of_a_table_is_named_to_a_screen_reader_as_its_column_is(client_of, hanh, draft):
    page = client_of(hanh).get(page_of(draft)).content.decode()
    assert 'aria-label="Tên giấy tờ"' in page


def test_an_sees_procedures_of_his_fields_only_and_changes_none(client_of, my_tho, version):
    land = field_of_work("dat-dai", "Đất đai")
    em = make_officer("Lê Văn Em", "handling", unit=my_tho, fields=[land])
    client = client_of(em)
    assert version.procedure.name not in client.get(reverse("admin:dossiers_procedure_changelist")).content.decode()
    assert client.get(reverse("admin:dossiers_procedure_change", args=[version.procedure_id])).status_code == 404
    assert client.get(page_of(version)).status_code == 404
    assert client.get(reverse("admin:dossiers_procedure_add")).status_code == 403


# --- versions --------------------------------------------------------------------------------
def test_a_published_version_can_be_read_but_not_changed(client_of, hanh, version):
    client = client_of(hanh)
    page = client.get(page_of(version)).content.decode()
    assert 'name="_save"' not in page
    assert "Lập dự thảo mới từ phiên bản này" in page
    assert client.post(page_of(version), {"valid_from": "01/12/2030"}).status_code == 403
    version.refresh_from_db()
    assert version.valid_from == date(2026, 1, 1)


def test_hanh_changes_a_draft_and_its_parts(client_of, hanh, draft):
    client = client_of(hanh)
    data = form_of(client, draft, decision="Quyết định 01/QĐ-UBND", **{"cases-0-term_n": "5"})
    response = client.post(page_of(draft), data)
    assert response.status_code == 302, response.context["errors"]
    draft.refresh_from_db()
    assert (draft.decision, draft.cases.get().term_n) == ("Quyết định 01/QĐ-UBND", 5)


def test_hanh_publishes_a_draft_and_old_dossiers_stay_on_their_version(client_of, hanh, an, my_tho, version, draft):
    dossier = receive(by=an, unit=my_tho, version=version)
    client = client_of(hanh)
    assert client.get(reverse(f"{VERSIONS}_publish", args=[draft.pk])).status_code == 200
    client.post(reverse(f"{VERSIONS}_publish", args=[draft.pk]))
    draft.refresh_from_db()
    version.refresh_from_db()
    assert (draft.state, version.state, version.valid_to) == ("published", "replaced", date(2026, 12, 31))
    dossier.refresh_from_db()
    assert dossier.procedure_version == version


def test_a_draft_without_a_case_is_not_published_and_says_why(client_of, hanh, version):
    empty = ProcedureVersion.objects.create(procedure=version.procedure, number=2, valid_from=date(2027, 1, 1))
    response = client_of(hanh).post(reverse(f"{VERSIONS}_publish", args=[empty.pk]), follow=True)
    assert "ít nhất một trường hợp" in response.content.decode()
    empty.refresh_from_db()
    assert empty.state == "draft"


def test_a_new_draft_is_made_from_a_published_version(client_of, hanh, version):
    client, address = client_of(hanh), reverse(f"{VERSIONS}_next_draft", args=[version.pk])
    assert client.post(address, {"valid_from": "31/02/2027"}).status_code == 422
    client.post(address, {"valid_from": "01/02/2027"})
    assert version.procedure.versions.get(number=2).steps.count() == 4


def test_a_draft_may_be_thrown_away_a_published_version_never(client_of, hanh, version, draft):
    client = client_of(hanh)
    assert client.post(reverse(f"{VERSIONS}_delete", args=[version.pk]), {"post": "yes"}).status_code == 403
    client.post(reverse(f"{VERSIONS}_delete", args=[draft.pk]), {"post": "yes"})
    assert list(version.procedure.versions.all()) == [version]


@pytest.mark.parametrize("act", ["publish", "next_draft"])
def test_who_may_not_publish_does_not(client_of, an, version, draft, act):
    address = reverse(f"{VERSIONS}_{act}", args=[(draft if act == "publish" else version).pk])
    assert client_of(an).get(address).status_code == 403
    assert client_of(an).post(address, {"valid_from": "01/02/2028"}).status_code == 403
    assert version.procedure.versions.filter(state="draft").count() == 1


def test_a_wards_administrator_reads_the_provinces_catalogue_and_changes_nothing(client_of, my_tho, version, draft):
    hoa = make_officer("Bùi Thị Hoa", "administering", unit=my_tho)
    client = client_of(hoa)
    assert client.get(page_of(draft)).status_code == 200
    assert 'name="_save"' not in client.get(page_of(draft)).content.decode()
    for address in (f"{VERSIONS}_publish", f"{VERSIONS}_next_draft", f"{VERSIONS}_change", f"{VERSIONS}_delete"):
        assert client.post(reverse(address, args=[draft.pk]), {"valid_from": "01/02/2028"}).status_code == 403
    for page in ("procedure_add", "procedureversion_add"):
        assert client.get(reverse(f"admin:dossiers_{page}")).status_code == 403
    assert client.get(reverse("admin:agencies_fieldofwork_add")).status_code == 403
    with pytest.raises(PermissionDenied):
        draft.publish(by=hoa)


def test_who_publishes_for_one_field_does_not_for_another(client_of, province, version, draft):
    land = field_of_work("dat-dai", "Đất đai")
    em = make_officer("Lê Văn Em", "administering", unit=province, fields=[land])
    with pytest.raises(PermissionDenied):
        draft.publish(by=em)
    khoa = make_officer("Lê Văn Khoa", "administering", unit=province, fields=[version.procedure.field])
    draft.publish(by=khoa)


# --- keys and recalculations --------------------------------------------------------------------------------
def test_hanh_changes_and_revokes_receipt_keys(client_of, hanh):
    first = SigningKey.current(at("23/11/2026 09:00"))
    client = client_of(hanh)
    assert first.key_id in client.get(reverse("admin:dossiers_signingkey_changelist")).content.decode()
    client.post(reverse("admin:dossiers_signingkey_rotate"))
    assert SigningKey.current(at("23/11/2026 09:00")) != first
    address = reverse("admin:dossiers_signingkey_revoke", args=[first.pk])
    assert client.post(address, {"why": " "}).status_code == 422
    client.post(address, {"why": "Máy chủ bị xâm nhập"})
    first.refresh_from_db()
    assert first.revoked_why == "Máy chủ bị xâm nhập"


def test_no_page_shows_the_private_half_of_a_key(client_of, hanh):
    key = SigningKey.current(at("23/11/2026 09:00"))
    page = client_of(hanh).get(reverse("admin:dossiers_signingkey_change", args=[key.pk])).content.decode()
    assert key.public_key in page
    assert key.private_key not in page


def test_keys_are_for_those_who_keep_the_whole_house(client_of, an, dung, giang, my_tho):
    key = SigningKey.current(at("23/11/2026 09:00"))
    small = make_officer("Lê Văn Em", "administering", unit=my_tho)
    for officer in (an, dung, giang, small):
        client = client_of(officer)
        assert client.get(reverse("admin:dossiers_signingkey_changelist")).status_code == 403
        assert client.post(reverse("admin:dossiers_signingkey_rotate")).status_code == 403
        assert client.post(reverse("admin:dossiers_signingkey_revoke", args=[key.pk]), {"why": "x"}).status_code == 403
    key.refresh_from_db()
    assert (key.retired_at, key.revoked_at) == (None, None)


def test_hanh_looks_at_recalculations_and_an_does_not(client_of, hanh, an):
    address = reverse("admin:dossiers_recalculation_changelist")
    assert client_of(hanh).get(address).status_code == 200
    assert client_of(an).get(address).status_code == 403


def test_a_communes_administrator_sees_the_recalculations_of_its_own_calendar_only(client_of, hanh, my_tho, calendar):
    own = make_calendar(my_tho, name="Lịch phường Mỹ Tho")
    for each in (calendar, own):
        each.amend(document="1/QĐ", by=None, at=at("23/11/2026 09:00"), days=[Day(date(2026, 12, 24), works=False)])
    hoa = make_officer("Bùi Thị Hoa", "administering", unit=my_tho)

    def seen(officer):
        page = client_of(officer).get(reverse("admin:dossiers_recalculation_changelist"))
        return {row.revision.calendar for row in page.context["cl"].queryset}

    assert seen(hoa) == {own}
    assert seen(hanh) == {own, calendar}
    other = Recalculation.objects.filter(revision__calendar=calendar).last()
    assert client_of(hoa).get(reverse("admin:dossiers_recalculation_change", args=[other.pk])).status_code == 404


def test_who_may_only_look_at_keys_is_offered_no_act(client_of, giang, hanh):
    key = SigningKey.current(at("23/11/2026 09:00"))
    role("auditing").permissions.add(Permission.objects.get(codename="view_signingkey"))
    keys = "admin:dossiers_signingkey"
    for page, act in [
        (reverse(f"{keys}_changelist"), reverse(f"{keys}_rotate")),
        (reverse(f"{keys}_change", args=[key.pk]), reverse(f"{keys}_revoke", args=[key.pk])),
    ]:
        assert act in client_of(hanh).get(page).content.decode()
        looked = client_of(giang).get(page)
        assert looked.status_code == 200
        assert act not in looked.content.decode()
        assert client_of(giang).post(act, {"why": "x"}).status_code == 403


# --- the sidebar --------------------------------------------------------------------------------
def test_the_sidebar_offers_only_what_may_be_opened(client_of, an, hanh, my_tho):
    def offered(officer):
        client = client_of(officer)
        groups = client.get("/quan-tri/").context["sidebar_navigation"]
        links = [str(item["link"]) for group in groups for item in group["items"]]
        return {link: client.get(link).status_code for link in links}

    hoa = make_officer("Bùi Thị Hoa", "administering", unit=my_tho)
    assert set(offered(an).values()) == set(offered(hanh).values()) == set(offered(hoa).values()) == {200}
    assert reverse("admin:dossiers_signingkey_changelist") in offered(hanh)
    assert reverse("admin:dossiers_signingkey_changelist") not in offered(hoa)
    assert reverse("admin:dossiers_dossier_add") in offered(an)
    assert reverse("admin:dossiers_dossier_add") not in offered(hanh)
