"""Letters as programs of all kinds write them, fetched over a real IMAP conversation and read."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.channels.base import Never, TryAgain, adapter_for
from portal.channels.email import heads, plain
from portal.channels.email.structure import structure_in
from portal.channels.states import State
from tests.channels.fakes import HCM, NINE
from tests.channels.imapserver import DROP, ENDLESS, NO, imap_server

FOLDER = Path(__file__).parent / "letters"
SAID = "Ổ gà sâu trước số 12 Lý Thường Kiệt.\nXin sửa sớm."


@pytest.fixture
def server(settings):
    settings.DEFAULT_FROM_EMAIL = "Một Cửa Đồng Tháp <hotro@motcua.example>"
    with imap_server() as server:
        settings.MAIL_IN_URL = server.url
        yield server


def letter(name):
    return (FOLDER / f"{name}.eml").read_bytes()


def collected(at=NINE):
    return list(adapter_for("email").collect(at=at))


def read(server, name, **how):
    server.post(letter(name), **how)
    [arrival] = collected()
    return adapter_for("email").read(arrival.event, arrival.body)


SAME = [
    "utf8_8bit", "quoted_printable", "base64_text", "windows_1258", "windows_1258_unnamed", "charset_nobody_knows",
    "charset_that_is_a_trap", "decomposed", "raw_utf8_head", "no_mime", "html_only", "outlook_html",
    "outlook_plain_reply", "gmail_reply", "gmail_reply_html", "english_reply", "signature", "original_message",
    "forwarded_without_a_word", "broken_multipart", "broken_base64", "hidden_signs", "date_1970", "date_2099",
    "proven",
]  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_whatever_program_chi_writes_with_it_says_the_same(server, name):
    said = read(server, name)
    assert (said.kind, said.sender, said.text) == ("text", "chi@example.org", SAID)
    assert said.subject == "Ổ gà"
    assert said.answer_to["email"] == "chi@example.org"
    assert said.at == NINE


def test_her_name_and_number_and_what_she_answers_are_known(server):
    said = read(server, "gmail_reply")
    assert (said.name, said.thread, said.parent) == ("Trần Thị Chi", "<gmail@mail.example.org>", "<abc@motcua.example>")
    assert said.answer_to == {"email": "chi@example.org", "in_reply_to": "<gmail@mail.example.org>"}
    assert not adapter_for("email").converses


@pytest.mark.parametrize(("name", "text"), [("iphone_with_photo", SAID.replace("\n", "\n\n")), ("nested_deep", SAID)])
def test_a_photo_is_fetched_when_it_is_wanted_and_a_logo_never(server, name, text):
    said = read(server, name)
    assert (said.kind, said.text, len(said.photos)) == ("photo", text, 1)
    assert adapter_for("email").fetch(said.photos[0])[:3] == b"\xff\xd8\xff"


def test_an_archive_is_named_and_never_opened(server):
    said = read(server, "zip_bomb")
    assert (said.kind, said.text, said.photos, said.attached) == ("text", SAID, (), (("file", "ho-so.zip", ""),))
    assert not any("PEEK[2]" in words for words in server.said)


def test_of_forty_parts_the_first_are_read(server):
    said = read(server, "spam_of_forty_parts")
    assert said.text.startswith("Câu thứ 1.")
    assert "Câu thứ 9." not in said.text


def test_a_letter_of_thirty_megabytes_costs_its_text(server):
    kept = server.post(letter("iphone_with_photo").replace(b"\r\n", b"\n"))
    grown = b"A" * 76 + b"\r\n"
    kept.raw = kept.raw.replace(b"/9j/", b"/9j/" + grown * 400_000)
    [arrival] = collected()
    said = adapter_for("email").read(arrival.event, arrival.body)
    assert (said.text, said.photos, said.attached[0][1]) == (SAID.replace("\n", "\n\n"), (), "IMG_0042.jpg")
    assert server.sent < 20_000


def test_a_text_without_an_end_is_cut(server):
    server.post(letter("utf8_8bit") + "Ổ gà. ".encode() * 1_000_000)
    [arrival] = collected()
    assert server.sent < 260_000
    assert len(adapter_for("email").read(arrival.event, arrival.body).text) <= plain.LONGEST


@pytest.mark.parametrize("name", ["vacation", "vacation_old_style", "mailing_list", "noreply", "bounce_delayed",
                                  "bounce_of_a_stranger"])  # fmt: skip
def test_a_machine_is_known_as_one(server, name):
    assert read(server, name).kind == "automatic"


@pytest.mark.parametrize("name", ["our_own", "another_house"])
def test_our_own_letters_and_those_of_another_house_are_echoes(server, name):
    assert read(server, name).kind == "echo"


def test_a_letter_of_ours_that_came_back_is_a_receipt(server):
    number = "0123456789abcdef0123456789abcdef"
    assert read(server, "bounce").receipt == (State.FAILED, (f"<{number}@motcua.example>",), number)


@pytest.mark.parametrize("name", ["no_from", "from_that_is_no_address"])
def test_who_gives_no_address_is_left_to_a_person(server, name):
    said = read(server, name)
    assert (said.kind, said.sender, said.answer_to) == ("doubtful", "", None)


@pytest.mark.parametrize(("name", "kind"), [("spoofed", "doubtful"), ("forged_proof", "doubtful"), ("proven", "text")])
def test_a_borrowed_name_is_left_to_a_person_where_our_own_server_says_so(server, settings, name, kind):
    settings.MAIL_AUTHSERV_ID = "mx.motcua.example"
    assert read(server, name).kind == kind


def test_without_the_name_of_our_server_nobodys_word_about_the_sender_counts(server):
    assert read(server, "spoofed").kind == "text"


def test_line_breaks_in_a_name_or_subject_reach_no_head_of_ours(server):
    said = read(server, "header_injection")
    assert (said.subject, said.name) == ("Ổ gà Bcc: all@example.org", "Chi Bcc: x@example.org")
    assert said.answer_to["email"] == "chi@example.org"  # and not whom Reply-To names


def test_a_number_that_is_a_command_is_no_number(server):
    said = read(server, "evil_number")
    assert said.answer_to == {"email": "chi@example.org"}
    assert said.thread == f"{server.validity}/1"


def test_without_date_and_number_a_letter_is_still_one(server):
    said = read(server, "no_date_no_number")
    assert (said.text, said.at, said.name) == ("Ổ gà sâu.", NINE, "")


def test_an_empty_letter_says_nothing(server):
    said = read(server, "empty")
    assert (said.kind, said.subject, said.text) == ("text", "", "")


def test_when_it_came_is_what_our_server_says_but_never_in_the_future(server):
    assert read(server, "utf8_8bit", came_at="31-Dec-2026 09:00:00 +0700").at == NINE
    server.folders["INBOX"].clear()
    early = read(server, "utf8_8bit", came_at=" 1-Nov-2026 09:00:00 +0700")
    assert early.at == datetime(2026, 11, 1, 9, tzinfo=HCM)


# --- the mailbox ----------------------------------------------------------------------------------------------------
def test_a_taken_letter_is_read_and_goes_where_the_settings_say_and_its_photo_is_still_found(server, settings):
    settings.MAIL_IN_FOLDER = "Đã nhận"
    said = read(server, "iphone_with_photo")
    assert server.folders["INBOX"] == []
    assert [kept.flags for kept in server.folders["&ARAA4w- nh&Hq0-n"]] == [{"\\Seen"}]
    assert adapter_for("email").fetch(said.photos[0])[:3] == b"\xff\xd8\xff"


def test_where_no_letter_may_be_moved_it_stays_and_the_next_one_comes(server, settings):
    settings.MAIL_IN_FOLDER = "Đã nhận"
    server.faults["MOVE", ""] = NO
    server.post(letter("iphone_with_photo"))
    server.post(letter("signature"))
    first, _second = collected()
    assert (server.unread(), len(server.folders["INBOX"])) == ([], 2)
    photo = adapter_for("email").read(first.event, first.body).photos[0]
    assert adapter_for("email").fetch(photo)[:3] == b"\xff\xd8\xff"


def test_a_server_that_cannot_move_copies(server, settings):
    settings.MAIL_IN_FOLDER, server.capabilities = "Xong", "IMAP4rev1"
    server.post(letter("signature"))
    assert len(collected()) == 1
    assert [kept.flags for kept in server.folders["Xong"]] == [{"\\Seen"}]
    assert server.folders["INBOX"][0].flags == {"\\Seen", "\\Deleted"}


def test_a_letter_that_was_not_stored_is_not_marked(server):
    server.post(letter("utf8_8bit"))
    arrivals = adapter_for("email").collect(at=NINE)
    next(arrivals)
    arrivals.close()
    assert server.unread() == [1]


def test_the_oldest_come_first_and_no_more_than_a_round_takes(server, settings):
    settings.MAIL_IN_A_ROUND = 2
    for name in ("utf8_8bit", "signature", "html_only"):
        server.post(letter(name))
    assert len(collected()) == 2
    assert server.unread() == [3]
    assert len(collected()) == 1


def test_the_same_letter_has_one_mark_wherever_it_lies_and_another_letter_its_own(server):
    for raw in (letter("utf8_8bit"), letter("utf8_8bit"), letter("utf8_8bit").replace(b"08:58", b"08:59")):
        server.post(raw)
    first, second, other = (arrival.mark for arrival in collected())
    assert first == second != other


@pytest.mark.parametrize("step", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STRUCTURE", "STORE"])
@pytest.mark.parametrize("fault", [DROP, NO])
def test_wherever_the_visit_breaks_off_it_is_tried_again_and_nothing_is_lost(server, step, fault):
    server.post(letter("utf8_8bit"))
    server.faults[step, ""] = fault
    with pytest.raises(TryAgain):
        collected()
    server.faults.clear()
    assert len(collected()) == 1
    assert server.unread() == []


def test_a_letter_that_breaks_every_visit_is_left_to_a_person_and_holds_up_nobody(server):
    server.post(letter("utf8_8bit"))
    server.post(letter("signature"))
    server.faults["STRUCTURE", "1"] = ENDLESS
    with pytest.raises(TryAgain):
        collected()
    broken, whole = (adapter_for("email").read(arrival.event, arrival.body) for arrival in collected())
    assert (broken.kind, broken.sender, broken.text) == ("doubtful", "chi@example.org", "")
    assert (whole.kind, whole.text) == ("text", SAID)


def test_a_mailbox_that_is_not_there_is_tried_again(settings):
    settings.MAIL_IN_URL = "imap://thu:x@127.0.0.1:1/INBOX"
    with pytest.raises(TryAgain, match="no connection"):
        collected()


def test_without_a_mailbox_nothing_is_asked(settings):
    settings.MAIL_IN_URL = ""
    assert collected() == []


@pytest.mark.parametrize("address", ["mail:1/1/1/base64/", "https://example.org/1.jpg", "mail:1/1 FETCH/1/base64/", ""])
def test_only_a_picture_of_a_letter_that_is_there_is_fetched(server, address):
    with pytest.raises(Never):
        adapter_for("email").fetch(address)


# --- whatever strangers send ----------------------------------------------------------------------------------------
WORDS = st.sampled_from(
    [b"(", b")", b'"', b'"text"', b'"plain"', b"NIL", b"12", b"{3}", b"BODYSTRUCTURE", b" ", b"\xe1"]
)


@given(st.lists(WORDS | st.binary(max_size=4), max_size=80).map(b"".join))
def test_a_structure_is_one_or_is_refused(said):
    try:
        whole = structure_in([b"1 (UID 1 BODYSTRUCTURE (" + said + b"))"])
    except ValueError:
        return
    assert all(re.fullmatch(r"[\d.]*", part.number) for part in whole.walk())


@given(st.binary(max_size=400))
def test_no_head_is_too_broken_to_be_read(head):
    fields = heads.fields_of(b"From: " + head)
    assert fields.sender[1] == heads.usable(fields.sender[1])
    assert not set("\r\n\0") & set(fields.words("from") + fields.sender[0])


@given(st.binary(max_size=400), st.sampled_from(["", "utf-8", "windows-1258", "utf-7", "iso-2022-jp", "punycode", "x"]))
def test_no_text_is_too_broken_to_be_read(content, charset):
    for encoding in ("base64", "quoted-printable", "8bit"):
        said = plain.text_of(plain.opened(content, encoding), charset)
        for text in (plain.own_words(said), plain.own_words(plain.lines_of_html(said))):
            assert text == plain.tidied(text)


# --- settings -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("imaps://host/INBOX", "no user, no password"),
        ("imaps://thu:bi-mat@/INBOX", "no host"),
        ("https://thu:bi-mat@host", "imaps://"),
        ("imaps://thu:bi-mat@host:x/INBOX", "no address"),
        ("imaps://thu:bi-mat-ẩn@host/INBOX", "ASCII"),
    ],
)
def test_a_half_set_mailbox_is_told_without_its_password(settings, url, words):
    settings.MAIL_IN_URL = url
    [(problem, hint)] = adapter_for("email").problems()
    assert words in problem
    assert "bi-mat" not in problem + hint


def test_production_sends_no_password_in_the_open_and_answers_who_writes(settings):
    settings.MAIL_IN_URL, settings.EMAIL_URL, settings.ENVIRONMENT = "imap://thu:x@host", "", "production"
    assert [problem for problem, _hint in adapter_for("email").problems()] == [
        "MAIL_IN_URL sends its password in the open", "letters come in, and none can be answered",
    ]  # fmt: skip
    settings.MAIL_IN_URL, settings.EMAIL_URL = "imaps://thu:x%2Fy@host", "smtp://host"
    assert adapter_for("email").problems() == []


def test_a_name_for_the_senders_proof_without_a_mailbox_is_told(settings):
    settings.MAIL_AUTHSERV_ID = "mx.motcua.example"
    assert "no letter comes in" in adapter_for("email").problems()[0][0]


def test_the_newest_quote_is_found_however_a_program_breaks_its_line():
    head = "Vào Th 2, 23 thg 11, 2026\nvào lúc 08:00\nMột Cửa\n<hotro@motcua.example> đã viết:"
    assert plain.own_words(f"{SAID}\n\n{head}\n> cũ") == SAID
    kept = "Vào buổi tối đường rất tối.\nOn the road is a hole."
    assert plain.own_words(kept) == kept
