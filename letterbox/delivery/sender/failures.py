"""What went wrong, in one word of a closed list, of the many ways in which aiohttp says it."""

from __future__ import annotations

import logging

from aiohttp import client_exceptions as client
from aiohttp import http_exceptions as http

from letterbox.delivery.egress import BlockedAddress
from letterbox.delivery.sender.answer import Error

log = logging.getLogger(__name__)

TOO_MANY = "Too many headers"  # aiohttp has no class for it

# The first that fits; some are several of these at once.
_WORDS: tuple[tuple[type[BaseException], Error], ...] = (
    (BlockedAddress, "blocked_address"),
    (client.InvalidURL, "blocked_address"),  # an address in a spelling that aiohttp will not dial
    (TimeoutError, "timeout"),
    (client.ClientConnectorDNSError, "dns_failure"),
    (client.ClientSSLError, "tls_failure"),
    (client.ClientConnectorCertificateError, "tls_failure"),
    (client.ServerFingerprintMismatch, "tls_failure"),
    (http.LineTooLong, "response_too_large"),
    (http.ContentLengthError, "connection_reset"),  # these two are said of a body that the connection ended within
    (http.TransferEncodingError, "connection_reset"),
    (http.HttpProcessingError, "invalid_response"),
    (ConnectionRefusedError, "connection_refused"),
    (ConnectionError, "connection_reset"),
    (client.ClientConnectorError, "connection_refused"),  # no route there, whatever the system calls it
    (client.ClientConnectionError, "connection_reset"),
    (client.ClientResponseError, "invalid_response"),
    (client.ClientPayloadError, "invalid_response"),
    (OSError, "connection_reset"),
)


def error_of(failure: Exception) -> Error:
    """The word for what a try ended with."""
    chain = _causes(failure)
    if any(isinstance(one, http.BadHttpMessage) and one.message.startswith(TOO_MANY) for one in chain):
        return "response_too_large"
    known = (word for kind, word in _WORDS if any(isinstance(one, kind) for one in chain))
    return next(known, None) or _unforeseen(failure)


def _unforeseen(failure: Exception) -> Error:
    """A fault of ours, most likely. Its text is not logged: it may hold what was sent."""
    log.error("A try ended as nobody foresaw: %s", type(failure).__qualname__)
    return "invalid_response"


def _causes(failure: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while failure is not None and failure not in found:
        found.append(failure)
        failure = failure.__cause__
    return found
