"""Every operation keeps the conventions, so that one who knows one knows the others."""

from __future__ import annotations

import re
from typing import Any

from letterbox.binding.operations import Operation, followed

Operations = list[Operation]
SCOPES = ("read", "write", "replay", "admin")


def headers(operation: Operation, *codes: str) -> set[str]:
    """The headers that these answers of an operation have in common."""
    return set.intersection(*(set(operation.responses.get(code, {}).get("headers", ())) for code in codes))


def takes(operation: Operation, header: str) -> bool:
    return any(one["in"] == "header" and one["name"] == header for one in operation.parameters)


def lacking(operations: Operations, *codes: str) -> list[str]:
    """The operations that do not document one of these answers."""
    return [one.id for one in operations if not set(codes) <= set(one.responses)]


def test_its_id_is_noun_and_verb(operations: Operations) -> None:
    assert [one.id for one in operations if not re.fullmatch(r"[a-z]+\.[a-z_]+", one.id)] == []


def test_its_noun_is_its_tag(operations: Operations, document: dict[str, Any]) -> None:
    assert [one.id for one in operations if one.noun != one.tag.lower()] == []
    assert {one.tag for one in operations} == {tag["name"] for tag in document["tags"] if tag["description"]}


def test_its_summary_is_an_imperative_of_two_to_five_words(operations: Operations) -> None:
    summaries = {one.id: one.details["summary"] for one in operations}
    assert [name for name, text in summaries.items() if not 2 <= len(text.split()) <= 5] == []
    imperative = re.compile(r"[A-Z][a-z]*[^s.] [^.]+")
    assert [name for name, text in summaries.items() if not imperative.fullmatch(text)] == []


def test_its_description_says_something(operations: Operations) -> None:
    descriptions = {one.id: one.details.get("description", "") for one in operations}
    assert [name for name, text in descriptions.items() if not text.strip().endswith(".")] == []


def test_it_needs_a_scope_unless_it_is_open(operations: Operations) -> None:
    secured = [one for one in operations if one.details.get("security") != []]
    assert [one.id for one in secured if one.details.get("x-scope") not in SCOPES] == []
    assert lacking(secured, "401", "403") == []
    assert [one.id for one in operations if one not in secured and "x-scope" in one.details] == []


def test_only_health_receiving_and_the_page_of_an_endpoint_are_open(operations: Operations) -> None:
    opened = [one for one in operations if one.details.get("security") == []]
    assert {one.tag for one in opened} - {"Documents"} == {"Health", "Receive"}
    assert [one.id for one in opened if one.tag == "Documents"] == ["documents.show"]


def test_only_an_endpoints_document_is_also_shown_without_a_key(operations: Operations) -> None:
    assert [one.id for one in operations if {} in one.details.get("security", [])] == ["documents.read"]


def test_reading_needs_no_scope_that_changes_things(managing: Operations) -> None:
    assert {one.details["x-scope"] for one in managing if one.method == "get"} <= {"read", "admin"}
    reading = [one.id for one in managing if one.method != "get" and one.details["x-scope"] == "read"]
    assert reading == ["endpoints.check", "requests.check"], "they take a body, and change nothing"


def test_its_parameters_are_typed_and_described(operations: Operations, document: dict[str, Any]) -> None:
    """Stock connexion answers 500 to a parameter whose schema has no type of its own."""
    for one in operations:
        for parameter in one.parameters:
            assert "type" in followed(document, parameter["schema"]), parameter["name"]
            assert parameter["description"].endswith(".")


def test_the_parameters_of_its_path_are_declared(operations: Operations) -> None:
    for one in operations:
        declared = [parameter["name"] for parameter in one.parameters if parameter["in"] == "path"]
        assert re.findall(r"{(\w+)}", one.path) == declared, one.id


def test_its_ids_are_plain_strings(managing: Operations) -> None:
    """A pattern would tell impossible ids (400) from unknown ones (404)."""
    parameters = [parameter for one in managing for parameter in one.parameters if parameter["in"] == "path"]
    assert [one["name"] for one in parameters if one["schema"] != {"type": "string"}] == []


