"""Standard functions that parse a text. A stand-in is parsed as the text of its mark, and that counts as a guess."""

import functools
import importlib.metadata
import sys
import urllib.parse
from collections.abc import Callable
from typing import Any

from .known_answers import NEWEST
from .ledger import current
from .value import StandIn, origin_of


def install() -> None:
    """Install all patches."""
    for name in ("urlparse", "urlsplit", "urljoin", "quote", "quote_plus", "unquote", "unquote_plus"):
        setattr(urllib.parse, name, _accepting_stand_ins(getattr(urllib.parse, name)))
    importlib.metadata.version = _version_or_newest(importlib.metadata.version)  # type: ignore[assignment]


def _accepting_stand_ins(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def taken(*args: Any, **kwargs: Any) -> Any:
        given = [_as_text(item) if isinstance(item, StandIn) else item for item in args]
        return original(*given, **kwargs)

    return taken


def _as_text(value: StandIn) -> str:
    current().note_guess(str(origin_of(value)), "text")
    return str(value)


def _version_or_newest(original: Callable[[str], str]) -> Callable[[str], str]:
    @functools.wraps(original)
    def version(distribution_name: str) -> str:
        try:
            return original(distribution_name)
        except importlib.metadata.PackageNotFoundError:
            places, path = current().places, sys._getframe(1).f_code.co_filename
            if places.relative(path) is not None or places.library(path) is not None:
                raise
            return NEWEST

    return version
