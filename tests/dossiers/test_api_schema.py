"""The OpenAPI document is whole, valid, and says what the API does: its examples are sent, its answers compared."""

import json

import jsonschema
import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema

from dossiers.api.examples import REQUESTS
from dossiers.models import Dossier
from tests.dossiers.making import at, make_version, receive
from tests.dossiers.test_api import NEW, NUMBER, URL, System, told
from tests.house.routes import every_route

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(calendar, my_tho, dao_thanh, time_machine):
    time_machine.move_to(at("23/11/2026 16:00"), tick=False)
    return make_version()


@pytest.fixture
def my_thos(my_tho):
    return System(my_tho)


@pytest.fixture
def document(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def fits(document, schema, value):
    """Raise unless the value fits the schema. OpenAPI 3.0 says `nullable` where JSON Schema has a type more."""

    def plain(node):
        if isinstance(node, list):
            return [plain(inner) for inner in node]
        if not isinstance(node, dict):
            return node
        inner = {key: plain(value) for key, value in node.items() if key != "nullable"}
        return {"anyOf": [inner, {"type": "null"}]} if node.get("nullable") else inner

    whole = plain({**schema, "components": document["components"]})
    jsonschema.Draft7Validator(whole).validate(value)


def answer_schema(document, path, method, status):
    [content] = document["paths"][path][method]["responses"][str(status)]["content"].values()
    return content["schema"]


def test_the_document_is_valid_openapi(document):
    validate_schema(document)


def test_every_address_of_the_api_is_in_it(document):
    ours = [route.pattern for route in every_route() if route.pattern.startswith("api/v1/")]
    routes = {"/" + pattern.replace("<str:", "{").replace(">", "}") for pattern in ours}
    # The document itself, what answers for no address, and a tree that pages of ours ask for (docs/api.md).
    elsewhere = {"/api/v1/openapi.json", "/api/v1/", "/api/v1/feedback/categories/"}
    assert routes - elsewhere == set(document["paths"])


def test_every_act_names_its_errors_as_problem_documents(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            refused = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            assert refused, (method, path)
            for answer in refused.values():
                assert list(answer["content"]) == ["application/problem+json"]
                assert answer["description"]


def test_everything_that_is_sent_has_an_example(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if "requestBody" in operation:
                for form, content in operation["requestBody"]["content"].items():
                    assert form == "multipart/form-data" or content["examples"], (method, path)


def test_the_document_is_the_same_in_every_language(client, document):
    assert client.get("/api/v1/openapi.json", HTTP_ACCEPT_LANGUAGE="vi").json() == document


@pytest.mark.parametrize("body", [body for _summary, body in REQUESTS["receive_dossier"]])
def test_the_examples_of_receiving_work(document, my_thos, body):
    answer = my_thos.post(URL, body)
    assert answer.status_code == 201
    fits(document, answer_schema(document, URL, "post", 201), answer.json())


@pytest.mark.parametrize("body", [body for _summary, body in REQUESTS["put_dossier"]])
def test_the_examples_of_telling_work(document, my_thos, body):
    answer = my_thos.put(f"{URL}{NUMBER}/", body)
    assert answer.status_code == 201
    fits(document, answer_schema(document, URL + "{number}/", "put", 201), answer.json())


@pytest.mark.parametrize("body", [body for _summary, body in REQUESTS["advance_dossier"]])
def test_the_examples_of_moving_work(document, my_thos, an, my_tho, body):
    dossier = receive(by=an, unit=my_tho, when="23/11/2026 08:00")
    if body["to"] == "handed_over":
        dossier.finish(by=an, at=at("23/11/2026 15:00"))
    if body["to"] == "payment_requested":
        my_thos.advance(dossier.number, to="tham-tra")
    answer = my_thos.advance(dossier.number, **body)
    assert answer.status_code == 200, answer.json()
    fits(document, answer_schema(document, URL + "{number}/advance/", "post", 200), answer.json())


def test_what_is_read_is_as_the_document_says(document, my_thos):
    my_thos.put(f"{URL}{NUMBER}/", told())
    for path, route in [
        (URL, URL), (f"{URL}{NUMBER}/", URL + "{number}/"), ("/api/v1/procedures/", "/api/v1/procedures/"),
        ("/api/v1/procedures/1.004873/", "/api/v1/procedures/{code}/"),
    ]:  # fmt: skip
        fits(document, answer_schema(document, route, "get", 200), my_thos.get(path).json())


def look_up(document, body):
    fits(document, document["components"]["schemas"]["LookUp"], body)
    return Client().post("/api/v1/lookup/", json.dumps(body), content_type="application/json")


def named_alike(document, schema, value):
    """Every name in the answer stands in the document and the other way round, at every depth."""
    schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    if isinstance(value, dict) and "properties" in schema:
        assert set(value) == set(schema["properties"])
        for name, inner in value.items():
            named_alike(document, schema["properties"][name], inner)
    elif isinstance(value, list):
        for inner in value:
            named_alike(document, schema["items"], inner)


def test_what_the_look_up_answers_is_as_the_document_says(document, my_thos):
    """Chi's dossier waits for a supplement: its date has moved, and something is needed from her."""
    paper = my_thos.post(URL, NEW).json()
    my_thos.advance(paper["number"], to=5, what="Giấy khai sinh", reason="Thiếu", bring_by="2026-12-04")
    answer = look_up(document, {"code": paper["number"], "proof": paper["pin"]})
    assert answer.status_code == 200
    told_to_chi = answer.json()
    [move] = told_to_chi["due_date_moves"]
    assert (move["text"][:4], move["until"], told_to_chi["needed_by"]) == ("Thời", None, "2026-12-04")
    schema = answer_schema(document, "/api/v1/lookup/", "post", 200)
    fits(document, schema, told_to_chi)
    named_alike(document, schema, told_to_chi)


def test_what_the_look_up_refuses_is_as_the_document_says(document):
    refusals = [look_up(document, {"code": "H20.30-261123-9999", "proof": "1234"}), Client().post("/api/v1/lookup/")]
    assert [refusal.status_code for refusal in refusals] == [404, 400]
    for refusal in refusals:
        fits(document, document["components"]["schemas"]["ProblemShown"], refusal.json())


def test_refusals_are_as_the_document_says(document, my_thos):
    number = my_thos.post(URL, NEW).json()["number"]
    refusals = [
        my_thos.post(URL, {}), my_thos.post(URL, {**NEW, "unit": "H20.31"}), my_thos.get(f"{URL}x/"), Client().get(URL),
        my_thos.advance(number, to=10), my_thos.put(f"{URL}{NUMBER}/", {"history": 7}),
        my_thos.client.post(URL, "a=b", content_type="application/x-www-form-urlencoded"),
    ]  # fmt: skip
    assert [refusal.status_code for refusal in refusals] == [400, 403, 404, 401, 409, 400, 415]
    for refusal in refusals:
        fits(document, document["components"]["schemas"]["ProblemShown"], refusal.json())
    assert Dossier.objects.count() == 1
