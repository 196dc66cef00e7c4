"""Patterns are measured with their repetitions written out."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from letterbox.contracts import patterns
from letterbox.contracts.patterns import compiles, objection, size_of, width_of


@pytest.mark.parametrize(
    ("pattern", "size"),
    [
        ("", 1),
        ("abc", 4),
        ("a{3}", 4),
        ("a{2,5}", 6),
        ("a{2,}", 4),
        ("a*b+c?", 4),
        ("(ab){3}", 7),
        ("(a{10}b){10}", 111),
        ("(?:a|b){2}", 7),
        ("[a-z]{4}", 5),
        (r"\d{4}", 5),
        (r"\D", 21),
        (".{2}", 41),
        (r"\p{L}", 301),
        ("a{", 3),
        (")", 1),
        (r"\u0041{3}", 4),
        ("a[b{100}", 3),
    ],
)
def test_the_size_is_that_of_the_pattern_written_out(pattern: str, size: int) -> None:
    assert size_of(pattern) == size


@pytest.mark.parametrize(
    ("pattern", "width"),
    [
        ("^[0-9a-f]{40}$", 1),
        ("^[a-z0-9-]{1,63}$", 2),
        ("^ab{3}c*d", 2),
        ("[0-9a-f]{40}", 41),
        ("^[ab]*a[ab]{200}c", 203),
        ("^a|b$", 6),
        ("^(a|b)$", 6),
    ],
)
def test_the_width_counts_what_may_follow_the_first_choice(pattern: str, width: int) -> None:
    assert width_of(pattern) == width


@given(st.text(alphabet=r"ab(){}[]|*+?.\^$0123,pdDk<=!:-", max_size=40))
def test_any_text_can_be_measured(pattern: str) -> None:
    assert 0 < width_of(pattern) <= size_of(pattern)


@given(st.text(alphabet=r"ab(){}[]|*+?.\^$019,pdDk<=!:-", max_size=30))
def test_any_text_is_taken_or_refused_in_a_sentence(pattern: str) -> None:
    sentence = objection(pattern)
    assert sentence is None or sentence.endswith(".")


@pytest.mark.parametrize("pattern", ["[", "a[b", "[^", r"[a\]", "[[" * 2000, "[^" * 2000])
def test_a_class_that_does_not_end_is_refused_without_compiling_it(pattern: str) -> None:
    assert "does not end" in str(objection(pattern))


@pytest.mark.parametrize("pattern", ["[]", "[[]", r"[\]]", r"\[", "[]]", "a[b]c]"])
def test_a_class_that_ends_is_none_that_does_not(pattern: str) -> None:
    assert objection(pattern) is None


@given(st.text(alphabet=r"ab[]^\(-", max_size=12))
def test_what_does_not_end_is_no_regular_expression(pattern: str) -> None:
    assume("does not end" in str(objection(pattern)))
    assert not compiles(pattern)


def test_no_pattern_is_compiled_to_look_at_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "validator", lambda *_, **__: pytest.fail("it was compiled"))
    assert objection("(never seen before") is None
