"""SQLAlchemy-Utils: a type that asks for a package to handle values with has its column without it.

Such a type refuses to be made where its package is not there. A project that uses it has the package, which only values
pass through: here something that is there takes its place, and the type is as real as its column.
"""

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ..stand_in.value import StandIn

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

#: What the length of a password's column comes to, whatever its schemes: none of passlib's needs more.
_PASSWORD_LENGTH = 1024


class _Anything:
    """A class that does nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take any arguments."""


class _There(ModuleType):
    """A package that is there, with nothing in it but classes that do nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything


def _adapt(module: ModuleType) -> None:
    for name in _NEEDED[module.__name__].split():
        if vars(module).get(name) is None:
            setattr(module, name, _Anything if name[0].isupper() else _There(name))
    if module.__name__ == f"{_TYPES}password":
        module.PasswordType.calculate_max_length = lambda self: _PASSWORD_LENGTH

    if module.__name__ == f"{_TYPES}encrypted.encrypted_type":
        _wrap_key(module.StringEncryptedType)
    if module.__name__ == f"{_TYPES}timezone":
        _wrap_backend(module.TimezoneType)


def _wrap_backend(cls: Any) -> None:
    """Let a type of time zones be made whatever its values are handled with."""
    original = cls.__init__

    @functools.wraps(original)
    def init(self: Any, backend: str = "dateutil") -> None:
        original(self, "zoneinfo" if backend == "pytz" else backend)
        self.backend = backend

    cls.__init__ = init


def _wrap_key(cls: Any) -> None:
    """Let a key that is absent say nothing of its column: only values pass through it."""
    original = cls.__init__

    @functools.wraps(original)
    def init(self: Any, type_in: Any = None, key: Any = None, *args: Any, **kwargs: Any) -> None:
        original(self, type_in, str(key) if isinstance(key, StandIn) else key, *args, **kwargs)

    cls.__init__ = init


ADAPTERS: dict[str, Callable[[ModuleType], None]] = dict.fromkeys(_NEEDED, _adapt)
