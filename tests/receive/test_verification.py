"""Verification: what the senders' own packages sign is let in, and only that."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.errors import VerificationFailed
from letterbox.receive.verification import LiveSecret, compiled
from letterbox.receive.verification.verifier import SCHEMES
from tests.receive.senders import (
    NOW,
    SENDERS,
    SHOWING,
    SIGNING,
    TIMED,
    Headers,
    Sender,
    Sent,
)

tried = settings(derandomize=True, deadline=None, max_examples=50)
BODY = b'{"a": 1}'
OTHER = LiveSecret(b"another")
every = pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
timed = pytest.mark.parametrize("sender", TIMED.values(), ids=TIMED)
bodies = some.text(some.characters(exclude_categories=["Cs"])).map(str.encode)


def refusal(sender: Sender, sent: Sent, now: float = NOW) -> VerificationFailed:
    with pytest.raises(VerificationFailed) as caught:
        sender.check(sent, now)
    return caught.value


def other_secret(sender: Sender) -> str:
    return f"whsec_{base64.b64encode(bytes(24)).decode()}" if "standard" in sender.verification["scheme"] else "another"


@every
@tried
@given(bodies)
def test_what_a_sender_signs_is_let_in_whatever_it_sends(sender: Sender, body: bytes) -> None:
    sender.check(sender.send(body, NOW))


def test_there_is_a_sender_of_every_scheme() -> None:
    assert {sender.verification["scheme"] for sender in SENDERS.values()} == set(SCHEMES)


@pytest.mark.parametrize("end", [b"OE=", b"OA="], ids=["right", "wrong"])
def test_the_vector_of_standard_webhooks_is_let_in_and_its_neighbour_is_not(end: bytes) -> None:
    signature = b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1" + end
    names = (b"webhook-id", b"webhook-timestamp", b"webhook-signature")
    values = (b"msg_p5jXN8AQM9LWM0D4loKWxJek", b"1614265330", signature)
    sent = Sent(list(zip(names, values, strict=True)), b'{"test": 2432232314}')
    assert SENDERS["standard-webhooks"].is_let_in(sent, 1614265330) == (end == b"OE=")


def test_the_vector_of_github_is_let_in() -> None:
    digest = b"757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    SENDERS["github"].check(Sent([(b"x-hub-signature-256", b"sha256=" + digest)], b"Hello, World!"))


@every
def test_of_several_secrets_each_lets_in(sender: Sender) -> None:
    right, wrong = LiveSecret(sender.secret.encode()), LiveSecret(other_secret(sender).encode())
    sent = sender.send(BODY, NOW)
    assert sender.is_let_in(sent, NOW, right, wrong)
    assert sender.is_let_in(sent, NOW, wrong, right)
    assert not sender.is_let_in(sent, NOW, wrong)


@every
@pytest.mark.parametrize(("milliseconds", "good"), [(-1, True), (0, False), (1, False)])
def test_a_secret_is_good_until_it_expires(sender: Sender, milliseconds: int, good: bool) -> None:
    ends = LiveSecret(sender.secret.encode(), NOW * 1000)
    lasts = LiveSecret(other_secret(sender).encode())
    sent = sender.send(BODY, NOW)
    assert sender.is_let_in(sent, NOW + milliseconds / 1000, ends) == good
    assert sender.is_let_in(sent, NOW + milliseconds / 1000, lasts, ends) == good


@every
def test_without_a_secret_nobody_is_let_in(sender: Sender) -> None:
    with pytest.raises(VerificationFailed):
        compiled(sender.verification, []).check(*_arguments(sender.send(BODY, NOW)))


def test_an_unknown_scheme_lets_nobody_in() -> None:
    verifier = compiled({"scheme": "handshake"}, [LiveSecret(b"x")])
    assert verifier.binds("GET")
    with pytest.raises(VerificationFailed):
        verifier.check([], "", b"", NOW)


@timed
@pytest.mark.parametrize("late", [-300, -299.5, 0, 300])
def test_a_time_that_is_near_is_taken(sender: Sender, late: float) -> None:
    assert sender.is_let_in(sender.send(BODY, NOW), NOW + late)


@timed
@pytest.mark.parametrize("late", [-301, -300.001, 300.001, 301, 10**9])
def test_a_time_that_is_too_old_or_too_new_is_refused(sender: Sender, late: float) -> None:
    assert "time that is too" in refusal(sender, sender.send(BODY, NOW), NOW + late).detail


@pytest.mark.parametrize("sender", [SIGNING["github"], SIGNING["shopify"]], ids=["github", "shopify"])
def test_a_signature_without_a_time_is_good_for_ever(sender: Sender) -> None:
    assert sender.is_let_in(sender.send(BODY, NOW), NOW + 10**9)


@every
def test_each_header_is_needed(sender: Sender) -> None:
    sent = sender.send(BODY, NOW)
    for place in range(len(sent.headers)):
        less = sent.headers[:place] + sent.headers[place + 1 :]
        assert "is missing" in refusal(sender, sent._replace(headers=less)).detail


@every
def test_a_header_that_is_repeated_is_refused_even_if_both_are_right(sender: Sender) -> None:
    sent = sender.send(BODY, NOW)
    for header in sent.headers:
        for twice in ([header, *sent.headers], [*sent.headers, (header[0], b"x")]):
            assert "more than once" in refusal(sender, sent._replace(headers=twice)).detail


def test_a_parameter_that_is_repeated_is_refused() -> None:
    sender = SHOWING["api-key, query"]
    sent = sender.send(BODY, NOW)
    assert "more than once" in refusal(sender, sent._replace(query=f"{sent.query}&{sent.query}")).detail


@pytest.mark.parametrize("query", ["", "key", "key=", "keys=1", "KEY=It's+a+Secret%20to+Everybody"])
def test_without_its_parameter_nobody_is_let_in(query: str) -> None:
    sender = SHOWING["api-key, query"]
    assert not sender.is_let_in(Sent([], BODY, query))


@pytest.mark.parametrize("name", ["k%65y", "%6Bey"])
def test_a_parameter_is_found_however_its_name_is_spelt(name: str) -> None:
    sender = SHOWING["api-key, query"]
    sender.check(Sent([], BODY, f"a=1&{name}=It%27s%20a+Secret to%20Everybody&b"))


@tried
@given(some.binary())
def test_a_body_need_not_be_text(body: bytes) -> None:
    for name in ("github", "shopify", "standard-webhooks, v1a", "hmac"):
        SIGNING[name].check(SIGNING[name].send(body, NOW))


def test_a_password_may_hold_colons() -> None:
    sender = SHOWING["basic"]
    headers: Headers = [(b"authorization", b"Basic " + base64.b64encode(b"user:a:b:"))]
    assert sender.is_let_in(Sent(headers, b""), NOW, LiveSecret(b"a:b:"))
    assert not sender.is_let_in(Sent(headers, b""), NOW, LiveSecret(b"b:"))


@pytest.mark.parametrize("name", ["basic", "bearer"])
def test_the_scheme_of_an_authorization_is_in_any_case(name: str) -> None:
    sender = SHOWING[name]
    scheme, _, value = sender.send(BODY, NOW).headers[0][1].partition(b" ")
    for spelt in (scheme.upper(), scheme.lower(), scheme.swapcase()):
        assert sender.is_let_in(Sent([(b"authorization", spelt + b" " + value)], BODY))


@pytest.mark.parametrize("name", ["basic", "bearer"])
@pytest.mark.parametrize("headers", [[], [b""], [b"Digest x"], [b"%s x"], [b"%s"], [b"x", b"x"]], ids=str)
def test_who_has_to_log_in_is_told_how(name: str, headers: list[bytes]) -> None:
    values = [value.replace(b"%s", name.encode()) for value in headers]
    refused = refusal(SHOWING[name], Sent([(b"authorization", value) for value in values], BODY))
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"].lower().startswith(f'{name} realm="')


@every
def test_a_refusal_does_not_say_what_was_expected(sender: Sender) -> None:
    sent = sender.send(BODY, NOW)
    unsigned = sent._replace(headers=[(name, value[:-1] + b"~") for name, value in sent.headers], query="key=x")
    detail = refusal(sender, unsigned).detail
    assert [value for _, value in sent.headers if len(value) > 1 and value.decode() in detail] == []
    assert sender.secret not in detail


@every
def test_a_secret_is_not_in_what_is_printed(sender: Sender) -> None:
    assert sender.secret not in repr(LiveSecret(sender.secret.encode()))
    assert sender.secret not in f"{(LiveSecret(sender.secret.encode()),)}"


def test_who_need_not_prove_anything_is_not_bound() -> None:
    verifier = compiled({"scheme": "none"}, [])
    assert not verifier.binds("POST")
    verifier.check([], "", b"", NOW)


@pytest.mark.parametrize(
    ("methods", "bound"), [(None, {"GET", "HEAD", "POST"}), (["POST"], {"POST"}), (["GET"], {"GET", "HEAD"})]
)
def test_only_the_methods_that_are_named_have_to_prove_it(methods: list[str] | None, bound: set[str]) -> None:
    more = {} if methods is None else {"methods": methods}
    verifier = compiled({"scheme": "github", **more}, [OTHER])
    assert {method for method in ("GET", "HEAD", "POST") if verifier.binds(method)} == bound


def _arguments(sent: Sent) -> tuple[Headers, str, bytes, float]:
    return sent.headers, sent.query, sent.body, NOW
