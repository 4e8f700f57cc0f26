"""The keys that sign receipts: rotation, revocation, and the commands by which people handle them."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
import segno
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from dossiers import qr
from dossiers.keyring import PublicKey, keys_document, new_key, read_keys
from dossiers.qr import Reason
from dossiers.signing import REASONS, SigningKey

MONDAY = datetime(2026, 11, 23, 1, 15, tzinfo=UTC)
TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
NUMBER = "H20.30-261123-0017"
TOKEN = qr.new_token()


def claim(received_at=MONDAY):
    return qr.Claim.about(TOKEN, number=NUMBER, unit="H20.30", received_at=received_at, due_at=FRIDAY)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


# --- the keys -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_fresh_installation_makes_its_first_key_by_itself():
    key = SigningKey.current(MONDAY)
    assert SigningKey.current(FRIDAY) == key
    assert qr.verify(key.sign(claim()), SigningKey.public_keys(), token=TOKEN).claim == claim()


@pytest.mark.django_db
def test_rotation_keeps_old_receipts_good_and_destroys_the_old_private_half():
    old = SigningKey.current(MONDAY)
    signed = old.sign(claim())
    new = SigningKey.rotate(TUESDAY)
    old.refresh_from_db()
    assert SigningKey.current(FRIDAY) == new != old
    assert old.private_key == ""
    assert qr.verify(signed, SigningKey.public_keys()).genuine
    assert qr.verify(new.sign(claim(TUESDAY)), SigningKey.public_keys()).genuine


@pytest.mark.django_db
def test_no_receipt_of_a_revoked_key_verifies_and_another_key_takes_over():
    lost = SigningKey.current(MONDAY)
    signed = lost.sign(claim())
    lost.revoke(at=TUESDAY, why="stolen backup")
    assert qr.verify(signed, SigningKey.public_keys()).reason == Reason.REVOKED_KEY
    assert SigningKey.current(TUESDAY) != lost
    lost.refresh_from_db()
    assert (lost.private_key, lost.retired_at, lost.revoked_why) == ("", TUESDAY, "stolen backup")


@pytest.mark.django_db
def test_a_second_revocation_changes_nothing():
    key = SigningKey.current(MONDAY)
    key.revoke(at=TUESDAY, why="stolen backup")
    key.revoke(at=FRIDAY, why="something else")
    key.refresh_from_db()
    assert (key.revoked_at, key.revoked_why) == (TUESDAY, "stolen backup")


@pytest.mark.django_db
def test_the_database_holds_one_key_in_use_and_its_private_half_sealed():
    key = SigningKey.current(MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKey.objects.create(key_id="second", public_key="x", private_key="y", created_at=MONDAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT private_key FROM dossiers_signingkey")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT * FROM dossiers_signingkeyevent")
        trail = str(cursor.fetchall())
    assert key.private_key not in stored
    assert stored not in trail


@pytest.mark.django_db
def test_the_published_document_has_every_key_and_no_private_half(settings):
    settings.AUTHORITY_NAME = "Ủy ban nhân dân tỉnh Đồng Tháp"
    private = SigningKey.current(MONDAY).private_key
    SigningKey.rotate(TUESDAY)
    document = SigningKey.document(FRIDAY)
    assert read_keys(document) == SigningKey.public_keys()
    assert len(document["keys"]) == 2
    assert document["issuer"] == "Ủy ban nhân dân tỉnh Đồng Tháp"
    assert private not in json.dumps(document)


def test_every_reason_has_its_words():
    assert set(REASONS) == set(Reason)


# --- rotate_receipt_key ---------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_command_changes_the_key_and_says_which(capsys):
    old = SigningKey.current(MONDAY)
    call_command("rotate_receipt_key")
    new = SigningKey.current(FRIDAY)
    said = capsys.readouterr().out
    assert f"Key {old} signs no more" in said
    assert f"Key {new} signs from now on" in said


@pytest.mark.django_db
def test_the_command_revokes_with_a_reason_only(capsys):
    key = SigningKey.current(MONDAY)
    with pytest.raises(CommandError, match="--why"):
        call_command("rotate_receipt_key", revoke=key.key_id)
    assert SigningKey.public_keys()[key.key_id].revoked_at is None
    call_command("rotate_receipt_key", revoke=key.key_id, why="stolen backup")
    assert SigningKey.public_keys()[key.key_id].revoked_why == "stolen backup"
    assert "fetch the keys now" in capsys.readouterr().out
    with pytest.raises(CommandError, match="already"):
        call_command("rotate_receipt_key", revoke=key.key_id, why="again")


@pytest.mark.django_db
def test_an_unknown_key_is_named_with_the_known_ones():
    key = SigningKey.current(MONDAY)
    with pytest.raises(CommandError, match=f"no key nothere.*{key}"):
        call_command("rotate_receipt_key", revoke="nothere", why="stolen backup")


# --- verify_receipt -------------------------------------------------------------------------------------------------
# Tests without django_db cannot reach a database: what runs here runs at another agency too.
KEY_ID, PRIVATE, PUBLIC = new_key()
URL = qr.receipt_url("https://hoso.dongthap.gov.vn", TOKEN, qr.sign(claim(), KEY_ID, PRIVATE))
FORGED = URL[:-4] + ("AAAA" if URL[-4:] != "AAAA" else "BBBB")


@pytest.fixture
def keys(tmp_path):
    document = keys_document({KEY_ID: PublicKey(public=PUBLIC, created_at=MONDAY)}, issuer="Tỉnh Đồng Tháp", at=TUESDAY)
    file = tmp_path / "receipt-keys.json"
    file.write_text(json.dumps(document))
    return file


def test_another_agency_verifies_a_scanned_receipt_without_a_database(keys, capsys):
    call_command("verify_receipt", URL, keys=keys)
    said = capsys.readouterr().out
    assert "Keys of Tỉnh Đồng Tháp as of 2026-11-24" in said
    assert f"GENUINE  {NUMBER}, received 08:15 23/11/2026 at H20.30, promised for 08:15 27/11/2026" in said


def test_the_part_after_the_hash_is_enough(keys, capsys):
    call_command("verify_receipt", URL.partition("#")[2], keys=keys)
    assert NUMBER in capsys.readouterr().out


@pytest.mark.parametrize("text", [FORGED, "Trần Thị Chi", NUMBER, "", "x" * 5000])
def test_a_forged_receipt_ends_with_an_error_and_shows_no_claim(text, keys, capsys):
    with pytest.raises(CommandError, match="0 of 1") as error:
        call_command("verify_receipt", text, keys=keys)
    assert error.value.returncode == 1
    assert "NOT GENUINE" in (said := capsys.readouterr().out)
    assert "received" not in said


def test_a_file_of_receipts_is_judged_line_by_line(keys, tmp_path, capsys):
    lines = tmp_path / "scans.txt"
    lines.write_text(f"\ufeff{URL}\r\n\r\n{FORGED}\n{URL}\n")
    with pytest.raises(CommandError, match="2 of 3 receipts are genuine"):
        call_command("verify_receipt", str(lines), keys=keys)
    assert [line[:7] for line in capsys.readouterr().out.splitlines()[1:]] == ["GENUINE", "NOT GEN", "GENUINE"]


def test_a_picture_of_the_code_is_read(keys, tmp_path, capsys):
    picture = tmp_path / "scan.png"
    segno.make(URL, error="m").save(str(picture), scale=4)
    call_command("verify_receipt", str(picture), keys=keys)
    assert NUMBER in capsys.readouterr().out


def test_a_picture_without_a_code_proves_nothing(keys, tmp_path):
    picture = tmp_path / "scan.png"
    picture.write_bytes(b"no picture")
    with pytest.raises(CommandError, match=r"scan\.png"):
        call_command("verify_receipt", str(picture), keys=keys)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "x"}', "\x00\xff"])
def test_a_broken_file_of_keys_verifies_nothing(content, keys):
    keys.write_text(content)
    with pytest.raises(CommandError, match=r"receipt-keys\.json"):
        call_command("verify_receipt", URL, keys=keys)


def test_a_key_put_under_a_trusted_name_is_found_out(keys):
    document = json.loads(keys.read_text())
    document["keys"][0]["public"] = base64.b64encode(new_key()[2]).decode()
    keys.write_text(json.dumps(document))
    with pytest.raises(CommandError, match="is another one"):
        call_command("verify_receipt", URL, keys=keys)


def test_nothing_to_verify_is_said():
    with pytest.raises(CommandError, match="at least one receipt"):
        call_command("verify_receipt")


@pytest.mark.django_db
def test_what_we_export_verifies_what_we_sign(tmp_path, capsys):
    url = qr.receipt_url("https://hoso.dongthap.gov.vn", TOKEN, SigningKey.current(MONDAY).sign(claim()))
    call_command("verify_receipt", export_keys=True)
    file = tmp_path / "receipt-keys.json"
    file.write_text(capsys.readouterr().out)
    SigningKey.objects.all().delete()
    call_command("verify_receipt", url, keys=file)
    assert NUMBER in capsys.readouterr().out


@pytest.mark.django_db
def test_the_issuer_itself_verifies_with_its_own_keys(capsys):
    url = qr.receipt_url("https://hoso.dongthap.gov.vn", TOKEN, SigningKey.current(MONDAY).sign(claim()))
    call_command("verify_receipt", url)
    assert NUMBER in capsys.readouterr().out
