"""Through the staff's door with and without a second factor."""

import re
from itertools import count

import pytest
from axes.models import AccessAttempt
from django.conf import settings as django_settings
from django.core.cache import cache
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.models import Phone
from tests.people import PASSWORD, make_officer

LOGIN, HOME, FACTOR = "/quan-tri/login/", "/quan-tri/", "/quan-tri/xac-thuc-hai-lop/"
_steps = count(-1)


@pytest.fixture(autouse=True)
def _clean(db, settings):
    settings.OTP_TOTP_THROTTLE_FACTOR = settings.OTP_STATIC_THROTTLE_FACTOR = 0
    cache.clear()


def _token(device):
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    return f"{totp.token():06}"


def _enrol(client):
    """The browser of somebody who is logged in sets up a phone; returns the device."""
    assert client.get(FACTOR).status_code == 200
    device = TOTPDevice.objects.get(confirmed=False)
    response = client.post(FACTOR, {"token": _token(device)})
    assert response.status_code == 200
    device.refresh_from_db()
    # A code counts once; the next half minute is not waited for.
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1)
    return device, re.findall(r"<li><code>(\w+)</code></li>", response.content.decode())


def _log_in(client, officer, token="", password=PASSWORD):
    return client.post(LOGIN, {"username": officer.username, "password": password, "token": token})


def _is_in(client):
    return client.get(HOME).status_code == 200


def test_an_without_a_device_logs_in_with_her_password(client, an):
    assert _log_in(client, an).status_code == 302
    assert _is_in(client)


def test_an_enrols_her_phone_and_needs_it_from_then_on(client, client_of, an):
    device, codes = _enrol(client_of(an))
    assert device.confirmed
    assert len(set(codes)) == 10
    assert _log_in(client, an).status_code == 200
    assert not _is_in(client)
    assert _log_in(client, an, "000000").status_code == 200
    assert not _is_in(client)
    assert _log_in(client, an, _token(device)).status_code == 302
    assert _is_in(client)


def test_a_wrong_code_is_told_like_a_wrong_password(client, client_of, an):
    _enrol(client_of(an))
    answers = [_log_in(client, an, "000000"), _log_in(client, an, "", "sai mật khẩu")]
    errors = [answer.context["form"].non_field_errors() for answer in answers]
    assert errors[0] == errors[1]


def test_guessing_codes_is_locked_like_guessing_passwords(client, client_of, an, binh):
    device, _codes = _enrol(client_of(an))
    for _attempt in range(django_settings.AXES_FAILURE_LIMIT):
        response = _log_in(client, an, "000000")
    assert response.status_code == 429
    assert _log_in(client, an, _token(device)).status_code == 429
    # The office is not locked with her: Bình sits behind the same address.
    assert _log_in(client, binh).status_code == 302


def test_a_recovery_code_opens_the_door_once(client, client_of, an):
    _device, codes = _enrol(client_of(an))
    assert _log_in(client, an, codes[0].upper()).status_code == 302
    client.logout()
    assert _log_in(client, an, codes[0]).status_code == 200
    assert _log_in(client, an, codes[1]).status_code == 302


def test_a_code_of_the_phone_counts_once(client, client_of, an):
    device, _codes = _enrol(client_of(an))
    token = _token(device)
    assert _log_in(client, an, token).status_code == 302
    client.logout()
    assert _log_in(client, an, token).status_code == 200


def test_somebody_elses_code_opens_nothing(client, client_of, an, binh):
    device, codes = _enrol(client_of(an))
    _enrol(client_of(binh))
    for token in (_token(device), codes[0]):
        assert _log_in(client, binh, token).status_code == 200
        assert not _is_in(client)


def test_a_session_from_before_must_prove_the_new_factor(client_of, an):
    elsewhere = client_of(an)
    device, _codes = _enrol(client_of(an))
    response = elsewhere.get(HOME + "agencies/unit/?q=x")
    assert response.status_code == 302
    assert response["Location"].startswith(FACTOR)
    assert elsewhere.post(response["Location"], {"token": "000000"}).status_code == 200
    response = elsewhere.post(response["Location"], {"token": _token(device)})
    assert response["Location"] == "/quan-tri/agencies/unit/?q=x"
    assert _is_in(elsewhere)


def test_where_it_is_required_nobody_works_before_enrolling(client, an, settings):
    settings.STAFF_TOTP = "required"
    assert _log_in(client, an).status_code == 302
    for page in (HOME, HOME + "agencies/unit/", HOME + "autocomplete/", HOME + "password_change/"):
        assert client.get(page)["Location"].startswith(FACTOR)
    assert client.post(HOME + "agencies/unit/add/", {}).status_code == 302
    _enrol(client)
    assert _is_in(client)


def test_the_way_back_leads_nowhere_else(client_of, an):
    elsewhere = client_of(an)
    device, _codes = _enrol(client_of(an))
    response = elsewhere.post(f"{FACTOR}?next=https://evil.example/", {"token": _token(device)})
    assert response["Location"] == reverse("admin:index")


def test_a_wrong_first_code_confirms_nothing(client_of, an):
    client = client_of(an)
    client.get(FACTOR)
    assert client.post(FACTOR, {"token": "000000"}).status_code == 200
    assert not TOTPDevice.objects.filter(confirmed=True).exists()
    assert not StaticDevice.objects.exists()


