"""Templates by UID and by phone: the same texts, two hosts, two tables of numbers."""

import hashlib

import pytest

from tests.sandbox.driving import DOSSIER

OTP = {"otp": "482913"}
NEWS = {"noi_dung": "Ngày hội chuyển đổi số"}


def without(name):
    return {key: value for key, value in DOSSIER.items() if key != name}


def test_chi_gets_the_dossiers_news_by_uid_without_ever_having_spoken(sandbox):
    answer = sandbox.template("chi")
    assert answer["error"] == 0
    assert set(answer["data"]) == {"message_id", "user_id", "sent_time", "quota"}
    assert answer["data"]["quota"]["quota_type"] == "purchase_quota"
    effect = sandbox.ledger()[0]
    assert effect["template_id"] == "100001"
    assert "Hồ sơ Đang xử lý" in effect["text"]
    assert "Mã hồ sơ: H20.30-261123-0001" in effect["text"]


def test_chi_gets_it_by_phone_with_the_senders_own_id(sandbox):
    answer = sandbox.by_phone(tracking_id="hs-2026-0001")
    assert answer["error"] == 0
    assert set(answer["data"]) == {"msg_id", "sent_time", "sending_mode", "quota"}
    assert answer["data"]["quota"] == {"dailyQuota": "5000", "remainingQuota": "4999"}
    assert sandbox.ledger(tracking_id="hs-2026-0001")[0]["to"] == "chi"


@pytest.mark.parametrize(
    ("data", "by_uid", "by_phone"),
    [
        ({"khong_co": "x"}, -201, -1122),
        (without("ma_ho_so"), -201, -1122),
        ({**DOSSIER, "ma_ho_so": "x" * 31}, -210, -1121),
        ({**DOSSIER, "hen_tra": "hôm sau"}, -201, -1124),
        ({**DOSSIER, "ma_ho_so": 17}, -201, -1124),
    ],
)
def test_values_that_do_not_fit_are_refused(sandbox, data, by_uid, by_phone):
    assert sandbox.template("chi", data=data)["error"] == by_uid
    assert sandbox.by_phone(data=data)["error"] == by_phone
    assert sandbox.ledger() == []


def test_a_parameter_that_may_be_missing_may_be_missing(sandbox):
    assert sandbox.template("chi", data=without("hen_tra"))["error"] == 0


@pytest.mark.parametrize(("template", "by_uid", "by_phone"), [("999", -201, -109), ("100005", -201, -131)])
def test_a_template_nobody_knows_and_one_that_waits_for_review(sandbox, template, by_uid, by_phone):
    assert sandbox.template("chi", template)["error"] == by_uid
    assert sandbox.by_phone(template_id=template)["error"] == by_phone


def test_a_template_switched_off_for_its_quality(sandbox):
    sandbox.control("zalo/templates/100001/status", status="DISABLE", reason="Bị báo xấu")
    assert sandbox.by_phone()["error"] == -146


def test_a_password_goes_by_phone_only(sandbox):
    assert sandbox.template("chi", "100002", OTP)["error"] == -249
    assert sandbox.by_phone(template_id="100002", data=OTP)["error"] == 0


@pytest.mark.parametrize(
    ("phone", "code"), [("84900000001", 0), ("+84900000001", 0), ("0900000001", -108), ("84", -108), ("", -108)]
)
def test_how_a_number_is_written(sandbox, phone, code):
    assert sandbox.by_phone(phone)["error"] == code


def test_a_number_without_zalo(sandbox):
    assert sandbox.by_phone("84911111111")["error"] == -118
    sandbox.settings(unknown_phones="create")
    assert sandbox.by_phone("84911111111")["error"] == 0


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"has_zalo": False}, -118),
        ({"inactive": True}, -119),
        ({"blocked": True}, -141),
        ({"restricted": ["template"]}, -139),
        ({"old_version": True}, -110),
    ],
)
def test_what_chi_has_chosen_holds_for_her_number_too(sandbox, choice, code):
    sandbox.act("chi", "change", **choice)
    assert sandbox.by_phone()["error"] == code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"tracking_id": ""}, -132),
        ({"sending_mode": "2"}, -161),
        ({"sending_mode": "3"}, -162),
        ({"mode": "development"}, -127),
    ],
)
def test_what_else_may_be_wrong_by_phone(sandbox, more, code):
    assert sandbox.by_phone(**more)["error"] == code


