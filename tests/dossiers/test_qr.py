"""The token and the signed claim in a receipt's QR: what is proved, what is refused, and what is never in it."""

import base64
import json
import re
import string
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.worktime import VIETNAM
from dossiers.keyring import BadKeys, PublicKey, key_id_of, keys_document, new_key, read_keys
from dossiers.qr import (
    GRACE,
    LONGEST_SIGNED,
    LONGEST_URL,
    BadClaim,
    Claim,
    Reason,
    new_token,
    parse_scanned,
    receipt_url,
    sign,
    verify,
)

MONDAY = datetime(2026, 11, 23, 8, 15, 42, tzinfo=VIETNAM)
FRIDAY = datetime(2026, 11, 27, 17, 0, tzinfo=VIETNAM)
KEY_ID, PRIVATE, PUBLIC = new_key()
KEYS = {KEY_ID: PublicKey(public=PUBLIC, created_at=MONDAY - timedelta(days=90))}
TOKEN = "rMxQ0x2fS1uTzL9wq7bYpA"
CHIS = Claim.about(TOKEN, number="H20.30-261123-0017", unit="H20.30", received_at=MONDAY, due_at=FRIDAY)

codes = st.from_regex(r"[0-9A-Za-z._/-]+", fullmatch=True)
moments = st.datetimes(min_value=datetime(1970, 1, 3), max_value=datetime(9999, 12, 30), timezones=st.just(VIETNAM))
tokens = st.binary(min_size=16, max_size=16).map(lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode())
claims = st.builds(
    Claim.about,
    tokens,
    number=codes.filter(lambda text: len(text) <= 60),
    unit=st.just("") | codes.filter(lambda text: len(text) <= 32),
    received_at=moments,
    due_at=st.none() | moments,
)


@given(claims)
def test_whatever_is_signed_is_read_back_and_fits_the_code(claim):
    signed = sign(claim, KEY_ID, PRIVATE)
    assert verify(signed, KEYS).claim == claim
    assert len(signed) <= LONGEST_SIGNED
    assert len(receipt_url("https://hoso.dongthap.gov.vn", TOKEN, signed)) <= LONGEST_URL


@given(claims, st.data())
def test_changing_any_letter_of_a_receipt_breaks_it(claim, data):
    signed = sign(claim, KEY_ID, PRIVATE)
    place = data.draw(st.integers(0, len(signed) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda letter: letter != signed[place]))
    verdict = verify(signed[:place] + other + signed[place + 1 :], KEYS)
    assert not verdict.genuine
    assert verdict.claim is None
    assert verdict.reason


def test_no_bit_of_a_claim_and_its_signature_can_be_turned():
    claim, signature = (decode(part) for part in sign(CHIS, KEY_ID, PRIVATE).split("."))
    for place in range(8 * len(claim)):
        assert not verify(f"{encode(turned(claim, place))}.{encode(signature)}", KEYS).genuine
    for place in range(8 * len(signature)):
        assert not verify(f"{encode(claim)}.{encode(turned(signature, place))}", KEYS).genuine


@given(st.text(max_size=300))
def test_arbitrary_text_is_no_receipt(text):
    assert not verify(text, KEYS).genuine


@given(st.binary(max_size=130))
def test_bytes_that_are_no_claim_are_refused_even_when_they_are_signed_with_our_key(raw):
    signature = sign(CHIS, KEY_ID, PRIVATE).split(".")[1]
    assert verify(f"{encode(raw)}.{signature}", KEYS).reason in set(Reason) - {Reason.REVOKED_KEY}


def test_text_that_is_too_long_is_refused_before_it_is_read():
    assert verify("A" * (LONGEST_SIGNED + 1), KEYS).reason == Reason.OVERSIZED


def test_a_claim_of_a_later_edition_is_named_as_such():
    claim, signature = (decode(part) for part in sign(CHIS, KEY_ID, PRIVATE).split("."))
    assert verify(f"{encode(bytes([2]) + claim[1:])}.{encode(signature)}", KEYS).reason == Reason.UNKNOWN_VERSION


def test_a_spelling_with_hidden_bits_is_refused():
    claim, signature = sign(CHIS, KEY_ID, PRIVATE).split(".")
    others = (signature[:-1] + letter for letter in string.ascii_letters if letter != signature[-1])
    twin = next(other for other in others if decode(other) == decode(signature))
    assert verify(f"{claim}.{twin}", KEYS).reason == Reason.MALFORMED


def test_a_key_nobody_told_us_of_proves_nothing():
    stranger, private, _ = new_key()
    assert verify(sign(CHIS, stranger, private), KEYS).reason == Reason.UNKNOWN_KEY
    assert verify(sign(CHIS, KEY_ID, PRIVATE), {}).reason == Reason.UNKNOWN_KEY


