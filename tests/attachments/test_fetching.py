"""A program names an address of a photo. Nobody makes us fetch from our own network, or for ever, or without end."""

import socket
import ssl
import time

import pytest

from attachments import fetching
from attachments.fetching import NotFetched, fetch, is_public
from tests.attachments.mediaserver import HOST, Media, said
from tests.attachments.pictures import photo

PUBLIC_ADDRESS = "203.113.131.1"
URL = f"https://{HOST}/anh.jpg"


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_URL_HOSTS = [HOST, "other.example"]
    with Media(tmp_path).running() as media:
        media.answers["/anh.jpg"] = said(200, photo())
        yield media


@pytest.fixture
def get(media):
    """Fetches through a resolver of ours, and leads what goes to the public address to this machine's server."""

    def fetch_it(url=URL, addresses=(PUBLIC_ADDRESS,), trust=None):
        def connect(address, port, timeout):
            get.connected.append((address, port))
            return socket.create_connection(("127.0.0.1", media.port), timeout)

        return fetch(url, resolve=lambda host, port: list(addresses), connect=connect, trust=trust or media.trust())

    get = fetch_it
    get.connected = []
    return get


def test_a_photo_is_fetched_from_a_host_that_was_allowed(get):
    assert get() == photo()
    assert get.connected == [(PUBLIC_ADDRESS, 443)]  # the address that was checked, not the name


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/anh.jpg", "https://evil.example/anh.jpg", f"https://x.{HOST}/", f"https://{HOST}.evil.example/",
        f"https://{HOST}:8443/", f"https://{HOST}@evil.example/", f"https://evil@{HOST}/", "ftp://x/",
        "file:///etc/passwd", "https://127.0.0.1/", "https://[::1]/", "https://[", "", "https://",
        f"https://{HOST}/a b", f"https://{HOST}/\r\nX: y", f"https://{HOST}:x/", "https://169.254.169.254/latest/meta-data/",
    ],
)  # fmt: skip
def test_no_other_address_is_fetched_from(get, media, url):
    with pytest.raises(NotFetched) as refused:
        get(url)
    assert refused.value.for_good
    assert get.connected == media.asked == []


def test_without_a_list_of_hosts_nothing_is_fetched(get, settings):
    settings.MEDIA_URL_HOSTS = []
    with pytest.raises(NotFetched):
        get()


INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001::1", "198.18.0.1", "rubbish", "fe80::1%eth0",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_not_followed(get, address):
    assert not is_public(address)
    for addresses in ([address], [PUBLIC_ADDRESS, address]):
        with pytest.raises(NotFetched):
            get(addresses=addresses)
    assert get.connected == []


@pytest.mark.parametrize("address", [PUBLIC_ADDRESS, "8.8.8.8", "2405:4800::1", "::ffff:8.8.8.8"])
def test_the_open_internet_is_public(address):
    assert is_public(address)


def test_a_name_is_asked_once_so_that_it_cannot_change_its_mind(get, media):
    answers = iter([[PUBLIC_ADDRESS], ["127.0.0.1"]])
    connected = []

    def connect(address, port, timeout):
        connected.append(address)
        return socket.create_connection(("127.0.0.1", media.port), timeout)

    assert fetch(URL, resolve=lambda *_: next(answers), connect=connect, trust=media.trust()) == photo()
    assert connected == [PUBLIC_ADDRESS]


def test_a_redirect_is_followed_on_the_same_host_only(get, media):
    media.answers["/cu.jpg"] = said(302, Location="/anh.jpg")
    assert get(f"https://{HOST}/cu.jpg") == photo()
    for target in ("https://other.example/anh.jpg", "https://evil.example/", f"http://{HOST}/anh.jpg", "//127.0.0.1/"):
        media.answers["/di.jpg"] = said(302, Location=target)
        with pytest.raises(NotFetched):
            get(f"https://{HOST}/di.jpg")


def test_a_circle_of_redirects_ends(get, media):
    media.answers["/vong.jpg"] = said(302, Location="/vong.jpg")
    with pytest.raises(NotFetched):
        get(f"https://{HOST}/vong.jpg")
    assert len(media.asked) <= 4


@pytest.mark.parametrize(("status", "for_good"), [(404, True), (403, True), (500, False), (204, True)])
def test_an_answer_without_a_photo_is_none(get, media, status, for_good):
    media.answers["/anh.jpg"] = said(status)
    with pytest.raises(NotFetched) as refused:
        get()
    assert refused.value.for_good == for_good


def test_what_is_too_large_is_left_on_the_way(get, media, settings):
    settings.ATTACHMENT_MAX_MB = 1
    sent = []

    def endless(client):
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while len(sent) < 1_000:
            client.sendall(bytes(65_536))
            sent.append(1)

    media.answers["/anh.jpg"] = endless
    with pytest.raises(NotFetched):
        get()
    assert len(sent) < 500


def drip(head):
    def slowly(client):
        client.sendall(head)
        for _ in range(100):
            client.sendall(b"x")
            time.sleep(0.05)

    return slowly


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: "])
def test_one_byte_now_and_then_does_not_hold_us(get, media, monkeypatch, head):
    monkeypatch.setattr(fetching, "LONGEST", 0.4)
    media.answers["/anh.jpg"] = drip(head)
    began = time.monotonic()
    with pytest.raises(NotFetched) as refused:
        get()
    assert time.monotonic() - began < 3
    assert not refused.value.for_good


def test_half_a_photo_is_none(get, media):
    whole = said(200, photo())
    media.answers["/anh.jpg"] = whole[:-50]
    with pytest.raises(NotFetched) as refused:
        get()
    assert not refused.value.for_good


def test_a_server_that_cannot_prove_its_name_is_not_listened_to(get, media):
    with pytest.raises(NotFetched):
        get(trust=ssl.create_default_context())
    assert media.asked == []