def test_the_secret_is_drawn_without_foreign_help_and_not_shown_again(client_of, an):
    client = client_of(an)
    page = client.get(FACTOR).content.decode()
    assert "<svg" in page
    assert "data:" not in page[page.index("<svg") : page.index("</svg>")]
    secret = re.search(r'id="totp-secret">(\w+)<', page)[1]
    _enrol(client)
    assert secret not in client.get(FACTOR).content.decode()


def test_new_recovery_codes_end_the_old_ones(client, client_of, an):
    browser = client_of(an)
    _device, old = _enrol(browser)
    new = re.findall(r"<li><code>(\w+)</code></li>", browser.post(FACTOR).content.decode())
    assert not set(new) & set(old)
    assert _log_in(client, an, old[0]).status_code == 200
    assert _log_in(client, an, new[0]).status_code == 302


def test_the_page_is_closed_to_those_not_logged_in(client):
    assert LOGIN in client.get(FACTOR)["Location"]


def test_an_open_session_must_prove_the_factor_that_another_one_enrols(client_of, an):
    elsewhere = client_of(an)
    assert _is_in(elsewhere)
    _enrol(client_of(an))
    assert elsewhere.get(HOME)["Location"].startswith(FACTOR)


def test_an_address_with_a_forged_prefix_leads_past_no_second_factor(client_of, an):
    _enrol(client_of(an))
    elsewhere = client_of(an)
    response = elsewhere.get(HOME, SCRIPT_NAME="/account")
    assert response.status_code == 302
    assert "xac-thuc" in response["Location"] or FACTOR in response["Location"]


def test_an_administrator_with_fewer_rights_neither_forgets_the_factor_nor_sets_a_first_password(client_of, an, my_tho):
    hoa = make_officer("Bùi Thị Hoa", "administering", unit=my_tho, username="hoa")
    officer = reverse("admin:agencies_officer_change", args=[an.pk])
    password = reverse("admin:auth_user_password_change", args=[an.pk])
    forget = reverse("admin:agencies_officer_forget_second_factor", args=[an.pk])
    form = {"password1": "tôi-chiếm-quyền-1", "password2": "tôi-chiếm-quyền-1", "usable_password": "true"}
    client = client_of(hoa)
    browser = client_of(an)  # An has been in, without a second factor: a new password would be all it takes
    for url in (password, forget):
        assert client.post(url, form)["Location"] == officer
        assert "có quyền mà bạn không có" in client.get(officer).content.decode()
    _enrol(browser)
    assert client.post(forget)["Location"] == officer
    assert TOTPDevice.objects.filter(user=an, confirmed=True).exists()
    assert client.post(password, form).status_code == 302  # the phone in An's hand still stands in the way
    an.refresh_from_db()
    assert an.check_password("tôi-chiếm-quyền-1")


def test_a_head_who_was_never_in_is_nobodys_to_become(client_of, my_tho):
    hoa = make_officer("Bùi Thị Hoa", "administering", unit=my_tho, username="hoa")
    head = make_officer("Phạm Thị Mai Lan", "leading", unit=my_tho, username="lan")
    password = reverse("admin:auth_user_password_change", args=[head.pk])
    form = {"password1": "tôi-chiếm-quyền-1", "password2": "tôi-chiếm-quyền-1", "usable_password": "true"}
    client = client_of(hoa)
    assert "officer" in client.post(password, form)["Location"]
    appointment = reverse("admin:agencies_appointment_delete", args=[head.appointments.get().pk])
    assert client.post(appointment, {"post": "yes"}).status_code == 403  # nor by taking the role away for a moment
    bulk = {"action": "delete_selected", "_selected_action": [head.appointments.get().pk], "post": "yes"}
    client.post(reverse("admin:agencies_appointment_changelist"), bulk)
    assert head.appointments.exists()
    head.refresh_from_db()
    assert not head.check_password("tôi-chiếm-quyền-1")


def test_a_recovery_code_beside_a_wrong_password_is_kept_nowhere(client, client_of, an):
    _device, codes = _enrol(client_of(an))
    _log_in(client, an, codes[0], password="sai")
    kept = AccessAttempt.objects.values_list("post_data", "get_data", "username")
    assert kept
    assert codes[0] not in str(list(kept))


def test_who_holds_the_same_rights_lets_an_enrol_anew(client, client_of, an, my_tho):
    hoa = make_officer("Bùi Thị Hoa", "administering", "receiving", "handling", unit=my_tho, username="hoa")
    _enrol(client_of(an))
    url = reverse("admin:agencies_officer_forget_second_factor", args=[an.pk])
    assert client_of(hoa).get(url).status_code == 200
    assert client_of(hoa).post(url).status_code == 302
    assert _log_in(client, an).status_code == 302
    trail = Phone.trail.rel.related_model.objects.order_by("pgh_id")
    assert [(line.pgh_label, line.pgh_context["by"]) for line in trail] == [
        ("insert", f"officer:{an.pk}"),
        ("update", f"officer:{an.pk}"),
        ("delete", f"officer:{hoa.pk}"),
    ]
    assert "key" not in {field.name for field in trail.model._meta.fields}


def test_an_officer_who_left_cannot_log_in(client, an):
    an.is_active = False
    an.save()
    assert _log_in(client, an).status_code == 200
    assert not _is_in(client)


def test_the_log_in_is_in_the_trail_under_the_officers_own_name(client, an):
    before = an.trail.count()
    an.title = "x"
    _log_in(client, an)
    assert an.trail.count() == before  # last_login is no change worth a line