def test_a_strangers_signature_under_our_key_id_is_tampering():
    _, private, _ = new_key()
    assert verify(sign(CHIS, KEY_ID, private), KEYS).reason == Reason.TAMPERED


def test_a_revoked_key_is_believed_no_more():
    revoked = {KEY_ID: replace(KEYS[KEY_ID], revoked_at=FRIDAY, revoked_why="stolen laptop")}
    verdict = verify(sign(CHIS, KEY_ID, PRIVATE), revoked)
    assert (verdict.reason, verdict.claim, verdict.key_id) == (Reason.REVOKED_KEY, None, KEY_ID)


def test_rotation_keeps_the_receipts_that_were_signed_before():
    newer, newer_private, public = new_key()
    keys = {
        KEY_ID: replace(KEYS[KEY_ID], retired_at=MONDAY + timedelta(days=1)),
        newer: PublicKey(public=public, created_at=MONDAY + timedelta(days=1)),
    }
    later = replace(CHIS, received_at=MONDAY + timedelta(days=2))
    assert verify(sign(CHIS, KEY_ID, PRIVATE), keys).genuine
    assert verify(sign(later, newer, newer_private), keys).genuine
    assert verify(sign(later, KEY_ID, PRIVATE), keys).reason == Reason.RETIRED_KEY


def test_a_receipt_written_while_the_key_was_changed_is_still_good():
    keys = {KEY_ID: replace(KEYS[KEY_ID], retired_at=MONDAY - GRACE)}
    assert verify(sign(CHIS, KEY_ID, PRIVATE), keys).genuine


def test_a_claim_does_not_pass_for_another_dossiers_token():
    signed = sign(CHIS, KEY_ID, PRIVATE)
    assert verify(signed, KEYS, token=TOKEN).genuine
    assert verify(signed, KEYS, token=new_token()).reason == Reason.OTHER_TOKEN


def test_moments_are_cut_to_the_minute_and_a_due_date_may_be_missing():
    waiting = replace(CHIS, due_at=None)
    claim = verify(sign(waiting, KEY_ID, PRIVATE), KEYS).claim
    assert claim.received_at == datetime(2026, 11, 23, 1, 15, tzinfo=UTC)
    assert claim.due_at is None


@given(
    st.text(alphabet="aăâđêôơưáàảãạ NguyễnThịChi,@", min_size=1).filter(lambda text: not text.isascii() or " " in text)
)
def test_a_claim_takes_codes_only_so_that_no_name_slips_in(text):
    with pytest.raises(BadClaim):
        replace(CHIS, number=text)
    with pytest.raises(BadClaim):
        replace(CHIS, unit=text)


@given(
    claims,
    st.sampled_from(["Trần Thị Chi", "Nguyễn Văn An"]),
    st.from_regex(r"0[35789][0-9]{8}", fullmatch=True),
    st.from_regex(r"0[0-9]{11}", fullmatch=True),
)
def test_nothing_of_a_person_is_in_the_code(claim, name, phone, identity):
    claim = replace(claim, number="H20.30-261123-0017", unit="H20.30")
    signed = sign(claim, KEY_ID, PRIVATE)
    carried = decode(signed.split(".")[0])
    url = receipt_url("https://hoso.dongthap.gov.vn", TOKEN, signed)
    for secret in (name, phone, identity):
        assert secret.encode() not in carried
    assert phone not in url
    assert identity not in url
    assert {field.name for field in fields(Claim)} == {"number", "unit", "received_at", "due_at", "token_digest"}


@pytest.mark.parametrize(
    "wrong",
    [{"received_at": datetime(2026, 11, 23)}, {"received_at": datetime(1950, 1, 1, tzinfo=UTC)}, {"number": ""},
     {"number": "1" * 61}, {"unit": "H" * 33}, {"token_digest": b"short"}],
)  # fmt: skip
def test_facts_that_do_not_fit_are_named(wrong):
    with pytest.raises(BadClaim, match=next(iter(wrong))):
        replace(CHIS, **wrong)


