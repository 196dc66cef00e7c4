"""JSON that breaks parsers: deep, long, ambiguous, compressed or none at all; and what a contract makes of each."""

from __future__ import annotations

import functools
import gzip
import struct
import zlib
from typing import NamedTuple

MEBIBYTE = 2**20
MILLION = 1_000_000
BAR_SECONDS = 0.05  # for what is at most 1 MiB
JUDGED_SECONDS = 0.15  # for that of it whose many values the judge goes through, for 0.1 s of its time at most

JSON = b"Content-Type: application/json"
GZIP = JSON + b"\r\nContent-Encoding: gzip"

# Looks at every member, so that much of them is much to judge.
CONTRACT = {
    "media_types": ["application/json"],
    "body": {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": {"not": {"const": 7}}},
    "active": True,
}

GOOD, BROKEN, UNPARSABLE = "", "contract_violation", "unparsable_body"


class Hostile(NamedTuple):
    """A body, and what is wrong with it by the contract; of `much` there may be too much for the judge's time."""

    header: bytes
    body: bytes
    cause: str
    much: bool = False

    @property
    def bar(self) -> float:
        """In how many seconds it has to be answered; those of more than 1 MiB, also once inflated, have no bar."""
        if len(self.body) > MEBIBYTE or (self.much and self.header == GZIP):
            return float("inf")
        return JUDGED_SECONDS if self.much else BAR_SECONDS


def deep(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def keys(count: int) -> bytes:
    return b"{" + b",".join(b'"%x":0' % number for number in range(count)) + b"}"


def bomb(mebibytes: int) -> bytes:
    """So many MiB of zeros as gzip: the same block again and again, which is sooner made than compressed."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block, checksum = deflater.compress(bytes(MEBIBYTE)) + deflater.flush(zlib.Z_FULL_FLUSH), 0
    for _ in range(mebibytes):
        checksum = zlib.crc32(bytes(MEBIBYTE), checksum)
    end = deflater.flush() + struct.pack("<II", checksum, mebibytes * MEBIBYTE)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * mebibytes + end


@functools.cache
def hostile() -> dict[str, Hostile]:
    return texts() | numbers_and_letters() | compressed()


def texts() -> dict[str, Hostile]:
    return {
        "65 deep": Hostile(JSON, b'{"b":' + deep(64) + b"}", UNPARSABLE),
        "1,024 deep": Hostile(JSON, deep(1024), UNPARSABLE),
        "100,000 deep": Hostile(JSON, deep(100_000), UNPARSABLE),
        "1 MiB deep": Hostile(JSON, deep(MEBIBYTE // 2), UNPARSABLE),
        "1 MiB deep, objects": Hostile(JSON, (b'{"":' * (MEBIBYTE // 5)) + b"0" + b"}" * (MEBIBYTE // 5), UNPARSABLE),
        "open brackets": Hostile(JSON, b"[" * MEBIBYTE, UNPARSABLE),
        "a million keys": Hostile(JSON, keys(MILLION), GOOD, much=True),
        "1 MiB of keys": Hostile(JSON, keys(100_000), GOOD, much=True),
        "1 MiB of one key": Hostile(JSON, b"{" + b",".join([b'"":0'] * (MEBIBYTE // 5)) + b"}", UNPARSABLE, much=True),
        "a key twice": Hostile(JSON, b'{"a":1,"b":{"c":1,"\\u0063":2}}', UNPARSABLE),
    }


def numbers_and_letters() -> dict[str, Hostile]:
    return {
        "a number of 5,000 digits": Hostile(JSON, b'{"n":' + b"9" * 5000 + b"}", UNPARSABLE),
        "a number of 1 MiB": Hostile(JSON, b"9" * MEBIBYTE, UNPARSABLE),
        "NaN": Hostile(JSON, b'{"n":NaN}', UNPARSABLE),
        "1e400": Hostile(JSON, b'{"n":-1e400}', UNPARSABLE),
        "a lone surrogate": Hostile(JSON, b'{"s":"\\ud800","\\udfff":1}', UNPARSABLE),
        "surrogates as UTF-8": Hostile(JSON, b'{"s":"\xed\xa0\x80"}', UNPARSABLE),
        "a byte order mark": Hostile(JSON, b'\xef\xbb\xbf{"a":1}', GOOD),
        "UTF-16": Hostile(JSON, '{"a":"ü"}'.encode("utf-16"), UNPARSABLE),
        "UTF-16 that says so": Hostile(JSON + b"; charset=utf-16", '{"a":"ü"}'.encode("utf-16-le"), UNPARSABLE),
        "not UTF-8": Hostile(JSON, b'{"a":"\xff\xfe"}', UNPARSABLE),
        "NUL": Hostile(JSON, b'{"a":"\x00","\\u0000":"\\u0000"}', UNPARSABLE),
        "NUL, escaped": Hostile(JSON, b'{"a":"\\u0000","\\u0000":"\\u0000"}', BROKEN),
        "nothing": Hostile(JSON, b"", BROKEN),
        "no JSON at all": Hostile(JSON, b"not json \x01\x02", UNPARSABLE),
        "two documents": Hostile(JSON, b'{"a":1}{"a":2}', UNPARSABLE),
    }


def compressed() -> dict[str, Hostile]:
    return {
        "gzip": Hostile(GZIP, gzip.compress(b'{"a":1}'), GOOD),
        "gzip of a broken one": Hostile(GZIP, gzip.compress(b'{"a":1.5}'), BROKEN),
        "gzip of 1 GiB": Hostile(GZIP, bomb(1024), UNPARSABLE),
        "gzip of 4 MiB of keys": Hostile(GZIP, gzip.compress(keys(400_000)), GOOD, much=True),
        "gzip, cut off": Hostile(GZIP, gzip.compress(b'{"a":1}')[:-6], UNPARSABLE),
        "gzip, and more": Hostile(GZIP, gzip.compress(b'{"a":1}') * 2, UNPARSABLE),
        "gzip, a bit flipped": Hostile(GZIP, gzip.compress(b'{"a":1}')[:-8] + bytes(8), UNPARSABLE),
        "gzip that is none": Hostile(GZIP, b'{"a":1}', UNPARSABLE),
    }
