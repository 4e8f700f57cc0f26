import json
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelError
from django.core.management import CommandError, call_command
from django.db import DataError, connection
from django.http import Http404
from django.utils import timezone, translation
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from agencies.idempotency import LEASE, IdempotentRequest, InFlight
from agencies.models import ApiKey, Unit
from agencies.paging import KeysetPagination
from agencies.replay import idempotent
from tests.people import MERGED_ON, make_unit

factory = APIRequestFactory()


@pytest.fixture
def issued(my_tho):
    return ApiKey.issue(unit=my_tho, name="Một cửa điện tử", at=timezone.now())


@pytest.fixture
def bearer(issued):
    return {"Authorization": f"Bearer {issued[1]}"}


class Echo(APIView):
    def get(self, request):
        return Response({"who": str(request.user)})


def _answer(view, request):
    response = view.as_view()(request)
    response.render()
    return response


# --- keys -----------------------------------------------------------------------------------------------------------


def test_a_key_opens_the_door_and_stands_nowhere(issued, bearer):
    key, plain = issued
    assert plain.startswith("mc_")
    assert plain not in str(ApiKey.objects.values().get())
    assert _answer(Echo, factory.get("/", headers=bearer)).data == {"who": str(key)}
    key.refresh_from_db()
    assert key.last_used_on == timezone.localdate()


def test_a_request_with_a_key_takes_one_query_before_its_rights(issued, bearer, django_assert_num_queries):
    _answer(Echo, factory.get("/", headers=bearer))
    with django_assert_num_queries(1):
        _answer(Echo, factory.get("/", headers=bearer))


@pytest.mark.parametrize("text", ["", "Bearer", "Bearer ", "Bearer mc_wrong", "Basic YTpi", "Bearer " + "x" * 5000])
def test_without_a_right_key_the_answer_is_401_and_says_what_is_needed(issued, text):
    response = _answer(Echo, factory.get("/", headers={"Authorization": text} if text else {}))
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response["Content-Type"] == "application/problem+json"


def test_a_revoked_key_opens_nothing(issued, bearer):
    issued[0].revoke(at=timezone.now())
    assert _answer(Echo, factory.get("/", headers=bearer)).status_code == 401


def test_the_command_prints_the_key_once_and_alone(my_tho, capsys):
    call_command("issue_api_key", "--unit", "28261", "--name", "Một cửa điện tử")
    printed = capsys.readouterr()
    plain = printed.out.strip()
    assert "khóa không hiện lại lần nữa" in printed.err
    assert ApiKey.objects.authenticate(plain).unit == my_tho
    for options in (["--unit", "99999", "--name", "x"], ["--unit", "28261", "--name", " "]):
        with pytest.raises(CommandError):
            call_command("issue_api_key", *options)


# --- problems -------------------------------------------------------------------------------------------------------


class Inner(serializers.Serializer):
    phone = serializers.RegexField(r"^0\d{9}$")


class Body(serializers.Serializer):
    name = serializers.CharField(max_length=5)
    parties = Inner(many=True)


class Busy(Exception):
    problem_status = 409
    problem_errors = ({"field": "status", "detail": "closed"},)


def _failing(error):
    class Failing(APIView):
        authentication_classes = permission_classes = ()

        def post(self, request):
            if error is None:
                Body(data=request.data).is_valid(raise_exception=True)
            raise error

    return Failing


def _problem(error, data=None, language="en", **options):
    options.setdefault("format", "json")
    with translation.override(language):
        response = _answer(_failing(error), factory.post("/", data, **options))
    assert response["Content-Type"] == "application/problem+json"
    return json.loads(response.content)


def test_bad_input_names_each_field_also_inside_lists():
    document = _problem(None, {"name": "too long", "parties": [{"phone": "0912345678"}, {"phone": "1"}]})
    assert (document["status"], document["code"]) == (400, "invalid")
    assert [error["field"] for error in document["errors"]] == ["name", "parties.1.phone"]
    assert "name" in document["detail"]