def test_tokens_are_128_bits_and_never_the_same():
    drawn = {new_token() for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(len(decode(token)) == 16 for token in drawn)


def test_an_address_too_long_to_scan_is_refused():
    with pytest.raises(BadClaim):
        receipt_url("https://" + "a" * 300 + ".vn", TOKEN, "x" * LONGEST_SIGNED)


@pytest.mark.parametrize(
    "shape",
    ["{base}/hs/{token}/#{signed}", "  {base}/hs/{token}/#{signed}\n", "{base}/hs/{token}#{signed}",
     "{base}/vi/hs/{token}/?fbclid=xyz#{signed}", "{base}/hs/{token}/%23{signed}", "hoso.gov.vn/hs/{token}/#{signed}"],
)  # fmt: skip
def test_an_address_gives_token_and_claim_however_it_was_passed_on(shape):
    signed = sign(CHIS, KEY_ID, PRIVATE)
    scanned = parse_scanned(shape.format(base="https://hoso.dongthap.gov.vn", token=TOKEN, signed=signed))
    assert (scanned.token, scanned.signed) == (TOKEN, signed)


def test_a_part_of_the_address_is_enough():
    signed = sign(CHIS, KEY_ID, PRIVATE)
    assert parse_scanned(f" {TOKEN} ").token == TOKEN
    assert parse_scanned(f"https://hoso.dongthap.gov.vn/hs/{TOKEN}/").token == TOKEN
    assert parse_scanned(f"#{signed}").signed == signed
    assert parse_scanned(signed).signed == signed
    assert parse_scanned(f"{signed[:60]}\n{signed[60:]}").signed == signed


@pytest.mark.parametrize(
    "text", ["", "H20.30-261123-0017", "https://evil.example/hs/short/", "Trần Thị Chi", "/hs/" + "x" * 23]
)
def test_what_is_no_receipt_has_neither_token_nor_claim(text):
    scanned = parse_scanned(text)
    assert (scanned.token, scanned.signed) == (None, None)


@given(st.text(max_size=5000))
def test_any_scanned_text_is_taken_without_complaint(text):
    scanned = parse_scanned(text)
    assert scanned.signed is None or not verify(scanned.signed, KEYS).genuine


# --- the file of public keys ----------------------------------------------------------------------------------------
def document(**changes):
    made = keys_document(KEYS, issuer="Ủy ban nhân dân tỉnh Đồng Tháp", at=MONDAY)
    made["keys"][0].update(changes)
    return json.loads(json.dumps(made))


def test_another_agency_reads_the_keys_we_export():
    assert read_keys(document()) == KEYS
    assert PRIVATE.hex() not in json.dumps(document())
    assert base64.b64encode(PRIVATE).decode() not in json.dumps(document())


def test_a_revocation_travels_with_the_keys():
    keys = {KEY_ID: replace(KEYS[KEY_ID], revoked_at=FRIDAY, revoked_why="mất máy")}
    made = json.loads(json.dumps(keys_document(keys, issuer="", at=FRIDAY)))
    assert verify(sign(CHIS, KEY_ID, PRIVATE), read_keys(made)).reason == Reason.REVOKED_KEY


@pytest.mark.parametrize(
    "changes",
    [{"id": "aaaaaaaa"}, {"public": base64.b64encode(new_key()[2]).decode()}, {"public": "AAAA"}, {"public": None},
     {"algorithm": "none"}, {"created_at": "yesterday"}, {"created_at": "2026-11-23T08:00:00"}, {"revoked_at": 5}],
)  # fmt: skip
def test_a_changed_file_of_keys_is_refused_whole(changes):
    with pytest.raises(BadKeys):
        read_keys(document(**changes))


@pytest.mark.parametrize("wrong", [None, [], {}, "keys", {"format": "other", "keys": []}, {**document(), "keys": [7]}])
def test_what_is_no_file_of_keys_is_refused(wrong):
    with pytest.raises(BadKeys):
        read_keys(wrong)


def test_a_key_given_twice_is_refused():
    twice = document()
    twice["keys"] *= 2
    with pytest.raises(BadKeys):
        read_keys(twice)


def test_a_key_id_is_the_fingerprint_of_its_key():
    assert key_id_of(PUBLIC) == KEY_ID
    assert re.fullmatch(r"[a-z2-7]{8}", KEY_ID)


# --- the layout as it is published ----------------------------------------------------------------------------------
def test_the_verifier_printed_in_the_docs_agrees_with_ours():
    text = (Path(__file__).parents[2] / "docs" / "receipts.md").read_text()
    theirs = {}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1], theirs)
    signed = sign(CHIS, KEY_ID, PRIVATE)
    facts = theirs["check"](signed, document())
    assert (facts["number"], facts["unit"]) == (CHIS.number, CHIS.unit)
    assert (facts["received_at"], facts["due_at"]) == (CHIS.received_at, CHIS.due_at)
    with pytest.raises(theirs["InvalidSignature"]):
        theirs["check"](signed[:-3] + "AAA", document())


def test_the_example_in_the_docs_still_verifies():
    text = (Path(__file__).parents[2] / "docs" / "receipts.md").read_text()
    example = json.loads(re.search(r"```json\n(.*?)```", text, re.DOTALL)[1])
    scanned = parse_scanned(re.search(r"https://\S+/hs/\S+#\S+\.\S{86}", text)[0])
    verdict = verify(scanned.signed, read_keys(example), token=scanned.token)
    assert verdict.genuine
    assert verdict.claim.number == "H20.30-261123-0017"


def encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def turned(raw, place):
    return bytes(byte ^ (1 << place % 8) if place // 8 == index else byte for index, byte in enumerate(raw))
