"""Secrets of verifications: kept sealed, never shown again, and told apart by ids that stay."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.errors import Unprocessable
from letterbox.receive.verification import LiveSecret
from letterbox.representation import moment_of
from letterbox.sealing import Seal
from letterbox.secrets import opened, sealed, shown

tried = settings(derandomize=True, deadline=None)
SEAL = Seal([bytes(32)])
NOW, LATER = 1_764_000_000_000, "2026-01-01T00:00:00.000Z"
ONE, TWO = "the first secret", "the second secret"


def saved(declared: dict[str, Any], earlier: dict[str, Any] | None = None, now: int = NOW) -> dict[str, Any]:
    return sealed(declared, earlier, SEAL, "prj_1", now)


def github(*secrets: Any) -> dict[str, Any]:
    return {"scheme": "github", "secrets": list(secrets)}


def values(stored: dict[str, Any]) -> list[bytes]:
    return [secret.value for secret in opened(stored, SEAL, "prj_1")]


def refused(declared: dict[str, Any], earlier: dict[str, Any] | None = None) -> list[str]:
    """The places that are named."""
    with pytest.raises(Unprocessable) as caught:
        saved(declared, earlier)
    assert ONE not in json.dumps(caught.value.problem())
    return [violation["pointer"] for violation in caught.value.errors]


def test_a_verification_without_secrets_stays_as_it_is() -> None:
    none = {"scheme": "none"}
    assert (saved(none), shown(none), opened(none, SEAL, "prj_1")) == (none, none, ())


@tried
@given(
    some.lists(some.text(some.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=10, unique=True)
)
def test_what_was_declared_is_opened_in_its_order(secrets: list[str]) -> None:
    assert values(saved(github(*secrets))) == [secret.encode() for secret in secrets]


def test_neither_what_is_stored_nor_what_is_shown_has_the_secret() -> None:
    stored = saved(github(ONE))
    assert ONE not in json.dumps(stored)
    assert set(shown(stored)["secrets"][0]) == {"id", "created_at", "expires_at"}


def test_what_is_shown_has_its_times() -> None:
    (secret,) = shown(saved(github({"secret": ONE, "expires_at": LATER})))["secrets"]
    assert secret["id"].startswith("sec_")
    assert (secret["created_at"], secret["expires_at"]) == ("2025-11-24T16:00:00.000Z", LATER)


def test_the_end_of_a_secret_is_opened_with_it() -> None:
    stored = saved(github({"secret": ONE, "expires_at": LATER}, TWO))
    ends = moment_of(LATER)
    assert opened(stored, SEAL, "prj_1") == (LiveSecret(ONE.encode(), ends), LiveSecret(TWO.encode(), None))


def test_what_was_shown_can_be_sent_back_and_changes_nothing() -> None:
    stored = saved(github({"secret": ONE, "expires_at": LATER}, TWO))
    again = saved(shown(stored), stored, NOW + 1000)
    assert shown(again) == shown(stored)
    assert values(again) == values(stored)


def test_a_secret_is_kept_by_its_id_beside_a_new_one() -> None:
    earlier = saved(github(ONE))
    identity = earlier["secrets"][0]["id"]
    stored = saved(github(TWO, {"id": identity, "expires_at": LATER}), earlier, NOW + 1000)
    assert values(stored) == [TWO.encode(), ONE.encode()]
    assert stored["secrets"][1]["created_at"] == NOW
    assert shown(stored)["secrets"][1] == {**shown(earlier)["secrets"][0], "expires_at": LATER}


@pytest.mark.parametrize(("more", "ends"), [({}, LATER), ({"expires_at": None}, None)])
def test_the_end_of_a_kept_secret_stays_unless_it_is_said(more: dict[str, Any], ends: str | None) -> None:
    earlier = saved(github({"secret": ONE, "expires_at": LATER}))
    stored = saved(github({"id": earlier["secrets"][0]["id"], **more}, TWO), earlier)
    assert shown(stored)["secrets"][0]["expires_at"] == ends


def test_a_secret_that_is_said_again_keeps_its_id() -> None:
    earlier = saved(github({"secret": ONE, "expires_at": LATER}))
    stored = saved(github(ONE), earlier, NOW + 1000)
    assert shown(stored)["secrets"] == [{**shown(earlier)["secrets"][0], "expires_at": None}]


def test_a_secret_is_kept_under_another_scheme_if_it_can_be_one_of_it() -> None:
    earlier = saved(github(ONE))
    kept = {"id": earlier["secrets"][0]["id"]}
    assert values(saved({"scheme": "slack", "secrets": [kept]}, earlier)) == [ONE.encode()]
    assert refused({"scheme": "standard-webhooks", "secrets": [kept]}, earlier) == ["/verification/secrets/0"]


@pytest.mark.parametrize(
    ("secrets", "places"),
    [
        ([], ["/verification/secrets"]),
        ([{"id": "sec_unknown"}, ONE], ["/verification/secrets/0"]),
        ([ONE, {}], ["/verification/secrets/1"]),
        ([ONE, {"secret": TWO, "id": "sec_1"}], ["/verification/secrets/1"]),
        ([ONE, {"secret": TWO, "expires_at": "0000-01-01T00:00:00Z"}], ["/verification/secrets/1"]),
        ([ONE, ""], ["/verification/secrets/1"]),
        ([ONE, TWO, {"secret": ONE}], ["/verification/secrets"]),
        ([str(number) for number in range(11)], ["/verification/secrets"]),
        ([{"secret": ONE, "expires_at": "2025-01-01T00:00:00Z"}], ["/verification/secrets"]),
        ([{"secret": ONE, "expires_at": "2025-11-24T16:00:00Z"}], ["/verification/secrets"]),
    ],
    ids=["none", "unknown", "empty", "both", "no time", "no text", "twice", "too many", "ended", "ends now"],
)
def test_secrets_that_cannot_be_are_refused_by_their_place(secrets: list[Any], places: list[str]) -> None:
    assert refused(github(*secrets)) == places


def test_a_secret_that_has_ended_may_stay_beside_one_that_has_not() -> None:
    stored = saved(github(ONE, {"secret": TWO, "expires_at": "2025-01-01T00:00:00Z"}))
    assert values(saved(shown(stored), stored)) == [ONE.encode(), TWO.encode()]


def test_what_is_wrong_besides_is_named_before_any_secret_is_read() -> None:
    assert refused({"scheme": "hmac", "secrets": [ONE]}) == ["/verification"]


def test_the_defaults_are_stored_and_shown() -> None:
    stored = saved({"scheme": "hmac", "header": "X-Signature", "secrets": [ONE]})
    assert shown(stored)["template"] == "{body}"


@pytest.mark.parametrize("change", ["project", "id", "bytes", "text"])
def test_what_was_changed_or_moved_does_not_open_and_is_told(change: str, caplog: pytest.LogCaptureFixture) -> None:
    stored = saved(github(ONE, TWO))
    first, second = stored["secrets"]
    if change == "id":
        first["id"], second["id"] = second["id"], first["id"]
    elif change != "project":
        first["sealed"] = second["sealed"] = {"bytes": "AAAA" + first["sealed"][4:], "text": "é"}[change]
    with caplog.at_level(logging.ERROR):
        assert opened(stored, SEAL, "prj_2" if change == "project" else "prj_1") == ()
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert first["id"] in caplog.text


def test_a_secret_that_does_not_open_any_more_cannot_be_kept() -> None:
    earlier = saved(github(ONE))
    other = sealed(github(ONE), None, Seal([bytes([1]) * 32]), "prj_1", NOW)
    assert refused(github({"id": other["secrets"][0]["id"]}, TWO), earlier | other) == ["/verification/secrets/0"]
