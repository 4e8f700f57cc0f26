"""Hạnh connects the Official Account, sees how it does, and answers what nobody else could."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils.timezone import now

from agencies.models import AccessLog
from portal.channels.inbound import InboundMessage
from portal.channels.models import Account, Delivery, Grant
from tests.channels.zalo.test_conversation import chi  # noqa: F401  (her chat)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(sandbox):
    return Account.objects.of("zalo")


def page(name, *args):
    return reverse(f"admin:post_office_{name}", args=args)


def text(response):
    return response.content.decode()


def test_hanh_consents_and_messages_go_on(client_of, hanh, sandbox, account, settings):
    account.break_down(needs_consent=True, words="-14020", at=now())
    client = client_of(hanh)
    away = client.get(page("account_connect", account.pk))["Location"]
    assert away.startswith(settings.ZALO_OAUTH_URL)
    back = sandbox.http.post(away, follow_redirects=False).headers["location"]
    assert urlsplit(back).path == page("account_consented", "zalo")
    answer = client.get(urlsplit(back).path, dict(parse_qs(urlsplit(back).query)), follow=True)
    assert "Đã kết nối" in text(answer)
    account.refresh_from_db()
    assert account.state == "ok"
    again = client.get(urlsplit(back).path, dict(parse_qs(urlsplit(back).query)), follow=True)
    assert "không bắt đầu từ đây" in text(again)


def test_a_consent_that_somebody_else_began_connects_nothing(client_of, hanh, an, sandbox, account):
    stranger = {"code": "somebody-elses", "state": "x"}
    assert "không bắt đầu từ đây" in text(client_of(hanh).get(page("account_consented", "zalo"), stranger, follow=True))
    assert client_of(an).get(page("account_consented", "zalo"), stranger).status_code == 403
    assert not Grant.objects.filter(obtained_at__isnull=False).exists()


def test_hanh_sees_how_the_account_does(client_of, hanh, consented, account, sandbox):
    shown = text(client_of(hanh).get(page("account_look", account.pk)))
    assert "Một Cửa (thử nghiệm)" in shown
    assert "token hết hạn lúc" in shown
    sandbox.fault("http_503", "zalo.*", times=4)
    assert "không trả lời như mong đợi" in text(client_of(hanh).get(page("account_look", account.pk)))


def test_hanh_answers_a_complaint_where_it_was_said(client_of, hanh, an, consented, chi, sandbox):  # noqa: F811
    chi.says("Đèn đường trước nhà tôi hỏng ba hôm nay")
    message = InboundMessage.objects.get(for_people=True)
    client = client_of(hanh)
    opened = client.get(page("inboundmessage_change", message.pk))
    assert "Đèn đường" in text(opened)
    assert AccessLog.objects.filter(about=f"inbound:{message.pk}", officer=hanh).exists()
    assert client_of(an).get(page("inboundmessage_change", message.pk)).status_code in (403, 404)
    assert "Đèn đường" in text(client.get(page("inboundmessage_answer", message.pk)))
    client.post(page("inboundmessage_answer", message.pk), {"reason": "Tổ điện sẽ sửa trong hôm nay."})
    assert "Tổ điện sẽ sửa" in chi.reads()
    assert not InboundMessage.objects.filter(for_people=True).exists()
    message.refresh_from_db()
    assert message.words == f"{hanh}: đã trả lời"


def test_who_connects_accounts_is_told_when_the_platform_refuses(hanh, sandbox, consented, settings):
    type(hanh).objects.filter(pk=hanh.pk).update(email="hanh@example.org")
    Grant.objects.get().refuse("-14020 invalid", at=now())
    told = Delivery.objects.get(kind="grant_refused")
    assert told.about == f"officer:{hanh.pk}"
