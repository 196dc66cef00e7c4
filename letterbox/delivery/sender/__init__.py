"""The sender: one try of a delivery over HTTP. Nothing else of ours opens outbound sockets, or knows aiohttp.

- `sender`: what is sent with, made when it is first needed; `pool`: its connections, and a try within its deadline
- `deadlines`: when a try is cut off
- `exchange`: one request and its answer over a connection; `wire`: how a request is written, byte for byte
- `resolving`: names are looked up once, and vetted
- `answer`: what came of a try; `failures`: what went wrong, in one word
"""

from letterbox.delivery.sender.answer import ERRORS, Answer
from letterbox.delivery.sender.sender import Sender

__all__ = ["ERRORS", "Answer", "Sender"]
