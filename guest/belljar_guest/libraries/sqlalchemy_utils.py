"""SQLAlchemy-Utils: a type that asks for a package to handle values with has its column without it.

Such a type refuses to be made where its package is not there. A project that uses it has the package, which only values
pass through: here something that is there takes its place, and the type is as real as its column. Some releases gave
other columns, which a project that asks for them gets.
"""

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from sqlalchemy.types import String, Unicode

from ..stand_in.value import StandIn
from . import versions

_TYPES = "sqlalchemy_utils.types."

#: The modules with such types, and the names in them that are `None` or a base class without the package.
_NEEDED = {
    "sqlalchemy_utils.i18n": "babel",
    f"{_TYPES}arrow": "arrow",
    f"{_TYPES}color": "colour",
    f"{_TYPES}encrypted.encrypted_type": "cryptography dateutil",
    f"{_TYPES}enriched_datetime.arrow_datetime": "arrow",
    f"{_TYPES}enriched_datetime.pendulum_date": "pendulum",
    f"{_TYPES}enriched_datetime.pendulum_datetime": "pendulum",
    f"{_TYPES}locale": "babel",
    f"{_TYPES}password": "passlib LazyCryptContext",
    f"{_TYPES}pg_composite": "psycopg2 CompositeCaster",
    f"{_TYPES}phone_number": "phonenumbers",
    f"{_TYPES}range": "intervals",
    f"{_TYPES}timezone": "",
}

#: What the length of a password's column comes to, and the schemes of passlib that need more.
_PASSWORD_LENGTH = 1024
_LONGER = {
    "argon2": 4294967331,
    "cta_pbkdf2_sha1": 1073,
    "dlitz_pbkdf2_sha1": 1055,
    "grub_pbkdf2_sha512": 1120,
    "pbkdf2_sha1": 1076,
    "pbkdf2_sha256": 1094,
    "pbkdf2_sha512": 1137,
    "scram": 1043,
    "scrypt": 1068,
}


class _Anything:
    """A class that does nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take any arguments."""


class _Context:
    """What a password's type asks for its schemes."""

    def __init__(self, schemes: Any = (), onload: Any = None, **kwargs: Any) -> None:
        self._schemes, self._onload, self._others = schemes, onload, kwargs

    def schemes(self) -> list[str]:
        """Give the names of the schemes, as the real one does when it is first used."""
        if self._onload is not None:
            self._schemes, self._onload = self._onload(**self._others).get("schemes", self._schemes), None
        return [str(name) for name in self._schemes]


def _password_length(self: Any) -> int:
    return max([_PASSWORD_LENGTH, *(_LONGER.get(name, 0) for name in self.context.schemes())])


class _There(ModuleType):
    """A package that is there, with nothing in it but classes that do nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything


def _adapt(module: Any) -> None:
    for name in _NEEDED[module.__name__].split():
        if vars(module).get(name) is None:
            setattr(module, name, _Anything if name[0].isupper() else _There(name))
    if module.__name__ == f"{_TYPES}password":
        module.LazyCryptContext = _Context
        module.PasswordType.calculate_max_length = _password_length
    if module.__name__ == f"{_TYPES}encrypted.encrypted_type":
        _wrap_key(module.StringEncryptedType)
        if versions.before("sqlalchemy-utils", "0.37") and not versions.before("sqlalchemy-utils", "0.36.5"):
            module.EncryptedType.impl = String
    if module.__name__ == f"{_TYPES}timezone":
        _wrap_backend(module.TimezoneType)


def _wrap_backend(cls: Any) -> None:
    """Let a type of time zones be made whatever its values are handled with."""
    original = cls.__init__

    @functools.wraps(original)
    def init(self: Any, backend: str = "dateutil") -> None:
        original(self, "zoneinfo" if backend in ("dateutil", "pytz") else backend)
        self.backend = backend

    cls.__init__ = init


def _wrap_key(cls: Any) -> None:
    """Let a key that is absent say nothing of its column: only values pass through it."""
    original = cls.__init__

    @functools.wraps(original)
    def init(self: Any, type_in: Any = None, key: Any = None, *args: Any, **kwargs: Any) -> None:
        original(self, type_in, str(key) if isinstance(key, StandIn) else key, *args, **kwargs)

    cls.__init__ = init


def _adapt_email(module: Any) -> None:
    """Give every address the same length, as old releases did whatever they were told."""
    if versions.before("sqlalchemy-utils", "0.32.9"):
        module.EmailType.__init__ = lambda self, *args, **kwargs: None
        module.EmailType.impl = Unicode(255)


ADAPTERS: dict[str, Callable[[ModuleType], None]] = {
    **dict.fromkeys(_NEEDED, _adapt),
    f"{_TYPES}email": _adapt_email,
}
