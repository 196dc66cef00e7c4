"""What handlers return, and what leaves."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.representation import etag_of

from .wire import JSON


def test_data_leaves_as_compact_json_in_a_line(call: Any) -> None:
    answer = call("GET", "/v1/things/a")
    assert (answer.status, answer.body) == (200, b'{"id":"1","name":"a"}\n')
    assert answer.header("content-type") == "application/json"


def test_a_refusal_leaves_as_a_line_too(call: Any) -> None:
    answer = call("GET", "/v1/nothing")
    assert answer.body.endswith(b"}\n")
    assert answer.header("content-length") == str(len(answer.body))


def test_status_and_headers_of_the_handler_are_kept(call: Any) -> None:
    """Connexion cannot choose a media type here, where problems have one of their own."""
    answer = call("POST", "/v1/things", headers={**JSON, "idempotency-key": "k"}, body=b'{"name": "a"}')
    assert (answer.status, answer.header("location")) == (201, "/v1/things/k")


def test_nothing_is_204_without_a_content_type(call: Any) -> None:
    answer = call("DELETE", "/v1/things/a")
    assert (answer.status, answer.body, answer.header("content-type")) == (204, b"", None)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reads_and_changes_carry_the_entity_tag_of_their_body(call: Any, method: str) -> None:
    tag = etag_of(b'{"id":"1","name":"a"}')
    assert call(method, "/v1/things/a").header("etag") == tag
    changed = call("PUT", "/v1/things/a")
    assert changed.header("etag") == etag_of(changed.body.rstrip())


def test_a_create_carries_no_entity_tag(call: Any) -> None:
    """What it answers may hold more than a read does."""
    assert call("POST", "/v1/things", headers=JSON, body=b'{"name": "a"}').header("etag") is None


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("wording", ["{}", "W/{}", '"other", {}', "*"])
def test_what_the_client_already_has_is_304(call: Any, method: str, wording: str) -> None:
    tag = call("GET", "/v1/things/a").header("etag")
    answer = call(method, "/v1/things/a", headers={"if-none-match": wording.format(tag)})
    assert (answer.status, answer.body, answer.header("etag")) == (304, b"", tag)
    assert answer.header("content-type") is None


def test_what_has_changed_is_sent(call: Any) -> None:
    tag = call("GET", "/v1/things/a").header("etag")
    assert call("GET", "/v1/things/b", headers={"if-none-match": tag}).status == 200


def test_a_change_is_never_304(call: Any) -> None:
    assert call("PUT", "/v1/things/a", headers={"if-none-match": "*"}).status == 200


def test_each_tag_has_a_blueprint_of_its_own(edge: Any) -> None:
    assert set(edge.flask.blueprints) == {"health", "things", "broken", "receive"}


def test_a_module_extends_its_own_blueprint_only(call: Any) -> None:
    """Its before-request function ran, its error handler answered; the other module's errors stay what they are."""
    assert call("GET", "/v1/things").json["before"] == "things"
    assert call("PUT", "/v1/things/a", headers={"if-match": "melt"}).json == {"melted": True}
    assert call("GET", "/v1/broken/melted").status == 500
