"""Phone numbers as keys: found by the whole number, proven by the last four digits, never stored in clear."""

from agencies.sealed import blind_index


def phone_digits(text):
    """The national form of a phone number: +84 912 345 678 and 0912.345.678 are one."""
    digits = "".join(c for c in text or "" if c.isdigit())
    return f"0{digits[2:]}" if digits.startswith("84") and len(digits) >= 11 else digits


def phone_index(phone):
    return blind_index(phone_digits(phone), "phone") if phone else ""


def phone_proof(key, last_four):
    """What is stored of a phone's last four digits: bound to this dossier, so that equal digits do not look equal."""
    return blind_index(f"{key}:{last_four}", "phone-last-four")


def phone_proofs(key, phones):
    """What a dossier stores of its parties' phones. Fewer than four digits prove nothing, and no proof is no proof."""
    last_fours = {phone_digits(phone)[-4:] for phone in phones if phone}
    return sorted(phone_proof(key, digits) for digits in last_fours if len(digits) == 4)
