"""Expressions as they are saved: a bad one is refused with its place, and none brings the process down."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.expressions import BadExpression, compiled
from letterbox.expressions import expression as compiling
from letterbox.expressions.names import CEL_FUNCTIONS, FUNCTIONS, MACROS, MEMBERS, METHODS, OUR_FUNCTIONS, TYPES
from letterbox.expressions.tokens import DEEPEST

tried = settings(derandomize=True, deadline=None, max_examples=300)


def refusal_of(source: str) -> str:
    with pytest.raises(BadExpression) as refusal:
        compiled(source)
    return str(refusal.value)


BAD = [
    ("", "At line 1, column 1: it breaks off here."),
    ("1 +", "At line 1, column 4: it breaks off here."),
    ("!", "At line 1, column 2: it breaks off here."),
    ("true and true", "At line 1, column 6: for `and`, write `&&`."),
    ("'é' == 'a'\n  or true", "At line 2, column 3: for `or`, write `||`."),
    ("not request.body", "At line 1, column 5: for `not`, write `!`."),
    ("1 is 2", "At line 1, column 3: for `is`, write `==`."),
    ("request.id = 'a'", "At line 1, column 12: to compare, write `==`."),
    ("true & true", "At line 1, column 6: for and, write `&&`."),
    ("true | true", "At line 1, column 6: for or, write `||`."),
    ("1; 2", "At line 1, column 2: this is one expression"),
    ("if true", "At line 1, column 1: a choice is written `condition ? this : that`."),
    ("true ? 1", "At line 1, column 1: a choice is written `condition ? this : that`."),
    ("1 == == 1", "At line 1, column 6: `==` does not fit here."),
    ("1 'a'", "At line 1, column 3: `'a'` does not fit here."),
    ("{'a' 1}", "At line 1, column 6: `:` is missing here."),
    ("request.", "At line 1, column 9: a member's name is missing here."),
    ("9223372036854775808000", "At line 1, column 1: this int cannot be read."),
    ("[1].map(1, 1)", "At line 1, column 9: a macro binds a name of its own"),
    ("request.id ==\n  == 'a'", "At line 2, column 3: "),
    ("(1", "At line 1, column 1: this bracket is never closed."),
    ("[1)", "At line 1, column 3: this bracket closes none."),
    ("1)", "At line 1, column 2: this bracket closes none."),
    ("request.id == 'abc", "At line 1, column 15: this cannot be read."),
    ("1 # 2", "At line 1, column 3: this cannot be read."),
    ("'é' + é", "At line 1, column 7: this cannot be read."),
    ("1 == 1\n && \0", "At line 2, column 5: this cannot be read."),
    ("body.zen", "At line 1, column 1: there is nothing named `body`; begin with `request`."),
    ("request.id == x", "At line 1, column 15: there is nothing named `x`"),
    ("[1].map(x, x) + x", "At line 1, column 17: there is nothing named `x`"),
    ("[1].map(x, x).exists(y, x == y)", "At line 1, column 25: there is nothing named `x`"),
    ("[1].map(request, request)", "At line 1, column 9: a macro binds a name of its own"),
    ("request.header", "At line 1, column 9: `request` has body, event_type, headers"),
    ("request['header']", "At line 1, column 9: `request` has body"),
    ("shout('a')", "At line 1, column 1: there is no function `shout`."),
    ("matches('a', 'b')", "At line 1, column 1: there is no function `matches`, but there is `.matches(…)`."),
    ("'a'.hex()", "At line 1, column 5: there is no method `hex`, but there is `hex(…)`."),
    ("[1].len()", "At line 1, column 5: there is no method `len`, but there is `.size()`."),
    ("len([1])", "At line 1, column 1: there is no function `len`, but there is `size(…)`."),
    ("'a'.starts_with('a')", "At line 1, column 5: there is no method `starts_with`, but there is `.startsWith(…)`."),
    ("'a'.lower()", "At line 1, column 5: there is no method `lower`, but there is `lower(…)`."),
    ("hmac('md5', 'a', 'b')", "At line 1, column 6: the algorithms are 'sha1', 'sha256', 'sha512'."),
    ("sign(\"SHA256\", 'a')", "At line 1, column 6: the algorithms are "),
    ("request.map(1)", "At line 1, column 9: `map` takes 2 or 3 arguments."),
    ("hmac('sha256', ['a', 'b'])", "At line 1, column 1: `hmac` takes 3 arguments."),
    ("sha256()", "At line 1, column 1: `sha256` takes 1 argument."),
    ("Message{a: 1}", "At line 1, column 1: messages cannot be made here."),
    (".request.id", "At line 1, column 1: a member needs a value in front of its point."),
    ("'a' in .request.id", "At line 1, column 8: a member needs a value in front of its point."),
    ("has(request.headers['a'])", "At line 1, column 20: `has` takes a member such as "),
    ("request.body.?a", "At line 1, column 13: `.?` is not known here"),
    ("package", "At line 1, column 1: `package` is reserved"),
    ("'\\ud800'", "At line 1, column 1: this string cannot be read."),
]


@pytest.mark.parametrize(("source", "refusal"), BAD)
def test_a_bad_expression_is_refused_with_its_place(source: str, refusal: str) -> None:
    assert refusal_of(source).startswith(refusal)


GOOD = [
    "request.body.zen != null",
    "'x-github-event' in request.headers && has(request.body.zen)",
    "request.body.items.map(item, item.id > 1, item.tags.exists(tag, tag == 'a'))",
    "request.body.items.map(size, size.id)",
    "request.id in ['a', \"b\", r'\\c', '''d''', \"\"\"e\"\"\", R'f']",
    "1 in ([1]) && 1 in {1: 2} // a comment",
    "type(request.body.count) == int",
    "request . path_parameters [ 'order_id' ]",
    "{'a': [1, 2.5, 0x1f, 1u, 1e3, .5], 'b': b'\\x00'}['a'][0] == -1 ? true : !false",
    "hmac(request.query.algorithm, 'a', 'b') == hmac(r'sha1', 'a', 'b')",
    "hmac('sha' + '512', 'a', 'b') == b''",
    "request.received_at > timestamp('2020-01-01T00:00:00Z') + duration('1h')",
]


@pytest.mark.parametrize("source", GOOD)
def test_a_good_expression_is_compiled(source: str) -> None:
    assert compiled(source).source == source


def test_an_expression_is_compiled_once() -> None:
    assert compiled("request.id == 'once'") is compiled("request.id == 'once'")


def test_an_expression_may_have_1024_characters_and_no_more() -> None:
    longest = f"request.id == '{'a' * (compiling.LONGEST - 16)}'"
    assert len(longest) == 1024
    assert compiled(longest).source == longest
    assert refusal_of(longest + " ") == "An expression has at most 1024 characters."


def test_brackets_may_be_as_deep_as_said_and_no_deeper() -> None:
    assert compiled("(" * DEEPEST + "1" + ")" * DEEPEST)
    assert refusal_of("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)).startswith(f"At line 1, column {DEEPEST + 1}: ")


def compiled_or_refused(source: str) -> str:
    """The source of what was compiled, or the refusal."""
    try:
        return compiled(source).source
    except BadExpression as refusal:
        return str(refusal)


HOSTILE = [
    "(" * 1024,
    "[" * 1024,
    "(" * 511 + "1" + ")" * 511,
    "{1:" * 256 + "1" + "}" * 256,
    "size(" * 170 + "'a'" + ")" * 170,
    "!" * 1020 + "true",
    "-" * 1023 + "1",
    "- " * 511 + "1",
    "true?1:" * 146 + "1",
    "true?" * 100 + "1" + ":1" * 100,
    "1+" * 511 + "1",
    "1==" * 341 + "1",
    "false||" * 145 + "true",
    "request.body" + ".a" * 500,
    "request.body" + "[0]" * 330,
    "[" + "1," * 510 + "1]",
    "'a'.size()" + ".size()" * 140,
    "[1].map(a," * 93 + "1" + ")" * 93,
    "a{b:" * 256,
    '"' * 1024,
    "'" * 1023,
    "\\" * 1024,
    "/" * 1024,
    "." * 1024,
    "0" * 1024,
    "`" * 1024,
    "1e" + "9" * 1000,
    "has(" * 200 + "a.b" + ")" * 200,
]


@pytest.mark.parametrize("source", HOSTILE, ids=lambda source: source[:12])
def test_no_expression_brings_the_process_down(source: str) -> None:
    answer = compiled_or_refused(source)
    assert answer == source or len(answer) < 300


PIECES = some.sampled_from(
    [
        *("request", "request.body", ".", "(", ")", "[", "]", "{", "}", ",", ":", "?", "==", "&&", "||", "!", "-", "+"),
        *(" ", "'a'", '"b"', "r'", "'''", "b'", "//", "\n", "1", "1u", "1.5", "in", "has", "x", "true", "null", "\\"),
        *sorted(FUNCTIONS),
        *sorted(METHODS),
    ]
)


@tried
@given(some.lists(PIECES, max_size=20).map("".join) | some.text(max_size=30))
def test_whatever_is_offered_is_compiled_or_refused(source: str) -> None:
    assert compiled_or_refused(source).startswith((source, "At line ", "This cannot be parsed"))


def test_no_function_of_ours_has_the_name_of_one_of_cel() -> None:
    assert OUR_FUNCTIONS.keys().isdisjoint(CEL_FUNCTIONS.keys() | METHODS.keys() | MACROS.keys() | TYPES | MEMBERS)


def test_only_an_expression_that_signs_says_so() -> None:
    assert compiled("base64(sign('sha256', request.query.crc_token))").uses_sign
    assert not compiled("request.query.sign == 'sign(1, 2)'").uses_sign
