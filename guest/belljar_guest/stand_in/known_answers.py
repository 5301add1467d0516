"""What is known about absent objects.

* results of functions that can only have one value while modules are imported
* readers of settings: a default given in the code applies if a variable is not set, as with `os.getenv`
* functions that produce a value: such a column default is identified by its name
"""

import re
from collections.abc import Callable
from typing import Any

#: The version of an absent package, for a library that asks: a very high one.
NEWEST = "99.0.0"

_ANSWERS: dict[str, dict[str, Any]] = {
    "flask": {"has_request_context": lambda: False},
    "flask.globals": {"has_request_context": lambda: False},
    "quart": {"has_request_context": lambda: False, "has_websocket_context": lambda: False},
}

#: Functions that read a setting from the environment.
_READERS = re.compile(
    r"(decouple\.(config|AutoConfig\(\)|Config\(\))|starlette\.config\.(environ\.get|Config\(\))"
    r"|(environs|environ)\.(env|Env\(\)|FileAwareEnv\(\))(\.\w+)?|envparse\.(env|Env\(\))(\.\w+)?)"
)

#: Names of functions that produce a value: they begin with a verb, or ask for the time.
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

#: Names of functions that only read their arguments.
_READS = re.compile(
    r"(create_|make_|get_|show_|to_|print_)?(\w+_)?(graph|diagram|erd|er_diagram|schema_graph|uml|docs)|render_er|draw"
    r"|describe|(to_)?(dict|json)|dump|print|pprint|serialize"
)

#: Names of decorators that register a class somewhere, or add methods to it.
_REGISTERS = re.compile(
    r"(\w+_)?(register(ed)?|registry|route|admin|compatible|unicode|repr|str|eq|ordering|hashable|final|deprecated|typechecked"
    r"|beartype|serializ\w*|resource|view|command|task|fixture|factory|export(ed)?|public)(_\w+)?"
)

#: Words in the names of what creates a table for each model: versions, translations, a journal.
_MAKES_TABLES = re.compile(
    r"version|histor|audit|translat|i18n|revision|journal|track|archiv|shadow|temporal|changelog",
    re.IGNORECASE,
)

#: Names of functions that set something up for all models.
_STARTS = re.compile(
    r"(make|init|initiali[sz]e|setup|set_up|enable|configure|install|register|create|attach|apply)(_\w+)?"
)

#: A ClickHouse engine: it configures the storage of a table, which other databases do not have.
_ENGINE = re.compile(r"(\w+\.)*engines?(\.\w+)*\.\w+\(\)")


def only_reads(origin: str) -> bool:
    """Whether a function of this origin is known to leave tables unchanged."""
    dotted = origin.split("(", maxsplit=1)[0]
    return dotted.partition(".")[0] in _READING_PACKAGES or bool(_READS.fullmatch(dotted.rpartition(".")[2]))


def only_registers(origin: str) -> bool:
    """Whether a decorator of this origin leaves the columns of a class unchanged."""
    if _MAKES_TABLES.search(origin):
        return only_reads(origin)
    return only_reads(origin) or any(map(_REGISTERS.fullmatch, _dotted(origin).split(".")))


def makes_tables(name: str) -> bool:
    """Whether a class or decorator of this name may create further tables."""
    return _MAKES_TABLES.search(_dotted(name).rpartition(".")[2]) is not None


def starts_making_tables(origin: str) -> bool:
    """Whether a call of this origin may create further tables: `make_versioned()`, `versioning.init(Base)`."""
    dotted = _dotted(origin)
    return bool(_STARTS.fullmatch(dotted.rpartition(".")[2])) and _MAKES_TABLES.search(dotted) is not None


def _dotted(origin: str) -> str:
    return origin.split("(", maxsplit=1)[0]


def is_engine(origin: str) -> bool:
    """Whether an argument of a table configures its storage."""
    return _ENGINE.fullmatch(origin) is not None


def known_attributes(module: str) -> dict[str, Any]:
    """The known attributes of an absent module."""
    return _ANSWERS.get(module, {})


def is_reader(origin: str) -> bool:
    """Whether a call of this origin returns a setting, or its default if the setting is missing."""
    return _READERS.fullmatch(origin) is not None


def setting_default(default: Any, cast: Any) -> Any:
    """The default that a reader of settings returns, cast like any other value."""
    if isinstance(default, str) and isinstance(cast, type) and cast in (int, float, str):
        return cast(default)
    return default


def value_maker(origin: str) -> Callable[..., Any] | None:
    """A function in place of an absent one that produces column values; `None` if it may be no function."""
    found = _IMPORTED.fullmatch(origin)
    return value_factory(origin) if found is not None and _MAKES.fullmatch(found.group(1)) else None


def value_factory(origin: str) -> Callable[..., Any] | None:
    """A function in place of an absent one that is certainly a function; `None` if its name is not known."""
    if _IMPORTED.fullmatch(origin) is None:
        return None

    def make() -> None:
        """Never called: no row is ever stored."""

    make.__module__, _, make.__qualname__ = origin.rpartition(".")
    make.__name__ = make.__qualname__
    return make
