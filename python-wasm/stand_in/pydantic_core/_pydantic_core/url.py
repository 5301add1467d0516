"""URLs, as far as the URL standard matters to settings and columns: parts, default ports, empty paths."""

import re
from collections.abc import Mapping
from functools import total_ordering
from typing import Any, Self
from urllib.parse import parse_qsl, quote

from .errors import Invalid, LineError, invalid
from .state import LAX, Builder, Scope, State, Validate

#: Schemes that the standard knows, with their ports.
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21, "file": None}
_SPLIT = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):(?P<slashes>//)?(?P<rest>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]*\]|[^:\[\]]*)(?::(?P<port>\d*))?")
_UNSAFE = re.compile(r"[\s<>\\^`{|}]")
_SAFE = "!#$%&'()*+,/:;=?@[]~|^"


class _Host:
    """User, password, host and port."""

    def __init__(self, text: str, special: Mapping[str, int | None], scheme: str) -> None:
        """Read `user:password@host:port`."""
        user, at, place = text.rpartition("@")
        name, colon, password = user.partition(":")
        found = _HOST.fullmatch(place)
        if not found or _UNSAFE.search(found["host"]):
            raise ValueError("invalid international domain name" if place else "empty host")
        if found["port"] and int(found["port"]) > 65535:
            raise ValueError("invalid port number")
        self.username = quote(name, _SAFE) if at and name else None
        self.password = quote(password, _SAFE) if colon else None
        self.host = found["host"].lower() if scheme in special else found["host"]
        self.host = self.host or None
        self.port = int(found["port"]) if found["port"] else None
        if self.port is not None and self.port == special.get(scheme):
            self.port = None

    def text(self) -> str:
        """Write it again."""
        user = self.username or ""
        if self.password is not None:
            user += f":{self.password}"
        at = "@" if user else ""
        return f"{user}{at}{self.host or ''}" + (f":{self.port}" if self.port is not None else "")

    def parts(self) -> dict[str, Any]:
        """Give the four parts."""
        return {name: getattr(self, name) for name in ("username", "password", "host", "port")}


@total_ordering
class _Address:
    """What both kinds of URL share."""

    _several = False

    def __init__(self, url: str, *, preserve_empty_path: bool = False) -> None:
        """Read a URL; raises `ValidationError` when it is none."""
        from .errors import ValidationError

        try:
            self._read(url, preserve_empty_path=preserve_empty_path)
        except ValueError as error:
            raise ValidationError(
                type(self).__name__, [LineError("url_parsing", url, {"error": error})]
            ) from None

    def _read(self, url: str, *, preserve_empty_path: bool) -> None:
        text = url.strip()
        found = _SPLIT.fullmatch(text)
        if not found:
            raise ValueError("relative URL without a base" if text else "input is empty")
        self.scheme = found["scheme"].lower()
        special = self.scheme in _PORTS
        self._hosts: list[_Host] = []
        rest = found["rest"]
        self._slashes = bool(found["slashes"]) or special
        if self._slashes:
            place, slash, path = rest.lstrip("/" if special and self.scheme != "file" else "").partition("/")
            parts = place.split(",") if self._several else [place]
            self._hosts = [_Host(part, _PORTS, self.scheme) for part in parts if part or not special]
            if special and self.scheme != "file" and not any(host.host for host in self._hosts):
                raise ValueError("empty host")
            rest = slash + path
        if special and not rest and not preserve_empty_path:
            rest = "/"
        self.path = _encoded(rest) or None
        self.query = _encoded(found["query"])
        self.fragment = _encoded(found["fragment"])

    def query_params(self) -> list[tuple[str, str]]:
        """Give the pairs of the query."""
        return parse_qsl(self.query or "", keep_blank_values=True)

    def unicode_string(self) -> str:
        """Write it as text."""
        return str(self)

    def __str__(self) -> str:
        place = ",".join(host.text() for host in self._hosts)
        text = f"{self.scheme}:{'//' if self._slashes else ''}{place}{self.path or ''}"
        if self.query is not None:
            text += f"?{self.query}"
        return text if self.fragment is None else f"{text}#{self.fragment}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and str(self) == str(other)

    def __lt__(self, other: object) -> bool:
        return str(self) < str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    @classmethod
    def build(  # noqa: PLR0913  # pydantic's own signature
        cls,
        *,
        scheme: str,
        hosts: list[dict[str, Any]] | None = None,
        username: str | None = None,
        password: str | None = None,
        host: str | None = None,
        port: int | None = None,
        path: str | None = None,
        query: str | None = None,
        fragment: str | None = None,
        **options: Any,
    ) -> Self:
        """Make a URL of its parts."""
        if hosts is None:
            hosts = [{"username": username, "password": password, "host": host, "port": port}]
        text = f"{scheme}://{','.join(_joined(**item) for item in hosts)}"
        if path is not None:
            text += f"/{path}"
        text += f"?{query}" if query is not None else ""
        return cls(text + (f"#{fragment}" if fragment is not None else ""), **options)


def _joined(host: Any = None, username: Any = None, password: Any = None, port: Any = None) -> str:
    user = "" if username is None else str(username)
    if password is not None:
        user += f":{password}"
    at = "@" if user else ""
    return f"{user}{at}{'' if host is None else host}" + (f":{port}" if port is not None else "")


def _encoded(text: str | None) -> str | None:
    return None if text is None else quote(text, _SAFE)


class Url(_Address):
    """A URL with one host."""

    @property
    def _host(self) -> _Host | None:
        return self._hosts[0] if self._hosts else None

    @property
    def username(self) -> str | None:
        """The user."""
        return self._host.username if self._host else None

    @property
    def password(self) -> str | None:
        """The password."""
        return self._host.password if self._host else None

    @property
    def host(self) -> str | None:
        """The host."""
        return self._host.host if self._host else None

    @property
    def port(self) -> int | None:
        """The port, or the usual one of the scheme."""
        given = self._host.port if self._host else None
        return _PORTS.get(self.scheme) if given is None else given

    def unicode_host(self) -> str | None:
        """The host."""
        return self.host


class MultiHostUrl(_Address):
    """A URL with several hosts, as databases have them."""

    _several = True

    def hosts(self) -> list[dict[str, Any]]:
        """Give every host."""
        return [
            {**host.parts(), "port": _PORTS.get(self.scheme) if host.port is None else host.port}
            for host in self._hosts
        ]


def _url(cls: type[_Address]) -> Builder:
    def build(schema: Mapping[str, Any], scope: Scope) -> Validate:
        longest, schemes = schema.get("max_length"), schema.get("allowed_schemes")
        preserve = scope.config.get("url_preserve_empty_path", False)

        def validate(value: Any, state: State) -> Any:
            given = getattr(value, "_url", value)
            if isinstance(given, _Address):
                made = given if isinstance(given, cls) else cls(str(given))
            elif isinstance(given, str):
                state.lower(LAX)
                if longest is not None and len(given) > longest:
                    raise invalid("url_too_long", value, max_length=longest)
                made = _read(cls, given, preserve=preserve)
            else:
                raise invalid("url_type", value)
            if schemes and made.scheme not in schemes:
                words = [repr(scheme) for scheme in schemes]
                shown = " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
                raise invalid("url_scheme", value, expected_schemes=shown)
            return _completed(made, schema, value)

        return validate

    return build


def _read(cls: type[_Address], text: str, *, preserve: bool) -> _Address:
    made = cls.__new__(cls)
    try:
        made._read(text, preserve_empty_path=preserve)
    except ValueError as error:
        raise invalid("url_parsing", text, error=error) from None
    return made


def _completed(made: _Address, schema: Mapping[str, Any], value: Any) -> _Address:
    """Fill in the host, the port and the path that a schema has by default."""
    wanted = {name: schema.get(f"default_{name}") for name in ("host", "port", "path")}
    if made._hosts and any(item is not None for item in wanted.values()):
        for host in made._hosts:
            host.host = host.host or wanted["host"]
            if host.port is None and wanted["port"] is not None:
                host.port = wanted["port"]
        if made.path in (None, "/") and wanted["path"] is not None:
            made.path = wanted["path"]
    if schema.get("host_required") and not any(host.host for host in made._hosts):
        raise Invalid([LineError("url_parsing", value, {"error": "empty host"})])
    return made


BUILDERS: dict[str, Builder] = {"url": _url(Url), "multi-host-url": _url(MultiHostUrl)}
