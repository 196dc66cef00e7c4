"""`letterbox listen`: follow what an endpoint receives, and forward it to a program nearby."""

from __future__ import annotations

import re
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import click
import httpx

from letterbox.client.api import Api, at
from letterbox.client.calling import BAD_USAGE, FAILED, SETTINGS, calling
from letterbox.client.choosing import Choice
from letterbox.client.cursor import Cursor
from letterbox.client.ending import Ending, LeftAtOnce
from letterbox.client.forwarding import Forwarding, without_login
from letterbox.client.letter import Letter
from letterbox.client.listening import Counts, Enough, Listener, newest
from letterbox.client.settings import service_url
from letterbox.client.showing import Lines, json_line
from letterbox.client.tail import Tail
from letterbox.expressions import BadExpression

NOT_ALL_WELL = 3
LEFT_AT_ONCE = 130  # as shells have it for what Ctrl+C ended
VERDICTS = ("accepted", "quarantined", "refused", "duplicate")
SPAN = re.compile(r"([0-9]{1,9})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
EXITS = f"""\b
Exit codes: 0 ended by --limit or Ctrl+C, and all was well; {FAILED} the service
refused, or did not answer at the start; {BAD_USAGE} an option, a file or a setting
is wrong; {NOT_ALL_WELL} ended likewise, but something was not forwarded or not
answered 2xx; {LEFT_AT_ONCE} ended by a second Ctrl+C, before the answer at hand
was there. Its request is not counted, and with --cursor comes again."""


class Options(NamedTuple):
    """How to listen."""

    forward: httpx.URL | None
    timeout: float
    verdict: str | None
    filter: Choice | None
    since: str | None
    replay: int
    limit: int | None
    cursor: Path | None
    as_json: bool


def an_address(_context: click.Context, _option: click.Parameter, value: str | None) -> httpx.URL | None:
    if value is None:
        return None
    try:
        parts = httpx.URL(value)
        service_url(str(parts.copy_with(query=None, fragment=None)))
    except (ValueError, httpx.InvalidURL):
        raise click.BadParameter(f"{value[:200]!r} is no address such as http://localhost:3000/hook") from None
    return parts


def a_time(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """RFC 3339 of a time, or of so long ago."""
    if value is None:
        return None
    try:
        if span := SPAN.fullmatch(value):
            moment = datetime.now(UTC) - timedelta(**{UNITS[span[2]]: int(span[1])})
        else:
            moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{value[:200]!r} is neither 10m, 2h or 3d nor 2025-09-17T10:00:00Z") from None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def a_choice(_context: click.Context, _option: click.Parameter, value: str | None) -> Choice | None:
    try:
        return None if value is None else Choice(value, note)
    except BadExpression as reason:
        raise click.BadParameter(str(reason)) from None


@click.command(epilog=f"{SETTINGS}\n\n{EXITS}")
@click.argument("endpoint")
@click.option("--forward", metavar="URL", callback=an_address, help="Where to send them on to, one after the other.")
@click.option(
    "--filter",
    metavar="CEL",
    callback=a_choice,
    help="Only those for which this is true: \"request.event_type == 'push'\".",
)
@click.option("--verdict", type=click.Choice(VERDICTS), help="Only those of this; with --forward: accepted.")
@click.option("--since", metavar="TIME", callback=a_time, help="Begin at 10m, 2h or 3d ago, or at a time in RFC 3339.")
@click.option("--replay", metavar="N", type=click.IntRange(1), help="Begin with the newest N that are kept.")
@click.option("--limit", metavar="N", type=click.IntRange(1), help="End after N.")
@click.option(
    "--cursor", metavar="FILE", type=click.Path(path_type=Path), help="Keep the position there; go on from it."
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(0.1),
    default=30,
    help="How long URL may take.",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line.")
def listen(endpoint: str, **options: Any) -> None:
    """Follow what ENDPOINT receives, live, and forward it to a program nearby.

    Forwarded are the requests that are accepted, and quarantined ones once they are released; not what is refused or a
    duplicate, unless --verdict says so. Each keeps its method, query, headers and bytes; URL is the whole address,
    without the path at which it came in. Without --forward, all are shown, whatever their verdict.

    None is missed and none comes twice while this runs, whatever becomes of the connection or of the service. With
    --cursor that holds across restarts; --since and --replay then count for the first start. While no connection to
    URL comes about, it holds the line and tries again. Any other failure counts as the answer, and it goes on.
    """
    if options["since"] and options["replay"]:
        raise click.UsageError("Give --since or --replay, not both.")
    with calling() as api:
        sys.exit(run(api, endpoint, Options(**{**options, "replay": options["replay"] or 0})))


def run(api: Api, name: str, options: Options) -> int:
    """Listen until that ends; the exit code."""
    endpoint = api.read(at("endpoints", name)).value
    cursor, ending = Cursor(endpoint["id"], options.cursor), Ending(say_waiting)
    with forwarding_to(options) as forwarding:
        listener = Listener(
            choice=options.filter,
            forwarding=forwarding,
            show=json_line if options.as_json else Lines(),
            cursor=cursor,
            limit=options.limit,
            ending=ending,
            note=note,
        )
        try:
            with ending.listened_for():
                attend(api, endpoint, listener, cursor, options)
        except (Enough, KeyboardInterrupt) as reason:
            note(summary(listener.counts, options))
            if isinstance(reason, LeftAtOnce):
                return LEFT_AT_ONCE
    return NOT_ALL_WELL if listener.counts.not_good else 0


def attend(api: Api, endpoint: dict[str, Any], listener: Listener, cursor: Cursor, options: Options) -> None:
    """Deal with what is to be replayed, and then with what comes. Only an exception ends it."""
    verdict = options.verdict or ("accepted" if options.forward else None)
    query = {"endpoint": endpoint["id"], **({"verdict": verdict} if verdict else {})}
    is_first = cursor.position is None
    tail = Tail(api, {**query, "events": "request"}, cursor, since=options.since, note=note)
    tail.begin()
    backlog = deque(newest(api, query, options.replay) if is_first and options.replay else [])
    onward = f", forwarding to {without_login(options.forward)}" if options.forward else ""
    note(f"Listening at {endpoint['url']}{onward}; Ctrl+C ends it")

    def replay() -> None:
        while backlog:
            listener.take_kept(Letter(api, backlog[0]))
            backlog.popleft()

    tail.persist(replay)
    cursor.keep()  # only now: whoever ends before has the rest of it again
    tail.follow(lambda event: listener.take(api, event))


@contextmanager
def forwarding_to(options: Options) -> Iterator[Forwarding | None]:
    if options.forward is None:
        yield None
        return
    with closing(Forwarding(options.forward, options.timeout)) as forwarding:
        yield forwarding


def summary(counts: Counts, options: Options) -> str:
    if options.forward is None:
        return f"{counts.taken} shown"
    if not counts.not_good:
        return f"{counts.taken} forwarded{', all answered 2xx' if counts.taken else ''}"
    return f"{counts.taken} forwarded, {counts.not_good} of them without an answer of 2xx"


def say_waiting() -> None:
    note("Waiting for the answer at hand; Ctrl+C again to leave now")


def note(text: str) -> None:
    """Say something that is no request."""
    click.echo(f"letterbox: {text}.", err=True)
