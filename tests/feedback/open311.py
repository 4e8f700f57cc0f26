"""A client of Open311 as tests need it: `city.get("services.json")`, `city.post({...})`."""

import json
from urllib.parse import urlencode
from xml.etree.ElementTree import fromstring

from django.test import Client

from agencies.models import ApiKey
from tests.feedback.making import MY_THO_MARKET, TEXT, at

V2 = "/open311/v2/"
TEST = "/open311/test/v2/"
PLACE = {"lat": MY_THO_MARKET[0], "long": MY_THO_MARKET[1]}


class City:
    """Another city's program, with a key of ours."""

    def __init__(self, unit, *, base=V2, name="Ứng dụng Đồng Tháp số"):
        self.key, self.plain = ApiKey.issue(unit=unit, name=name, at=at(hour=7))
        self.base, self.client = base, Client(raise_request_exception=False)

    def get(self, path, **arguments):
        return self.client.get(f"{self.base}{path}", arguments)

    def rows(self, path="requests.json", **arguments):
        answer = self.get(path, **arguments)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    def codes(self, **arguments):
        return [row["service_request_id"] for row in self.rows(**arguments)]

    def post(self, fields=None, *, path="requests.json", key=None, files=None, **headers):
        known = {"service_code": "chieu-sang", "description": TEXT, **PLACE, "api_key": key or self.plain}
        body = {name: value for name, value in {**known, **(fields or {})}.items() if value is not None}
        if files:
            return self.client.post(f"{self.base}{path}", {**body, **files}, **headers)
        form = "application/x-www-form-urlencoded; charset=utf-8"
        return self.client.post(f"{self.base}{path}", urlencode(body, doseq=True), content_type=form, **headers)


def xml(answer):
    return fromstring(answer.content)


def error(answer):
    """The first line of an error document in JSON."""
    [first, *_more] = json.loads(answer.content)
    assert first["code"] == answer.status_code
    return first["description"]
