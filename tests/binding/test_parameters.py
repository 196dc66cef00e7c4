"""Parameters: typed, checked, and given to handlers by name."""

from __future__ import annotations

from typing import Any

import pytest

from .wire import JSON


def sent(answer: Any) -> Any:
    assert answer.status == 200, answer.body
    return answer.json["sent"]


def test_query_parameters_arrive_typed(call: Any) -> None:
    found = sent(call("GET", "/v1/things", query=b"limit=7&ratio=1.5&open=TRUE&name=a%20b"))
    assert (found["limit"], found["ratio"], found["open"], found["name"]) == (7, 1.5, True, "a b")


def test_a_default_is_filled_in(call: Any) -> None:
    assert sent(call("GET", "/v1/things"))["limit"] == 50


def test_an_exploded_array_keeps_its_commas(call: Any) -> None:
    """Connexion joins the values by commas and splits them again."""
    assert sent(call("GET", "/v1/things", query=b"tag=a%2Cb&tag=c"))["tag"] == ["a,b", "c"]


def test_an_array_that_is_not_exploded_is_split_and_typed(call: Any) -> None:
    assert sent(call("GET", "/v1/things", query=b"number=1,2,3"))["number"] == [1, 2, 3]


def test_the_last_of_a_repeated_scalar_counts(call: Any) -> None:
    assert sent(call("GET", "/v1/things", query=b"limit=1&limit=2"))["limit"] == 2


@pytest.mark.parametrize(
    ("query", "pointer", "keyword"),
    [
        (b"limit=0", "/query/limit", "minimum"),
        (b"limit=x", "/query/limit", "type"),
        (b"limit=", "/query/limit", "type"),
        (b"limit=1_0", "/query/limit", "type"),
        (b"limit=%D9%A3", "/query/limit", "type"),
        (b"limit=+5", "/query/limit", "type"),
        (b"limit=05", "/query/limit", "type"),
        (b"limit=1.0", "/query/limit", "type"),
        (b"limit=99999999999999999999999999", "/query/limit", "type"),
        (b"ratio=nan", "/query/ratio", "type"),
        (b"ratio=inf", "/query/ratio", "type"),
        (b"open=1", "/query/open", "type"),
        (b"open=", "/query/open", "type"),
        (b"tag=" + b"a" * 10, "/query/tag/0", "maxLength"),
        (b"number=1,x", "/query/number/1", "type"),
        (b"since=yesterday", "/query/since", "format"),
        (b"name=%00", "/query/name", "pattern"),
        (b"tag=a&tag=%00", "/query/tag", "pattern"),
        (b"unknown=1", "/query/unknown", "additionalProperties"),
        (b"limit[]=1", "/query/limit[]", "additionalProperties"),
    ],
)
def test_a_wrong_query_parameter_is_400_and_named(call: Any, query: bytes, pointer: str, keyword: str) -> None:
    answer = call("GET", "/v1/things", query=query)
    assert (answer.status, answer.slug) == (400, "invalid-request")
    assert [(error["pointer"], error["keyword"]) for error in answer.json["errors"]] == [(pointer, keyword)]
    assert "\n" not in answer.json["detail"]


def test_all_wrong_parameters_are_named_at_once_but_at_most_20(call: Any) -> None:
    answer = call("GET", "/v1/things", query=b"limit=0&open=x&" + b"&".join(b"x%d=1" % n for n in range(50)))
    assert len(answer.json["errors"]) == 20


def test_a_long_unknown_name_is_not_repeated_whole(call: Any) -> None:
    answer = call("GET", "/v1/things", query=b"x" * 9000 + b"=1")
    assert answer.status == 400
    assert len(answer.body) < 1000


@pytest.mark.parametrize(("value", "status"), [("3", 200), ("x", 400), ("3.5", 400)])
def test_a_header_may_be_an_integer(call: Any, value: str, status: int) -> None:
    """Connexion compares the text with the type, so none ever fits."""
    answer = call("GET", "/v1/things", headers={"x-count": value})
    assert answer.status == status
    assert status == 400 or answer.json["x_count"] == 3


@pytest.mark.parametrize(("value", "status"), [("00000000-0000-7000-8000-00000000000f", 200), ("x", 400)])
def test_the_format_of_a_header_holds(call: Any, value: str, status: int) -> None:
    assert call("GET", "/v1/things", headers={"x-id": value}).status == status


def test_a_header_parameter_is_given_to_the_handler_by_name(call: Any) -> None:
    assert call("PUT", "/v1/things/a", headers={"if-match": '"a"'}).json["if_match"] == '"a"'
    assert call("PUT", "/v1/things/a").json["if_match"] is None


def test_a_repeated_header_counts_as_a_list(call: Any) -> None:
    headers = [("if-match", '"a"'), ("if-match", '"b"')]
    assert call("PUT", "/v1/things/a", headers=headers).json["if_match"] == '"a", "b"'


def test_the_rules_of_a_header_hold(call: Any) -> None:
    answer = call("POST", "/v1/things", headers={**JSON, "idempotency-key": "a b"}, body=b'{"name": "a"}')
    assert answer.json["errors"] == [
        {
            "pointer": "/header/Idempotency-Key",
            "keyword": "pattern",
            "message": 'This does not match "^[!-~]+$".',
        }
    ]


def test_the_caller_and_the_trace_id_are_given_by_name(call: Any) -> None:
    answer = call("GET", "/v1/things", key="reader")
    assert answer.json["user"] == "key_reader"
    assert len(answer.json["trace_id"]) == 32


def test_the_service_is_at_hand_for_handlers(edge: Any) -> None:
    assert edge.flask.extensions["letterbox"] is not None
