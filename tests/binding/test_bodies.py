"""Bodies of requests: checked however they are framed and spelt; hostile ones are the client's mistake."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from letterbox.binding import bodies
from letterbox.binding.bodies import LONG, JsonBody

from .wire import JSON, ask

THING = b'{"name": "a"}'


def test_a_chunked_json_body_arrives_whole(call: Any) -> None:
    """Connexion and werkzeug take a missing Content-Length for an empty body."""
    answer = call("POST", "/v1/things", headers=JSON, chunks=[b'{"na', b'me": ', b'"chunked"}'])
    assert (answer.status, answer.json["name"]) == (201, "chunked")


def test_a_chunked_body_of_bytes_arrives_whole(call: Any) -> None:
    answer = call("PUT", "/v1/bytes", headers={"content-type": "application/octet-stream"}, chunks=[b"ab", b"", b"c"])
    assert answer.json == {"bytes": 3, "length": 3}


@pytest.mark.parametrize(
    "spelling",
    [
        "APPLICATION/JSON",
        "Application/Json ; charset=UTF-8",
        "application/json;",
        "application/json;;",
        "application/json\t;\tcharset=utf8",
        ' application/json; charset="utf-8" ',
        "application/json; profile=x",
    ],
)
def test_no_spelling_of_the_content_type_slips_past_validation(call: Any, spelling: str) -> None:
    headers = {"content-type": spelling}
    assert call("POST", "/v1/things", headers=headers, body=THING).status == 201
    assert call("POST", "/v1/things", headers=headers, body=b'{"name": 5}').status == 400


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/jsonx",
        "application/json, text/plain",
        "json",
        "application/",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "*/*",
        "\xe9/\xe9",
        ";",
    ],
)
def test_a_content_type_that_is_not_taken_is_415(call: Any, content_type: str) -> None:
    answer = call("POST", "/v1/things", headers={"content-type": content_type}, body=THING)
    assert (answer.status, answer.slug) == (415, "unsupported-media-type")


def test_a_body_without_a_content_type_is_415(call: Any) -> None:
    """Connexion validates it as JSON, then gives the handler bytes."""
    answer = call("POST", "/v1/things", body=THING)
    assert answer.status == 415
    assert "application/json" in answer.json["detail"]


@pytest.mark.parametrize("second", ["text/plain", "application/json;charset=utf-8"])
def test_two_content_types_are_415(call: Any, second: str) -> None:
    headers = [("content-type", "application/json"), ("content-type", second)]
    answer = call("POST", "/v1/things", headers=headers, body=THING)
    assert (answer.status, answer.json["detail"]) == (415, "Send one Content-Type; there were several.")


def test_another_content_type_is_told_which_one_is_taken(call: Any) -> None:
    answer = call("POST", "/v1/things", headers={"content-type": "swordfish/x"}, body=THING)
    assert answer.json["detail"] == "Send application/json; no other Content-Type is taken here."


def test_a_required_body_that_is_empty_is_400(call: Any) -> None:
    for headers in (JSON, {}):
        answer = call("POST", "/v1/things", headers=headers)
        assert (answer.status, answer.json["detail"]) == (400, "This operation needs a body; none was sent.")


@pytest.mark.parametrize("path", ["/v1/forms", "/v1/bytes"])
def test_a_required_body_of_another_kind_must_not_be_empty_either(call: Any, path: str) -> None:
    """Connexion checks only JSON and forms for it."""
    method = "POST" if path == "/v1/forms" else "PUT"
    assert call(method, path).json["detail"] == "This operation needs a body; none was sent."


def test_an_optional_form_may_be_missing(build: Any, document: Any) -> None:
    document["paths"]["/v1/forms"]["post"]["requestBody"]["required"] = False
    assert ask(build(document), "POST", "/v1/forms").json == {"name": None, "count": None}


def test_an_optional_body_may_be_missing(call: Any) -> None:
    assert call("PUT", "/v1/things/a").json["body"] == {}


def test_a_body_that_nobody_asked_for_is_left_unread(call: Any) -> None:
    answer = call("DELETE", "/v1/things/a", headers={"content-type": "x"}, chunks=[b"{", b"left"])
    assert (answer.status, answer.body) == (204, b"")


def test_an_announced_body_that_is_too_large_is_413_unread(call: Any) -> None:
    answer = call("POST", "/v1/things", headers={**JSON, "content-length": "1" * 30}, chunks=[b"left"])
    assert (answer.status, answer.slug) == (413, "body-too-large")
    assert "1000 bytes" in answer.json["detail"]


def test_a_body_that_grows_too_large_is_413_while_reading(call: Any) -> None:
    answer = call("POST", "/v1/things", headers=JSON, chunks=[b"[", b" " * 600, b" " * 600, b"left"])
    assert (answer.status, answer.slug) == (413, "body-too-large")


def test_the_bound_itself_is_still_taken(call: Any) -> None:
    body = THING.ljust(1000)
    assert call("POST", "/v1/things", headers=JSON, body=body).status == 201
    assert call("POST", "/v1/things", headers=JSON, body=body + b" ").status == 413


def test_an_operation_may_have_a_bound_of_its_own(call: Any) -> None:
    octets = {"content-type": "application/octet-stream"}
    assert call("PUT", "/v1/bytes", headers=octets, body=b"x" * 2_000_000).json["bytes"] == 2_000_000
    assert call("PUT", "/v1/bytes", headers=octets, body=b"x" * 2_000_001).status == 413


def test_a_client_that_leaves_is_not_answered(call: Any) -> None:
    assert call("POST", "/v1/things", headers=JSON, chunks=[b'{"name"', b"left"]).status == 0


def test_a_stranger_s_body_is_not_read(call: Any) -> None:
    answer = call("POST", "/v1/things", key=None, headers={"content-type": "x/y"}, chunks=[b"[", b"left"])
    assert answer.status == 401


def test_a_wrong_body_names_each_violation(call: Any) -> None:
    body = b'{"name": "", "size": -1, "inner": {"name": "a", "a/b~c": "x"}, "many": [1, "2"], "extra": 1}'
    answer = call("POST", "/v1/things", headers=JSON, body=body)
    errors = {(error["pointer"], error["keyword"]) for error in answer.json["errors"]}
    assert (answer.status, answer.slug) == (400, "invalid-request")
    assert errors == {
        ("/name", "minLength"),
        ("/size", "minimum"),
        ("/inner/a~1b~0c", "type"),
        ("/many/1", "type"),
        ("", "additionalProperties"),
    }
    assert all(error["message"] for error in answer.json["errors"])


def test_at_most_20_violations_are_named(call: Any) -> None:
    body = b'{"name": "a", "many": [' + b'"x",' * 99 + b'"x"]}'
    assert len(call("POST", "/v1/things", headers=JSON, body=body).json["errors"]) == 20


@pytest.mark.parametrize("body", [b'{"name": "%b"}', b'{"%b": 1, "name": "a"}', b'{"inner": {"%b": 2}, "name": "a"}'])
def test_what_was_sent_is_never_repeated_at_length(call: Any, body: bytes) -> None:
    answer = call("POST", "/v1/things", headers=JSON, body=body % (b"swordfish" * 90))
    assert answer.status == 400
    assert all(len(text) <= 220 for error in answer.json["errors"] for text in error.values())
    assert len(answer.json["detail"]) <= 450


def test_a_value_that_is_wrong_is_not_repeated_at_all(call: Any) -> None:
    """It may be a secret."""
    answer = call("POST", "/v1/things", headers=JSON, body=b'{"name": {"secret": "swordfish"}, "size": "swordfish"}')
    assert answer.status == 400
    assert b"swordfish" not in answer.body


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"name": "a", "size": null}', 201),
        (b'{"name": null}', 400),
        (b"null", 400),
        (b"[]", 400),
        (b'{"name": "a", "id": "mine"}', 400),
        (b'{"name": "a", "inner": {"name": "b", "inner": {"name": "c"}}}', 201),
        (b'{"name": "a", "inner": {"name": "b", "inner": {}}}', 400),
        (b'{"name": "a", "key": "00000000-0000-7000-8000-00000000000f"}', 201),
        (b'{"name": "a", "key": "0"}', 400),
        (b'{"name": "a", "site": "https://example.com/a?b#c"}', 201),
        (b'{"name": "a", "site": "not a uri"}', 400),
        (b'{"name": "a", "made_at": "2026-01-01T00:00:00.000Z"}', 201),
        (b'{"name": "a", "made_at": "2026-01-01 00:00"}', 400),
        (b'{"name": "a", "made_at": "2026-02-30T00:00:00Z"}', 400),
        (b'{"name": "\\ud83d\\ude00"}', 201),
        (b'{"name": "\\\\u0000"}', 201),
    ],
)
def test_nullable_read_only_recursion_and_formats_hold(call: Any, body: bytes, status: int) -> None:
    assert call("POST", "/v1/things", headers=JSON, body=body).status == status


def test_a_form_is_typed_and_checked(call: Any) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert call("POST", "/v1/forms", headers=form, body=b"name=a%20b&count=3").json == {"name": "a b", "count": 3}
    for body in (b"count=3", b"name=a&count=x", b"name=a&more=1", b"name=" + b"a" * 10):
        answer = call("POST", "/v1/forms", headers=form, body=body)
        assert (answer.status, answer.slug) == (400, "invalid-request")


def test_a_multipart_form_is_typed_and_checked(call: Any) -> None:
    headers = {"content-type": "Multipart/Form-Data ;; boundary=Xx\t;"}
    body = b'--Xx\r\nContent-Disposition: form-data; name="name"\r\n\r\na\r\n--Xx--\r\n'
    assert call("POST", "/v1/forms", headers=headers, body=body).json == {"name": "a", "count": None}
    answer = call("POST", "/v1/forms", headers=headers, body=body.replace(b'"name"', b'"nome"'))
    assert answer.status == 400


@pytest.mark.parametrize("boundary", ["", "; boundary=", "; boundary=other", '; boundary="a\u00e9"'])
def test_a_multipart_form_that_cannot_be_read_is_400(call: Any, boundary: str) -> None:
    headers = {"content-type": f"multipart/form-data{boundary}"}
    body = b'--Xx\r\nContent-Disposition: form-data; name="name"\r\n\r\na\r\n--Xx--\r\n'
    answer = call("POST", "/v1/forms", headers=headers, body=body)
    assert (answer.status, answer.slug) in ((400, "malformed-body"), (400, "invalid-request"))


@pytest.mark.parametrize(("length", "beside"), [(LONG, False), (LONG + 1, True)])
def test_a_long_body_is_parsed_beside_the_event_loop(
    length: int, beside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    where: list[int] = []
    monkeypatch.setattr(bodies, "parsed", lambda _raw: where.append(threading.get_ident()))
    monkeypatch.setattr(bodies, "_rule", lambda _compiled, _scope: Nothing())

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": bytes(length)}

    scope: dict[str, Any] = {"extensions": {"connexion_context": {}}}
    asyncio.run(JsonBody({}).wrap_receive(receive, scope=scope))
    assert (where != [threading.get_ident()]) is beside


class Nothing:
    """A rule that nothing breaks."""

    def broken_by(self, _value: Any) -> list[Any]:
        return []
