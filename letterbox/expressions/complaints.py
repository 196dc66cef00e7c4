"""What the parser complains about, in words of ours: its own are about its grammar."""

from __future__ import annotations

import re

LONGEST = 40  # characters of the source that are shown again

# Words of other languages, and how CEL says them.
FOREIGN = {
    "and": "for `and`, write `&&`.",
    "or": "for `or`, write `||`.",
    "not": "for `not`, write `!`.",
    "is": "for `is`, write `==`.",
    **dict.fromkeys(("if", "then", "else"), "a choice is written `condition ? this : that`."),
    "=": "to compare, write `==`.",
    "&": "for and, write `&&`.",
    "|": "for or, write `||`.",
    ";": "this is one expression, without a `;`.",
}

_UNREAD = "this cannot be read."
_MEMBER = "`has` takes a member such as `request.body.zen`; for a header, write `'x-zen' in request.headers`."
_SAID = (
    (re.compile(r"(?:mismatched|extraneous) input '<EOF>'"), "it breaks off here."),
    (re.compile(r"no viable alternative at input '.*\.'"), "a member's name is missing here."),
    (re.compile(r"no viable alternative"), "this does not fit here."),
    (re.compile(r"(?:mismatched|extraneous) input '(?P<text>.*?)'(?: expecting|$)"), "`{text}` does not fit here."),
    (re.compile(r"missing '(?P<text>.)' at"), "`{text}` is missing here."),
    (re.compile(r"invalid argument to has\(\) macro"), _MEMBER),
    (re.compile(r"reserved identifier: (?P<text>\w+)"), "`{text}` is reserved, and names nothing."),
    (re.compile(r"Incomplete .*_\?_:_"), FOREIGN["if"]),
    (re.compile(r"unsupported syntax '(?P<text>.*?)'"), "`{text}` is not known here; ask with `has` first."),
    (re.compile(r"argument must be a simple name"), "a macro binds a name of its own, such as `item`."),
    (re.compile(r"invalid (?P<text>string|bytes|int|uint|double|float) literal"), "this {text} cannot be read."),
)
_NOT = re.compile(r"\bnot\s+$")
_WORD = re.compile(r"\w+")


def foreign(character: str) -> str:
    """What to write instead of a character that CEL doesn't have."""
    return FOREIGN.get(character, _UNREAD)


def in_words(complaint: str, source: str, offset: int) -> str:
    """A complaint about what stands at this offset, as a sentence that begins in lower case."""
    found = _WORD.match(source, offset)
    word = "not" if _NOT.search(source[:offset]) else found and found[0]
    if word in FOREIGN:
        return FOREIGN[word]
    for pattern, words in _SAID:
        if said := pattern.match(complaint):
            return words.format(**{name: text[:LONGEST] for name, text in said.groupdict().items()})
    return f"{complaint.partition(' expecting ')[0][:200]}."
