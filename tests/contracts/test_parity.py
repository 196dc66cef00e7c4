"""By GitHub's own schemas a body gets the verdict that the jsonschema package gives it."""

import pytest

from tests.contracts.parity import compared
from tests.github.payloads import Payload, payloads

SOME = payloads()[3::6]  # `python -m tests.contracts.parity` takes all


@pytest.mark.parametrize("payload", SOME, ids=lambda payload: payload.name)
def test_verdicts_are_those_of_the_jsonschema_package(payload: Payload) -> None:
    assert [each for each in compared([payload], 1) if each.is_taken != each.is_taken_there] == []


@pytest.mark.parametrize("payload", SOME[::3], ids=lambda payload: payload.name)
def test_every_refusal_says_which_member_is_wrong(payload: Payload) -> None:
    keywords = [violation["keyword"] for each in compared([payload], 2) for violation in each.violations]
    assert "schema" not in keywords