def test_problems_speak_vietnamese_and_english():
    assert _problem(Http404(), language="en")["title"] == "Not found"
    assert _problem(Http404(), language="vi")["title"] == "Không tìm thấy"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Http404(), 404),
        (PermissionDenied(), 403),
        (ModelError({"name": ["bad"]}), 400),
        (ModelError("bad"), 400),
        (DataError("out of range"), 400),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates"), 400),
        (Busy("The dossier is closed."), 409),
    ],
)
def test_every_foreseen_error_is_a_problem_document(error, status):
    document = _problem(error)
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]


def test_an_exception_of_the_domain_brings_its_status_and_fields():
    document = _problem(Busy("The dossier is closed."))
    assert (document["detail"], document["code"]) == ("The dossier is closed.", "busy")
    assert document["errors"] == [{"field": "status", "detail": "closed"}]


@pytest.mark.parametrize("body", ["{", "[" * 100_000, '"\\ud800', "\xff\xfe", "nul"])
def test_a_body_that_is_no_json_is_answered_400(body):
    document = _problem(None, body.encode("latin-1"), format=None, content_type="application/json")
    assert document["status"] == 400


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def communes(province):
    made = [
        Unit(name=f"Xã {n % 3}", kind="commune", parent=province, valid_from=MERGED_ON, phone=str(n)).prepare()
        for n in range(25)
    ]
    return Unit.objects.bulk_create(made)


def _page(url, *, ordering=("name", "-pk")):
    class View:
        pass

    View.ordering = ordering
    request = APIView().initialize_request(factory.get(url))
    paging = KeysetPagination()
    rows = paging.paginate_queryset(Unit.objects.filter(kind="commune"), request, View())
    return [unit.pk for unit in rows], paging.get_paginated_response([]).data


@pytest.mark.parametrize("ordering", ["-pk", ("name", "-pk"), ("-name", "phone"), ("name",)])
def test_all_rows_come_once_forwards_and_backwards(communes, ordering):
    url, seen, pages = "/?page_size=4", [], []
    while url:
        pks, data = _page(url, ordering=ordering)
        pages.append(pks)
        seen += pks
        url = data["next"]
    assert sorted(seen) == sorted(unit.pk for unit in communes)
    assert data["count"] == 25
    back = []
    while data["previous"]:
        pks, data = _page(data["previous"], ordering=ordering)
        back.append(pks)
    assert back == pages[-2::-1]


def test_a_row_that_appears_or_goes_meanwhile_shifts_nothing(communes, province):
    first, data = _page("/?page_size=10", ordering="pk")
    Unit.objects.filter(pk__in=first[:5]).delete()
    make_unit("Xã mới", parent=province, kind="commune")
    second, _data = _page(data["next"], ordering="pk")
    assert second == [unit.pk for unit in communes[10:20]]


def test_more_than_ten_thousand_rows_are_not_counted(communes, monkeypatch):
    monkeypatch.setattr("agencies.paging.COUNTED_UP_TO", 20)
    assert _page("/")[1]["count"] is None


@pytest.mark.parametrize(
    "query", ["cursor=x", "cursor=WzAsMV0", "cursor=%00", "page_size=0", "page_size=501", "page_size=x", "page_size=²"]
)
def test_a_strange_cursor_or_size_is_bad_input(communes, query):
    with pytest.raises(serializers.ValidationError):
        _page(f"/?{query}")


# --- the same request twice -----------------------------------------------------------------------------------------


class Create(APIView):
    @idempotent
    def post(self, request):
        if request.data.get("name") == "refuse":
            make_unit("Xã không thành")
            return Response({"no": 1}, status=400)
        if request.data.get("name") == "raise":
            make_unit("Xã không thành")
            raise serializers.ValidationError({"name": ["no"]})
        unit = make_unit(request.data["name"], kind="commune")
        return Response({"id": unit.pk, "on": MERGED_ON}, status=201, headers={"Location": f"/units/{unit.pk}/"})