def test_every_post_takes_an_idempotency_key(managing: Operations) -> None:
    posts = [one for one in managing if one.method == "post"]
    assert [one.id for one in posts if not takes(one, "Idempotency-Key")] == []
    assert lacking(posts, "422") == []


def test_every_change_takes_if_match(managing: Operations) -> None:
    changes = [one for one in managing if one.method in ("put", "patch", "delete")]
    assert [one.id for one in changes if not takes(one, "If-Match")] == []
    assert lacking(changes, "412") == []


def test_every_read_answers_an_etag_and_not_modified(managing: Operations) -> None:
    reads = [one for one in managing if one.method == "get" and not one.details.get("x-stream")]
    assert [one.id for one in reads if not takes(one, "If-None-Match")] == []
    assert [one.id for one in reads if "ETag" not in headers(one, "200", "304")] == []


def test_every_change_answers_an_etag(managing: Operations) -> None:
    changes = [one for one in managing if one.method in ("put", "patch")]
    assert [one.id for one in changes if "ETag" not in headers(one, "200")] == []


def test_every_created_thing_says_where_it_is_and_links_to_its_read(managing: Operations) -> None:
    created = [one for one in managing if "201" in one.responses]
    assert {one.id for one in created} >= {one.id for one in managing if one.verb == "create"}
    assert [one.id for one in created if "Location" not in headers(one, "201")] == []
    for one in created:
        assert one.responses["201"]["links"]["read"]["operationId"] == f"{one.noun}.read"


def test_every_link_fills_in_what_its_read_needs(operations: Operations, document: dict[str, Any]) -> None:
    needed = {one.id: [each["name"] for each in one.parameters if each.get("required")] for one in operations}
    linking = [response for response in document["components"]["responses"].values() if "links" in response]
    links = [link for response in linking for link in response["links"].values()]
    assert [link for link in links if list(link["parameters"]) != needed[link["operationId"]]] == []
    assert len(links) == 16


def test_a_received_request_and_a_rotated_key_link_to_their_read(operations: Operations) -> None:
    by_id = {one.id: one for one in operations}
    assert by_id["keys.rotate"].responses["200"]["links"]["read"]["operationId"] == "keys.read"
    for one in operations:
        if one.noun == "receive" and one.verb != "options":
            assert one.responses["202"]["links"]["read"]["operationId"] == "requests.read"


def test_every_search_is_paged(managing: Operations) -> None:
    searches = [one for one in managing if one.verb == "search"]
    names = {one.id: {parameter["name"] for parameter in one.parameters} for one in searches}
    assert [name for name, parameters in names.items() if not {"limit", "cursor"} <= parameters] == []
    assert lacking(searches, "422") == []


def test_every_refusal_that_it_can_give_is_documented(managing: Operations) -> None:
    assert lacking(managing, "400") == []
    assert lacking([one for one in managing if "{" in one.path], "404") == []
    assert lacking([one for one in managing if one.body], "413", "415") == []
    assert lacking([one for one in managing if one.method != "get"], "503") == []


def test_every_error_is_a_problem(operations: Operations) -> None:
    schema = {"$ref": "#/components/schemas/Problem"}
    for one in operations:
        for code in (code for code in one.responses if code >= "400" and code != "default"):
            schemas = {name: media["schema"] for name, media in one.responses[code]["content"].items()}
            assert schemas == {"application/problem+json": schema}, one.id


def test_refusals_carry_the_headers_that_help(operations: Operations) -> None:
    helping = {"401": "WWW-Authenticate", "405": "Allow", "429": "Retry-After", "503": "Retry-After"}
    for one in operations:
        for code in helping.keys() & one.responses.keys():
            assert headers(one, code) == {helping[code]}, one.id


def test_receiving_takes_any_body_and_answers_what_is_declared(operations: Operations) -> None:
    receiving = [one for one in operations if one.noun == "receive"]
    assert [one.method for one in receiving] == ["get", "put", "post", "delete", "options", "patch"]
    assert all(one.replies_are_declared for one in receiving)
    assert {media for one in receiving for media in one.body.get("content", ())} == {"*/*"}
    keeping = [one for one in receiving if one.verb != "options"]
    assert lacking(keeping, "default", "202", "404", "405", "413", "429", "503") == []