def test_empty_bodies_and_broken_ones(sandbox):
    headers = {"access_token": sandbox.tokens["access_token"]}
    post = sandbox.http.post
    assert post("/zalo/business/message/template", headers=headers).json()["error"] == -121
    assert post("/zalo/business/message/template", headers=headers, content=b"{").json()["error"] == -122
    assert sandbox.by_phone(template_data={})["error"] == -111


def test_development_mode_reaches_administrators_while_the_wallet_lasts(sandbox):
    sandbox.act("chi", "change", admin=True)
    sandbox.settings(dev_wallet=1)
    assert sandbox.by_phone(template_id="100005", data={"x": "y"}, mode="development")["error"] == 0
    assert sandbox.by_phone(mode="development")["error"] == -126


@pytest.mark.parametrize(
    ("account", "code"),
    [({"zca_linked": False}, -136), ({"balance": 0}, -137), ({"daily_quota": 0}, -144), ({"oa_verified": False}, -120)],
)
def test_an_account_that_cannot_pay_or_may_not_send(sandbox, account, code):
    sandbox.settings(**account)
    assert sandbox.by_phone()["error"] == code
    assert sandbox.ledger() == []


def test_the_daily_quota_is_there_again_the_next_day(sandbox):
    sandbox.settings(daily_quota=1)
    assert [sandbox.by_phone()["error"] for _ in range(2)] == [0, -144]
    sandbox.advance(hours=24)
    assert sandbox.by_phone()["error"] == 0


def test_a_tracking_id_does_not_stop_a_second_message_unless_one_believes_so(sandbox):
    for _ in range(2):
        sandbox.by_phone(tracking_id="hs-7")
    assert len(sandbox.ledger(tracking_id="hs-7")) == 2
    sandbox.settings(tracking_id_once=True)
    first, second = sandbox.by_phone(tracking_id="hs-8"), sandbox.by_phone(tracking_id="hs-8")
    assert first["data"]["msg_id"] == second["data"]["msg_id"]
    assert len(sandbox.ledger(tracking_id="hs-8")) == 1


def test_at_night_news_is_refused_and_a_dossiers_message_makes_no_sound(sandbox):
    sandbox.at("2026-11-26T22:00:00")
    assert sandbox.template("chi", "100004", NEWS)["error"] == -234
    assert sandbox.by_phone(template_id="100004", data=NEWS)["error"] == -133
    assert sandbox.by_phone()["error"] == 0
    assert sandbox.look("people/chi")["chat"][-1]["silent"]
    sandbox.settings(zbs_night="all")
    assert sandbox.by_phone()["error"] == -133
    sandbox.at("2026-11-27T06:00:00")
    assert sandbox.template("chi", "100004", NEWS)["error"] == 0


def test_one_advertisement_a_day_is_enough_for_chi(sandbox):
    assert sandbox.template("chi", "100004", NEWS)["error"] == 0
    assert sandbox.template("chi", "100004", NEWS)["error"] == -218
    assert sandbox.by_phone(template_id="100004", data=NEWS)["error"] == -1472


def test_the_status_of_a_message_by_its_id(sandbox):
    sandbox.act("chi", "change", phone_off=True)
    msg_id = sandbox.by_phone()["data"]["msg_id"]
    assert sandbox.ask("/message/status", message_id=msg_id)["data"]["status"] == 0
    sandbox.act("chi", "change", phone_off=False)
    assert sandbox.ask("/message/status", message_id=msg_id)["data"]["status"] == 1
    assert sandbox.ask("/message/status", message_id="nobody")["data"]["status"] == -1


