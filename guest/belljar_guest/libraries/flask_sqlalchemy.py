"""Flask-SQLAlchemy 2 and 3: no application, and the names of both."""

import sys
from types import ModuleType
from typing import Any


def adapt(module: ModuleType) -> None:
    """Leave the application alone: Flask is absent, and nothing of the schema is in it."""

    def init_app(self: Any, app: Any) -> None:
        """Bind nothing."""

    module.SQLAlchemy.init_app = init_app
    for name in ("create_all", "drop_all"):  # they ask an application for its engines
        setattr(module.SQLAlchemy, name, _change_nothing)
    query = getattr(module.SQLAlchemy, "Query", None) or getattr(module, "BaseQuery", None)
    if query is None:
        from importlib import import_module

        query = import_module("flask_sqlalchemy.query").Query
    for name in ("BaseQuery", "Query"):
        vars(module).setdefault(name, query)
    model = sys.modules.get("flask_sqlalchemy.model")
    for name in ("Model", "DefaultMeta"):
        if name in vars(model):
            vars(module).setdefault(name, vars(model)[name])


def _change_nothing(self: Any, *_args: Any, **_kwargs: Any) -> None:
    """Leave a database alone that is not there."""
