"""A connection to a child, for the event loop: whole frames in both directions, and its end."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Callable

from letterbox.judge.frames import LENGTH

CHUNK_BYTES = 65_536


class Connection:
    """Plain callbacks of the loop on a non-blocking socket: what is sent leaves at once, as far as it fits."""

    def __init__(self, plug: socket.socket, received: Callable[[bytes], None], lost: Callable[[], None]) -> None:
        self._socket, self._received, self._lost = plug, received, lost
        self._incoming = bytearray()
        self._unsent: deque[memoryview] = deque()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(plug, self._read)

    def send(self, frame: bytes) -> None:
        """Send, or keep for when there is room. A connection that is lost says so when it is read."""
        self._unsent.append(memoryview(frame))
        if len(self._unsent) == 1:
            self._send_what_fits()
            if self._unsent:
                self._loop.add_writer(self._socket, self._send_more)

    def close(self) -> None:
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._socket.close()
        self._incoming.clear()
        self._unsent.clear()

    def _read(self) -> None:
        try:
            piece = self._socket.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:  # the child ended before it had read all
            piece = b""
        if not piece:
            self._lost()
            return
        self._incoming += piece
        while (frame := self._next_frame()) is not None:
            self._received(frame)

    def _next_frame(self) -> bytes | None:
        if len(self._incoming) < LENGTH.size:
            return None
        end = LENGTH.size + LENGTH.unpack_from(self._incoming)[0]
        if len(self._incoming) < end:
            return None
        frame = bytes(self._incoming[LENGTH.size : end])
        del self._incoming[:end]
        return frame

    def _send_more(self) -> None:
        self._send_what_fits()
        if not self._unsent:
            self._loop.remove_writer(self._socket)

    def _send_what_fits(self) -> None:
        while self._unsent:
            piece = self._unsent[0]
            sent = self._sent_of(piece)
            if sent < len(piece):
                self._unsent[0] = piece[sent:]
                return
            self._unsent.popleft()

    def _sent_of(self, piece: memoryview) -> int:
        """How much of it has left; all, if nobody is there to read it."""
        try:
            return self._socket.send(piece)
        except BlockingIOError:
            return 0
        except OSError:
            return len(piece)
