"""What is sent: the request end to end, and our own headers, whatever the sender had in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox import __version__
from letterbox.delivery.outgoing import Header, Outgoing, Unsendable, fault_of_header, outgoing
from letterbox.delivery.signing import signature_of
from tests.delivery.letters import NOW, SECRET, letter, target, to, values
from tests.github.payloads import payloads

tried = settings(derandomize=True, deadline=None)
OURS = (b"webhook-id", b"webhook-timestamp", b"webhook-signature")

BETWEEN_NEIGHBOURS = (
    *("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "http2-settings"),
    *("proxy-authenticate", "proxy-authorization", "proxy-connection"),
)
ANEW = ("host", "content-length", "expect")
OF_THE_WAY = (
    *("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-anything"),
    *("forwarded", "via", "x-real-ip", "true-client-ip", "cf-connecting-ip"),
)
OF_THE_OLD_BODY = (
    *("content-type", "content-encoding", "content-md5", "content-digest"),
    *("repr-digest", "digest", "content-range", "etag"),
)


def sent(headers: list[Header], destination: dict[str, Any] | None = None, **said: Any) -> list[Header]:
    """The headers but for the three of the signature."""
    made = outgoing(target(**(destination or {})), letter(headers=headers, **said), NOW)
    assert tuple(name for name, _ in made.headers[-3:]) == OURS
    return made.headers[:-3]


@pytest.mark.parametrize("payload", payloads()[::29], ids=lambda payload: payload.name)
def test_github_can_still_be_verified_by_whoever_gets_its_request_from_us(payload: Any) -> None:
    headers = [(name.encode(), value.encode()) for name, value in payload.headers]
    made = outgoing(target(), letter(headers=headers, body=payload.body), NOW)
    assert made.body == payload.body
    assert made.headers[:-3] == [header for header in headers if header[0] != b"content-length"]


def test_repeated_headers_keep_their_order_and_their_exact_values() -> None:
    headers = [(b"x-b", b"1"), (b"x-a", b" \xff\xfe\t "), (b"x-b", b""), (b"user-agent", b"me"), (b"x-b", b"1")]
    assert sent(headers) == headers


@pytest.mark.parametrize("name", [*BETWEEN_NEIGHBOURS, *ANEW, *OF_THE_WAY])
def test_what_is_between_neighbours_or_of_the_way_to_us_stays_here(name: str) -> None:
    assert sent([(name.encode(), b"close"), (b"user-agent", b"me")]) == [(b"user-agent", b"me")]


def test_what_connection_names_stays_here_and_can_take_nothing_of_ours_away() -> None:
    headers = [
        (b"connection", b"X-Hop , webhook-signature"),
        (b"x-hop", b"1"),
        (b"connection", b"x-env,,user-agent"),
        (b"x-end", b"1"),
        (b"user-agent", b"me"),
    ]
    agent = (b"user-agent", f"letterbox/{__version__}".encode())
    assert sent(headers, {"headers": {"X-Env": "prod"}}) == [(b"x-end", b"1"), (b"x-env", b"prod"), agent]


def test_the_destinations_own_headers_replace_all_of_the_same_name() -> None:
    headers = [(b"authorization", b"theirs"), (b"x-a", b"1"), (b"authorization", b"too"), (b"user-agent", b"me")]
    declared = {"Authorization": "ours", "User-Agent": "app/\xe9"}
    own = [(b"authorization", b"ours"), (b"user-agent", b"app/\xe9")]
    assert sent(headers, {"headers": declared}) == [(b"x-a", b"1"), *own]


def test_headers_that_hold_a_mask_stay_here() -> None:
    headers = [(b"authorization", b"Bearer ***"), (b"x-key", b"***"), (b"user-agent", b"me")]
    assert sent(headers, masked=frozenset((b"authorization", b"x-key"))) == [(b"user-agent", b"me")]


def test_a_senders_own_webhook_headers_go_along_under_another_name_that_nobody_else_can_use() -> None:
    theirs = [(name, b"theirs") for name in OURS]
    forged = [(b"letterbox-origin-webhook-id", b"forged"), (b"user-agent", b"me")]
    assert sent([*forged, *theirs]) == [forged[1], *((b"letterbox-origin-" + name, b"theirs") for name in OURS)]


def test_it_is_signed_for_the_request_the_time_and_the_body_with_every_live_secret() -> None:
    secrets = (SECRET, "whsec_" + "b" * 44)
    made = outgoing(target(secrets=secrets), letter(request_id="req_7", body=b"\x00\xff"), NOW)
    signature = signature_of(secrets, "req_7", NOW, b"\x00\xff")
    assert made.headers[-3:] == [
        (b"webhook-id", b"req_7"),
        (b"webhook-timestamp", b"1764000000"),
        (b"webhook-signature", signature.encode()),
    ]


def test_a_transformed_body_is_json_and_signed_and_nothing_says_what_the_old_one_was() -> None:
    others = [(b"x-hub-signature-256", b"kept"), (b"user-agent", b"me")]
    headers = [*((name.encode(), b"old") for name in OF_THE_OLD_BODY), *others]
    made = outgoing(target(), letter(headers=headers, body=b"old", transformed=b'{"a": 1}'), NOW)
    assert made.body == b'{"a": 1}'
    assert made.headers[:-3] == [*others, (b"content-type", b"application/json")]
    signature = signature_of((SECRET,), "req_1", NOW, b'{"a": 1}')
    assert values(made.headers, b"webhook-signature") == [signature.encode()]


def test_a_destination_may_name_the_type_of_a_transformed_body() -> None:
    declared = {"headers": {"Content-Type": "application/cloudevents+json"}}
    headers = sent([(b"content-type", b"text/xml"), (b"user-agent", b"me")], declared, transformed=b"{}")
    assert values(headers, b"content-type") == [b"application/cloudevents+json"]


def test_only_who_names_no_user_agent_gets_ours() -> None:
    assert sent([]) == [(b"user-agent", f"letterbox/{__version__}".encode())]
    assert sent([(b"user-agent", b"")]) == [(b"user-agent", b"")]


@pytest.mark.parametrize(
    ("url", "query", "joined"),
    [
        ("https://a.example", "", "https://a.example"),
        ("https://a.example/b", "c=d&c=&e", "https://a.example/b?c=d&c=&e"),
        ("https://a.example/?own=1", "own=2", "https://a.example/?own=1&own=2"),
        ("https://a.example/?", "a", "https://a.example/?a"),
        ("https://a.example/?a&", "b", "https://a.example/?a&b"),
        ("https://a.example/?own=1", "", "https://a.example/?own=1"),
        ("https://a.example/", "%zz=%2F+\xff\xe9?;'\"<>|\\^`{}", "https://a.example/?%zz=%2F+\xff\xe9?;'\"<>|\\^`{}"),
        ("https://a.example/", "a b#c\r\nd\x00\x7f", "https://a.example/?a%20b%23c%0D%0Ad%00%7F"),
    ],
)
def test_the_query_follows_the_destinations_own_as_it_came(url: str, query: str, joined: str) -> None:
    assert to(url, query=query).url == joined


@tried
@given(some.text(some.characters(max_codepoint=255), max_size=30))
def test_no_query_can_break_the_request_line(query: str) -> None:
    assert not set(to("https://a.example/", query=query).url) & set("\r\n\0 #")


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("POST", [(b"x", b"a\r\nx-injected: 1")]),
        ("POST", [(b"x", b"a\nb")]),
        ("POST", [(b"x\r", b"a")]),
        ("POST", [(b"x", b"\x00")]),
        ("POST", [(b"x", b"\x7f")]),
        ("GET / HTTP/1.1\r\nx:", []),
        ("", []),
        ("PÖST", []),
    ],
)
def test_what_would_be_two_requests_cannot_be_made(method: str, headers: list[Header]) -> None:
    with pytest.raises(Unsendable):
        Outgoing(method, "https://a.example", headers, b"")


@pytest.mark.parametrize("name", ["X-Env", "authorization", "user-agent", "content-type", "x-forwarded-for", "a!#$%&'"])
def test_a_destination_may_declare_this_header(name: str) -> None:
    assert fault_of_header(name, "a\tb \xe9") is None


@pytest.mark.parametrize(
    "name",
    ["", "a b", "a:", "é", "a\n", *BETWEEN_NEIGHBOURS, *ANEW, "Content-Encoding", "Webhook-Id", "webhook-signature"],
)
def test_a_destination_may_not_declare_this_header(name: str) -> None:
    assert fault_of_header(name, "1")


@pytest.mark.parametrize("value", ["a\r\nb", "\n", "\0", "\x7f", "€", " a", "a\t"])
def test_no_header_of_a_destination_has_such_a_value(value: str) -> None:
    assert fault_of_header("x-env", value)
