import base64

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from agencies import sealed
from agencies.models import ApiKey, IdempotentRequest

OLD, NEW = ["old:" + base64.b64encode(b"o" * 32).decode()], ["new:" + base64.b64encode(b"n" * 32).decode()]
PHONE = "0912345678"


@pytest.fixture(autouse=True)
def _old_key(settings):
    settings.SEAL_KEYS = OLD


def test_a_sealed_phone_opens_again_and_shows_nothing():
    assert sealed.unseal(sealed.seal(PHONE)) == PHONE
    assert PHONE not in sealed.seal(PHONE)
    assert sealed.seal(PHONE) != sealed.seal(PHONE)


def test_after_a_rotation_old_values_open_and_new_ones_use_the_new_key(settings):
    before = sealed.seal(PHONE)
    settings.SEAL_KEYS = NEW + OLD
    assert sealed.unseal(before) == PHONE
    assert sealed.sealed_with_old_key(before)
    assert not sealed.sealed_with_old_key(sealed.seal(PHONE))


def test_a_value_whose_key_is_gone_stays_closed(settings):
    before = sealed.seal(PHONE)
    settings.SEAL_KEYS = NEW
    with pytest.raises(sealed.SealBroken):
        sealed.unseal(before)


def test_a_changed_value_stays_closed():
    text = sealed.seal(PHONE)
    flipped = text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:]
    for broken in (flipped, text[:20], "old:", "plain", ""):
        with pytest.raises(sealed.SealBroken):
            sealed.unseal(broken)


def test_the_blind_index_finds_equal_values_of_one_purpose_only(settings):
    index = sealed.blind_index(PHONE, "party-phone")
    assert index == sealed.blind_index(PHONE, "party-phone")
    assert index != sealed.blind_index(PHONE, "contact-phone")
    assert len(index) == 64
    settings.BLIND_INDEX_KEY = "another"
    assert index != sealed.blind_index(PHONE, "party-phone")


def test_a_short_key_is_named():
    with pytest.raises(ValueError, match="thin"):
        sealed._ciphers(("thin:QUJD",))


def test_nobody_searches_a_sealed_column_by_its_value():
    field = sealed.SealedTextField()
    field.name = "phone"
    with pytest.raises(FieldError, match="blind index"):
        field.get_lookup("exact")
    assert field.get_lookup("isnull")


@pytest.fixture
def kept(my_tho):
    """An answer that is kept sealed."""
    key, _plain = ApiKey.issue(unit=my_tho, name="Một cửa điện tử", at=timezone.now())
    facts = {"api_key": key, "fingerprint": "f", "claimed_at": timezone.now()}
    return [IdempotentRequest.objects.create(key=f"k-{n}", body={"phone": PHONE, "n": n}, **facts) for n in range(3)]


def test_after_resealing_the_old_key_can_be_taken_away(kept, settings, capsys):
    settings.SEAL_KEYS = NEW + OLD
    call_command("reseal")
    assert "Đã mã hóa lại 3 giá trị" in capsys.readouterr().out
    settings.SEAL_KEYS = NEW
    assert [row.body["n"] for row in IdempotentRequest.objects.order_by("pk")] == [0, 1, 2]
    call_command("reseal")
    assert "Đã mã hóa lại 0 giá trị" in capsys.readouterr().out


def test_the_database_holds_no_plain_phone(kept):
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM agencies_idempotentrequest")
        assert not any(PHONE in row[0] for row in cursor.fetchall())
