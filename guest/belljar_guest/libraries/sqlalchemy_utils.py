"""SQLAlchemy-Utils: types that need a package for handling their values.

Such a type can't be created without its package. A project that uses the type has the package, and the package only
handles values, so a placeholder is enough for the column. Some releases have other columns; a project that requires
them gets those.
"""

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from sqlalchemy.types import String, Unicode

from ..stand_in.value import StandIn
from . import versions

_TYPES = "sqlalchemy_utils.types."

#: The modules of such types, with the names in them that are undefined without the package.
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

#: The length of a password column, and the passlib schemes that need more.
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
    """A class without behaviour."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Accept any arguments."""


class _PasswordContext:
    """The part of passlib's context that the password type uses."""

    def __init__(self, schemes: Any = (), onload: Any = None, **kwargs: Any) -> None:
        self._schemes, self._onload, self._others = schemes, onload, kwargs

    def schemes(self) -> list[str]:
        """The names of the schemes, loaded on first use."""
        if self._onload is not None:
            self._schemes, self._onload = self._onload(**self._others).get("schemes", self._schemes), None
        return [str(name) for name in self._schemes]


def _password_length(self: Any) -> int:
    return max([_PASSWORD_LENGTH, *(_LONGER.get(name, 0) for name in self.context.schemes())])


class _EmptyPackage(ModuleType):
    """A package whose every name is a class without behaviour."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything


def _adapt(module: Any) -> None:
    for name in _NEEDED[module.__name__].split():
        if vars(module).get(name) is None:
            setattr(module, name, _Anything if name[0].isupper() else _EmptyPackage(name))
    if module.__name__ == f"{_TYPES}password":
        module.LazyCryptContext = _PasswordContext
        module.PasswordType.calculate_max_length = _password_length
    if module.__name__ == f"{_TYPES}encrypted.encrypted_type":
        _wrap_key(module.StringEncryptedType)
        if versions.before("sqlalchemy-utils", "0.37") and not versions.before("sqlalchemy-utils", "0.36.5"):
            module.EncryptedType.impl = String
    if module.__name__ == f"{_TYPES}timezone":
        _wrap_backend(module.TimezoneType)


def _wrap_backend(cls: Any) -> None:
    """Accept every backend for a time zone type."""
    original = cls.__init__

    @functools.wraps(original)
    def init(self: Any, backend: str = "dateutil") -> None:
        original(self, "zoneinfo" if backend in ("dateutil", "pytz") else backend)
        self.backend = backend

    cls.__init__ = init


def _wrap_key(cls: Any) -> None:
    """Accept an absent key, which only affects values."""
    original = cls.__init__

    @functools.wraps(original)
    def init(self: Any, type_in: Any = None, key: Any = None, *args: Any, **kwargs: Any) -> None:
        original(self, type_in, str(key) if isinstance(key, StandIn) else key, *args, **kwargs)

    cls.__init__ = init


def _adapt_email(module: Any) -> None:
    """Give addresses the fixed length of old releases."""
    if versions.before("sqlalchemy-utils", "0.32.9"):
        module.EmailType.__init__ = lambda self, *args, **kwargs: None
        module.EmailType.impl = Unicode(255)


ADAPTERS: dict[str, Callable[[ModuleType], None]] = {
    **dict.fromkeys(_NEEDED, _adapt),
    f"{_TYPES}email": _adapt_email,
}
