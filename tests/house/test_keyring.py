"""The keyring: which secret is good at which time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from letterbox.keyring import Caller, Keyring, hash_of
from letterbox.store.changes import Changed, Removed
from letterbox.store.keys import Key

NOON = 1_700_000_000_000
KEY = Key(
    id="key_1",
    project_id="prj_1",
    name="one",
    scopes=frozenset({"read", "write"}),
    hash=hash_of("the secret"),
    previous_hash=None,
    previous_expires_at=None,
    bootstrap=False,
    expires_at=None,
    created_at=NOON,
)
ROTATED = replace(KEY, hash=hash_of("the new secret"), previous_hash=KEY.hash, previous_expires_at=NOON + 1000)

At = Callable[[int], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Sets the time."""

    def set_time(moment: int) -> None:
        monkeypatch.setattr("letterbox.keyring.now", lambda: moment)

    set_time(NOON)
    return set_time


@pytest.fixture
def keyring(at: At) -> Keyring:
    """A keyring that holds KEY, at noon."""
    assert callable(at)
    ring = Keyring()
    ring.apply(Changed(KEY))
    return ring


def test_a_good_secret_says_whose_it_is_and_what_it_may_do(keyring: Keyring) -> None:
    assert keyring.caller_of("the secret") == Caller("key_1", "prj_1", frozenset({"read", "write"}))


@pytest.mark.parametrize("secret", ["", "another", "the secret ", "THE SECRET", KEY.hash, "é"])
def test_nobody_holds_another_secret(keyring: Keyring, secret: str) -> None:
    assert keyring.caller_of(secret) is None


def test_both_secrets_are_good_during_the_overlap(keyring: Keyring, at: At) -> None:
    keyring.apply(Changed(ROTATED))
    at(NOON + 999)
    assert keyring.caller_of("the secret") == keyring.caller_of("the new secret") != None  # noqa: E711 # chained


def test_the_old_secret_ends_with_the_overlap(keyring: Keyring, at: At) -> None:
    keyring.apply(Changed(ROTATED))
    at(NOON + 1000)
    assert keyring.caller_of("the secret") is None
    assert keyring.caller_of("the new secret") is not None


def test_without_an_overlap_the_old_secret_ends_at_once(keyring: Keyring) -> None:
    keyring.apply(Changed(replace(ROTATED, previous_hash=None, previous_expires_at=None)))
    assert keyring.caller_of("the secret") is None
    assert keyring.caller_of("the new secret") is not None


def test_a_second_rotation_ends_the_oldest_secret(keyring: Keyring) -> None:
    keyring.apply(Changed(ROTATED))
    keyring.apply(Changed(replace(ROTATED, hash=hash_of("the newest"), previous_hash=ROTATED.hash)))
    assert [keyring.caller_of(secret) is not None for secret in ("the secret", "the new secret", "the newest")] == [
        False,
        True,
        True,
    ]


def test_a_key_is_good_until_the_moment_it_expires(keyring: Keyring, at: At) -> None:
    keyring.apply(Changed(replace(KEY, expires_at=NOON + 10)))
    at(NOON + 9)
    assert keyring.caller_of("the secret") is not None
    at(NOON + 10)
    assert keyring.caller_of("the secret") is None


def test_an_overlap_does_not_outlive_its_key(keyring: Keyring, at: At) -> None:
    keyring.apply(Changed(replace(ROTATED, expires_at=NOON + 10)))
    at(NOON + 10)
    assert keyring.caller_of("the secret") is None
    assert keyring.caller_of("the new secret") is None


def test_a_removed_key_is_good_no_longer_by_either_secret(keyring: Keyring) -> None:
    keyring.apply(Changed(ROTATED))
    keyring.apply(Removed(ROTATED))
    assert keyring.caller_of("the secret") is None
    assert keyring.caller_of("the new secret") is None


def test_a_key_that_was_removed_twice_or_never_there_troubles_nobody(keyring: Keyring) -> None:
    keyring.apply(Removed(replace(KEY, id="key_2", hash=hash_of("another"))))
    assert keyring.caller_of("the secret") is not None
    keyring.apply(Removed(KEY))
    keyring.apply(Removed(KEY))
    assert keyring.caller_of("the secret") is None


def test_changed_scopes_hold_for_the_next_call(keyring: Keyring) -> None:
    keyring.apply(Changed(replace(KEY, scopes=frozenset({"read"}))))
    caller = keyring.caller_of("the secret")
    assert caller is not None
    assert caller.scopes == {"read"}


def test_what_is_no_key_changes_nothing(keyring: Keyring) -> None:
    keyring.apply("something else")
    assert keyring.caller_of("the secret") is not None
