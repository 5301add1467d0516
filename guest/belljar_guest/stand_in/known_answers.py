"""What is known of absent things without having them.

* the answers of functions that can only have one while modules are imported
* readers of settings: a default given in the code holds where a variable is not set, as with `os.getenv`
* functions that make a value: a default of a column that is one is known by its name
"""

import re
from collections.abc import Callable
from typing import Any

#: What an absent package is taken for, by a library that asks for its version: the newest.
NEWEST = "99.0.0"

_ANSWERS: dict[str, dict[str, Any]] = {
    "flask": {"has_request_context": lambda: False},
    "flask.globals": {"has_request_context": lambda: False},
    "quart": {"has_request_context": lambda: False, "has_websocket_context": lambda: False},
}

#: What reads a setting from the environment when it is called.
_READERS = re.compile(
    r"(decouple\.(config|AutoConfig\(\)|Config\(\))|starlette\.config\.(environ\.get|Config\(\))"
    r"|(environs|environ)\.(env|Env\(\)|FileAwareEnv\(\))(\.\w+)?|envparse\.(env|Env\(\))(\.\w+)?)"
)

#: Names of functions that make a value: they begin with a verb, or ask for the time.
_MAKES = re.compile(
    r"(generate|gen|make|create|build|new|get)(_\w+)?|(\w+_)?(utc)?now(_\w+)?|(\w+_)?uuid\d*|ulid|cuid"
)

#: An attribute of an absent module, and nothing done to it.
_IMPORTED = re.compile(r"[\w.]+\.(\w+)")


#: Packages that read models, and add nothing to tables: they serve, show, check or draw them.
_READING_PACKAGES = frozenset(
    "ariadne click crudadmin dash eralchemy eralchemy2 factory faker fastapi fastapi_admin fastapi_filter "
    "fastapi_pagination fastcrud flask flask_admin flask_httpauth flask_restful flask_restx flask_smorest graphene "
    "graphene_sqlalchemy graphviz litestar loguru marshmallow marshmallow_sqlalchemy paracelsus polyfactory pprint "
    "pydantic_sqlalchemy pydot pyramid pytest quart rich sadisplay sanic sqladmin sqlalchemy_data_model_visualizer "
    "sqlalchemy_schemadisplay starlette starlette_admin strawberry strawberry_sqlalchemy_mapper streamlit structlog "
    "tabulate typer wtforms wtforms_alchemy".split()
)

#: Names of functions that read what they are given.
_READS = re.compile(
    r"(create_|make_|get_|show_|to_|print_)?(\w+_)?(graph|diagram|erd|er_diagram|schema_graph|uml|docs)|render_er|draw"
    r"|describe|(to_)?(dict|json)|dump|print|pprint|serialize"
)

#: Names of decorators that note a class somewhere, or give it methods.
_NOTES = re.compile(
    r"(\w+_)?(register(ed)?|registry|route|admin|compatible|unicode|repr|str|eq|ordering|hashable|final|deprecated|typechecked"
    r"|beartype|serializ\w*|resource|view|command|task|fixture|factory|export(ed)?|public)(_\w+)?"
)

#: Words in the names of what makes a table for each model: of versions, translations, a journal.
_MAKES_TABLES = re.compile(
    r"version|histor|audit|translat|i18n|revision|journal|track|archiv|shadow|temporal|changelog",
    re.IGNORECASE,
)

#: Names of functions that begin something for all models.
_BEGINS = re.compile(
    r"(make|init|initiali[sz]e|setup|set_up|enable|configure|install|register|create|attach|apply)(_\w+)?"
)

#: An engine of ClickHouse: a storage of tables, and no part of them that any other database knows.
_ENGINE = re.compile(r"(\w+\.)*engines?(\.\w+)*\.\w+\(\)")


def only_reads(origin: str) -> bool:
    """Whether a function of this origin is known to leave tables as they are."""
    dotted = origin.split("(", maxsplit=1)[0]
    return dotted.partition(".")[0] in _READING_PACKAGES or bool(_READS.fullmatch(dotted.rpartition(".")[2]))


def only_notes(origin: str) -> bool:
    """Whether a decorator of this origin leaves the columns of a class as they are."""
    if _MAKES_TABLES.search(origin):
        return only_reads(origin)
    return only_reads(origin) or any(map(_NOTES.fullmatch, _dotted(origin).split(".")))


def makes_tables(name: str) -> bool:
    """Whether a class or decorator of this name may make further tables."""
    return _MAKES_TABLES.search(_dotted(name).rpartition(".")[2]) is not None


def begins_tables(origin: str) -> bool:
    """Whether a call of this origin may make further tables for models: `make_versioned()`, `versioning.init(Base)`."""
    dotted = _dotted(origin)
    return bool(_BEGINS.fullmatch(dotted.rpartition(".")[2])) and _MAKES_TABLES.search(dotted) is not None


def _dotted(origin: str) -> str:
    return origin.split("(", maxsplit=1)[0]


def is_engine(origin: str) -> bool:
    """Whether this among the arguments of a table says how it is stored."""
    return _ENGINE.fullmatch(origin) is not None


def answers(module: str) -> dict[str, Any]:
    """What an absent module has whose answer is known."""
    return _ANSWERS.get(module, {})


def is_reader(origin: str) -> bool:
    """Whether a call of this gives a setting, and its default where the setting is not made."""
    return _READERS.fullmatch(origin) is not None


def read(default: Any, cast: Any) -> Any:
    """What a reader gives that falls back to a default, which it casts as any other value."""
    if isinstance(default, str) and isinstance(cast, type) and cast in (int, float, str):
        return cast(default)
    return default


def maker(origin: str) -> Callable[..., Any] | None:
    """A function in the place of an absent one that makes values for a column; `None` where it may be no function."""
    found = _IMPORTED.fullmatch(origin)
    return factory(origin) if found is not None and _MAKES.fullmatch(found.group(1)) else None


def factory(origin: str) -> Callable[..., Any] | None:
    """A function in the place of an absent one that is one for certain; `None` where its name is not known."""
    if _IMPORTED.fullmatch(origin) is None:
        return None

    def make() -> None:
        """Never called: nothing is ever stored."""

    make.__module__, _, make.__qualname__ = origin.rpartition(".")
    make.__name__ = make.__qualname__
    return make