def test_a_number_may_be_given_as_its_hash(sandbox):
    hashed = hashlib.sha256(b"84900000001").hexdigest()
    body = {"hash_phone": hashed, "template_id": "100001", "template_data": DOSSIER, "tracking_id": "hs-1"}
    assert sandbox.post("/message/template/hashphone", body, host="business")["error"] == 0
    assert sandbox.ledger()[0]["to"] == "chi"


def test_the_portal_registers_templates_of_its_own(sandbox):
    row = {
        "template_id": "300001",
        "name": "Kết quả đã sẵn sàng",
        "params": [{"name": "ma", "type": 4}],
        "layout": [{"kind": "title", "text": "Hồ sơ <ma> có kết quả"}],
    }
    assert sandbox.control("zalo/templates", **row) == {"templates": ["300001"]}
    assert sandbox.template("chi", "300001", {"ma": "H20-1"})["error"] == 0
    assert sandbox.ledger()[0]["text"] == "Hồ sơ H20-1 có kết quả"
    shown = sandbox.ask("/template/info/v2", template_id="300001")["data"]
    assert shown["listParams"][0]["maxLength"] == 30
    listed = sandbox.ask("/template/all", offset=0, limit=100, status=1)
    assert listed["metadata"]["total"] == len(listed["data"]) == 5


def test_a_template_that_makes_no_sense_is_refused_in_words(sandbox):
    row = {"template_id": "300002", "name": "x", "layout": [{"kind": "title", "text": "<ma>"}]}
    answer = sandbox.http.post("/control/zalo/templates", json=row)
    assert answer.status_code == 400
    assert "no parameter of the template" in answer.json()["error"]


def test_a_template_is_written_waits_and_is_approved(sandbox, webhook):
    body = {"template_name": "Nhắc bổ sung hồ sơ", "template_type": 1, "tag": "1", "layout": []}
    made = sandbox.post("/template/create", body, host="business")["data"]
    assert made["status"] == "PENDING_REVIEW"
    sandbox.control(f"zalo/templates/{made['template_id']}/status", status="ENABLE")
    sandbox.settle()
    event = webhook.events("change_template_status")[0]
    assert event["status"] == {"prev_status": "PENDING_REVIEW", "new_status": "ENABLE"}
    assert event["_headers"]["x-zevent-server"] == "ZNS"
    edit = {**body, "template_id": made["template_id"]}
    assert sandbox.post("/template/edit", edit, host="business")["error"] == -1091


def test_quota_quality_tags_and_samples(sandbox):
    sandbox.by_phone()
    assert sandbox.ask("/message/quota")["data"]["remainingQuota"] == 4999  # a number here, text in a send
    assert sandbox.ask("/quality")["data"]["oaCurrentQuality"] == "HIGH"
    assert "OTP" in sandbox.ask("/message/template-tag")["data"]
    assert sandbox.ask("/template/sample-data", template_id="100002")["data"] == OTP


def test_chi_gives_five_stars_and_the_office_reads_them(sandbox, webhook):
    rating = {"ma_ho_so": "H20.30-261123-0001"}
    msg_id = sandbox.by_phone(template_id="100003", data=rating, tracking_id="hs-1-rate")["data"]["msg_id"]
    sandbox.act("chi", "rate", message_id=msg_id, rate=5, note="Nhanh")
    sandbox.settle()
    event = webhook.events("user_feedback")[0]
    assert (event["message"]["rate"], event["message"]["tracking_id"]) == (5, "hs-1-rate")
    found = sandbox.post("/rating/get", {"template_id": "100003", "offset": 0, "limit": 10}, host="business")
    assert found["data"]["data"][0]["note"] == "Nhanh"
    again = sandbox.http.post("/control/zalo/people/chi/rate", json={"message_id": msg_id, "rate": 1})
    assert again.status_code == 400
