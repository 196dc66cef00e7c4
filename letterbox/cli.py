"""The command `letterbox`. Each word is imported when it is said: who calls a service waits for none of its parts."""

from __future__ import annotations

from importlib import import_module

import click

from letterbox import __version__

WORDS = {
    **dict.fromkeys(("serve", "migrate", "routes", "backup", "dump", "load"), "letterbox.operating"),
    "worker": "letterbox.working",
    "import": "letterbox.client.command_import",
    "apply": "letterbox.client.command_apply",
    "check": "letterbox.client.command_check",
    "listen": "letterbox.client.command_listen",
}


class Words(click.Group):
    """The commands by their words, in the order in which they are listed."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(WORDS)

    def get_command(self, _context: click.Context, word: str) -> click.Command | None:
        if word not in WORDS:
            return None
        module = import_module(WORDS[word])
        command: click.Command = getattr(module, word, None) or getattr(module, f"{word}_")
        return command


@click.group(cls=Words)
@click.version_option(__version__, prog_name="letterbox")
def main() -> None:
    """HTTP endpoints declared as data, whose every acknowledged request is already on disk."""


if __name__ == "__main__":
    main()
