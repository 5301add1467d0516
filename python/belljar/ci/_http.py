"""Requests to the service's API: JSON, in bounds of time and size, with the token for the one server that it is for."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Mapping, Optional

_TIMEOUT = 30
_LARGEST = 32 << 20
_PAUSES = (1.0, 3.0)
# Answers after which another attempt may succeed.
_BUSY = frozenset({429, 500, 502, 503, 504})
DENIED = frozenset({401, 403, 404})


class Refused(Exception):  # noqa: N818 it is what the service says
    """A request that failed."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}" if status else reason)
        self.status = status


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could lead the token to another server."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Client:
    """An API."""

    def __init__(self, root: str, headers: Mapping[str, str], proxy: str = "") -> None:
        self.root = root.rstrip("/")
        self._headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "belljar-ci",
            **headers,
        }
        proxies = [urllib.request.ProxyHandler({"http": proxy})] if proxy else []
        self._opener = urllib.request.build_opener(_NoRedirects, *proxies)

    def send(self, method: str, path: str, body: Optional[object] = None) -> Any:
        """The answer to a request.

        Where the server is busy there are more attempts, unless one could do something twice.
        """
        data = None if body is None else json.dumps(body).encode()
        pauses = iter(_PAUSES)
        while True:
            try:
                return self._once(method, path, data)
            except Refused as error:  # noqa: PERF203 an attempt is a request
                again = error.status in _BUSY and (method != "POST" or error.status == 429)  # noqa: PLR2004
                pause = next(pauses, None) if again else None
                if pause is None:
                    raise
                time.sleep(pause)

    def _once(self, method: str, path: str, data: Optional[bytes]) -> Any:
        request = urllib.request.Request(  # noqa: S310 the root is the service's own variable
            f"{self.root}/{path}", data=data, headers=self._headers, method=method
        )
        try:
            with self._opener.open(request, timeout=_TIMEOUT) as answer:
                text = answer.read(_LARGEST + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.code, _reason(error)) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Refused(0, str(getattr(error, "reason", error))) from None
        if len(text) > _LARGEST:
            raise Refused(0, "the answer is too large")
        try:
            return json.loads(text) if text.strip() else None
        except ValueError:
            raise Refused(0, "the answer is no JSON") from None


def _reason(error: urllib.error.HTTPError) -> str:
    """What the server says of an error."""
    try:
        said = json.loads(error.read(1 << 16))
        message = said.get("message") or said.get("error", {})
        message = message.get("message", "") if isinstance(message, dict) else message
        return str(message)[:300] or str(error.reason)
    except (OSError, ValueError, AttributeError, http.client.HTTPException):
        return str(error.reason)


def quoted(text: str) -> str:
    """A text as one part of a path."""
    return urllib.parse.quote(text, safe="")