def _post(bearer, name, key="k-1", path="/units/"):
    headers = {**bearer, "Idempotency-Key": key} if key else bearer
    return _answer(Create, factory.post(path, {"name": name}, format="json", headers=headers))


def test_the_same_request_twice_has_one_effect_and_one_answer(bearer):
    first, second = _post(bearer, "Xã A"), _post(bearer, "Xã A")
    assert (first.status_code, second.status_code) == (201, 201)
    assert json.loads(first.content) == json.loads(second.content)
    assert second["Location"] == first["Location"]
    assert second["Idempotency-Replayed"] == "true"
    assert Unit.objects.filter(name="Xã A").count() == 1


def test_another_request_with_the_same_key_is_refused(bearer):
    _post(bearer, "Xã A")
    assert _post(bearer, "Xã B").status_code == 422
    assert _post(bearer, "Xã A", path="/others/").status_code == 422
    assert not Unit.objects.filter(name="Xã B").exists()


def test_another_api_key_may_use_the_same_idempotency_key(bearer, dao_thanh):
    _post(bearer, "Xã A")
    _key, plain = ApiKey.issue(unit=dao_thanh, name="Khác", at=timezone.now())
    assert _post({"Authorization": f"Bearer {plain}"}, "Xã B").status_code == 201


def test_without_a_key_each_request_has_its_effect(bearer):
    _post(bearer, "Xã A", key="")
    _post(bearer, "Xã A", key="")
    assert Unit.objects.filter(name="Xã A").count() == 2


@pytest.mark.parametrize("name", ["refuse", "raise"])
def test_a_refused_request_changes_nothing_and_frees_its_key(bearer, name):
    assert _post(bearer, name).status_code == 400
    assert not Unit.objects.filter(name="Xã không thành").exists()
    assert _post(bearer, "Xã A").status_code == 201


def _claim(api_key, at):
    return IdempotentRequest.objects.claim(api_key=api_key, key="k-1", fingerprint="f", at=at)


def test_while_the_first_is_under_way_the_second_is_told_to_wait(bearer, issued, monkeypatch):
    monkeypatch.setattr("agencies.replay._fingerprint", lambda request: "f")
    _claim(issued[0], timezone.now())
    response = _post(bearer, "Xã A")
    assert response.status_code == 409
    assert response["Retry-After"] == "1"
    assert not Unit.objects.filter(name="Xã A").exists()


def test_a_request_that_died_is_taken_over_once(issued):
    now = timezone.now()
    dead = _claim(issued[0], now)
    heir = _claim(issued[0], now + LEASE * 2)
    with pytest.raises(InFlight):
        _claim(issued[0], now + LEASE * 2)
    with pytest.raises(InFlight):
        dead.answer(status=201, body={}, headers={})
    heir.answer(status=201, body={"id": 1}, headers={})
    assert _claim(issued[0], now + LEASE * 3).body == {"id": 1}


def test_answers_are_kept_48_hours(issued):
    now = timezone.now()
    _claim(issued[0], now).answer(status=201, body={}, headers={})
    assert _claim(issued[0], now + timedelta(hours=47)).status == 201
    assert IdempotentRequest.objects.forget(at=now + timedelta(hours=47)) == 0
    assert _claim(issued[0], now + timedelta(hours=49)).status is None
    assert IdempotentRequest.objects.forget(at=now + timedelta(hours=99)) == 1


def test_a_key_of_strange_letters_is_bad_input(bearer):
    assert _post(bearer, "Xã A", key="x" * 256).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_make_one_unit(bearer):
    answers = []

    def click():
        answers.append(_post(bearer, "Xã A").status_code)
        connection.close()

    clicks = [threading.Thread(target=click) for _ in range(10)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert set(answers) <= {201, 409}
    assert answers.count(201) >= 1
    assert Unit.objects.filter(name="Xã A").count() == 1
