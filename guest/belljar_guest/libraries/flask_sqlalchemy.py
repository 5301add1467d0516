"""Flask-SQLAlchemy 2 and 3: without an application, and with the tables of the required release.

The third version names tables differently, has a `MetaData` for each bind, and takes other arguments. A project that
requires an earlier release gets its behaviour, whichever version the generation carries.
"""

import functools
import re
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import versions

#: The first release with the new behaviour.
_THIRD = "3"

_CAMEL = re.compile(r"([A-Z]+)(?=[a-z0-9])")


def adapt(module: ModuleType) -> None:
    """Ignore the application: Flask is absent, and no part of the schema is in it."""

    def init_app(self: Any, app: Any) -> None:
        """Do nothing: there is no application."""

    module.SQLAlchemy.init_app = init_app
    for name in ("create_all", "drop_all"):  # they need engines of an application
        setattr(module.SQLAlchemy, name, _change_nothing)
    query = getattr(module.SQLAlchemy, "Query", None) or getattr(module, "BaseQuery", None)
    if query is None:
        from importlib import import_module

        query = import_module("flask_sqlalchemy.query").Query
    for name in ("BaseQuery", "Query"):
        vars(module).setdefault(name, query)
    model: Any = sys.modules.get("flask_sqlalchemy.model")
    for name in ("Model", "DefaultMeta"):
        if name in vars(model):
            vars(module).setdefault(name, vars(model)[name])
    if hasattr(module.SQLAlchemy, "_make_metadata") and versions.before("flask-sqlalchemy", _THIRD):
        _behave_like_second(module.SQLAlchemy, model)


def _change_nothing(self: Any, *_args: Any, **_kwargs: Any) -> None:
    """Do nothing: there is no database."""


def _behave_like_second(cls: Any, model: Any) -> None:
    """Make the third version behave like the second."""
    model.camel_to_snake_case = snake_case
    make_metadata, make_base, init = cls._make_metadata, cls._make_declarative_base, cls.__init__
    cls._make_metadata = lambda self, bind_key: make_metadata(self, None)
    model.BindMetaMixin.__init__ = _keeping_bind(model.BindMetaMixin.__init__)
    cls.make_declarative_base = lambda self, model, metadata=None: make_base(self, model)

    def make_declarative_base(self: Any, model: Any, *_args: Any, **_kwargs: Any) -> Any:
        base = self.make_declarative_base(model, self.metadatas.get(None))
        base.__fsa__ = self
        return base

    cls._make_declarative_base = make_declarative_base

    @functools.wraps(init)
    def initialise(
        self: Any,
        app: Any = None,
        use_native_unicode: object = None,
        session_options: Any = None,
        metadata: Any = None,
        **kwargs: Any,
    ) -> None:
        init(self, app, session_options=session_options, metadata=metadata, **kwargs)

    cls.__init__ = initialise


def snake_case(name: str) -> str:
    """The table name that the second version generates: `ACL` and `User2FA` keep capitals."""

    def join(match: re.Match[str]) -> str:
        word = match.group()
        return (f"_{word[:-1]}_{word[-1]}" if len(word) > 1 else f"_{word}").lower()

    return _CAMEL.sub(join, name).lstrip("_")


def _keeping_bind(original: Callable[..., None]) -> Callable[..., None]:
    """Store the bind with the table, as all tables share a `MetaData`."""

    @functools.wraps(original)
    def init(cls: Any, name: str, bases: Any, namespace: Any, **kwargs: Any) -> None:
        original(cls, name, bases, namespace, **kwargs)
        bind = getattr(cls, "__bind_key__", None)
        if bind is not None and getattr(cls, "__table__", None) is not None:
            cls.__table__.info["bind_key"] = bind

    return init
