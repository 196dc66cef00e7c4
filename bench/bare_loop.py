"""A bare aiohttp loop: posts the same body again and again, and keeps nothing of it."""

from __future__ import annotations

import argparse
import asyncio

import aiohttp
import uvloop


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.bare_loop", description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--at-once", type=int, required=True)
    parser.add_argument("--bytes", type=int, required=True)
    given = parser.parse_args()
    left = iter(range(given.count))
    body, headers = b"x" * given.bytes, {"content-type": "application/json"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def post() -> None:
            for _ in left:
                async with session.post(given.url, data=body, headers=headers) as answer:
                    await answer.read()

        await asyncio.gather(*(post() for _ in range(given.at_once)))


if __name__ == "__main__":
    uvloop.run(main())
