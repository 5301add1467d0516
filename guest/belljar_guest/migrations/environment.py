"""`env.py`, run for what it configures: the databases, the options, and the models that it compares with."""

import argparse
import contextlib
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from ..extract.sql import DIALECTS, MARIADB, make_dialect
from ..stand_in.value import StandIn


@dataclass
class Pass:
    """A call of `context.run_migrations`: the options of `context.configure`, and the arguments for `upgrade`."""

    options: dict[str, Any] = field(default_factory=dict)
    arguments: dict[str, Any] = field(default_factory=dict)


def configuration(file: str | None, section: str, options: dict[str, str]) -> Any:
    """Alembic's configuration, from its file if there is one."""
    given: dict[str, Any] = {"ini_section": section}
    if file is not None and file.endswith(".toml"):
        given["toml_file"] = file
    elif file is not None:
        given["file_"] = file
    try:
        config: Any = Config(**given)
        config.get_main_option("script_location")
    except Exception:  # the file can't be read, or this release knows no such argument
        config = Config(ini_section=section)
    for name, value in options.items():
        with contextlib.suppress(Exception):
            if config.get_main_option(name) is None:
                config.set_main_option(name, value.replace("%", "%%"))
    config.cmd_opts = argparse.Namespace(
        autogenerate=False,
        x=None,
        sql=True,
        tag=None,
        revision="head",
        raiseerr=False,
        name=section,
        cmd=(None, [], []),
    )
    return config


class Environment(EnvironmentContext):
    """`alembic.context`: notes what is configured, and runs nothing."""

    def __init__(self, config: Any, script: Any) -> None:
        """Take the configuration, and the folder of scripts."""
        super().__init__(config, script)
        self.offline = True
        self.passes: list[Pass] = []
        self.options: dict[str, Any] = {}
        self.has_configured = False
        self.present: Any = None

    def install(self) -> None:
        """Make this `alembic.context`."""
        setups: Any = self._setups
        setups[type(self)] = setups[EnvironmentContext]
        self._install_proxy()

    def is_offline_mode(self) -> bool:
        """Whether the environment is asked for the way without a connection."""
        return self.offline

    def configure(  # type: ignore[override]
        self, connection: Any = None, url: Any = None, dialect_name: Any = None, **options: Any
    ) -> None:
        """Note the options."""
        self.options = {**options, "connection": connection, "url": url, "dialect_name": dialect_name}
        self.has_configured = True

    def run_migrations(self, **arguments: Any) -> None:
        """Note that the versions run with the present options."""
        self.passes.append(Pass(dict(self.options), arguments))

    def get_x_argument(self, as_dictionary: bool = False) -> Any:  # noqa: FBT001, FBT002  # Alembic's
        """Return no arguments: none are given."""
        return {} if as_dictionary else []

    def get_tag_argument(self) -> None:
        """Return no tag."""

    get_starting_revision_argument = get_tag_argument

    def get_revision_argument(self) -> Any:
        """Return the target of an upgrade."""
        return "heads"

    def is_transactional_ddl(self) -> bool:
        """Return true: each version is taken as a whole."""
        return True

    def requires_connection(self) -> bool:
        """Return false: there is no database."""
        return False

    def begin_transaction(self) -> Any:
        """Begin a transaction without effect."""
        return contextlib.nullcontext()

    def get_context(self) -> Any:
        """The context of the version that runs, or a stand-in."""
        return self.present if self.present is not None else StandIn("database.context")

    def get_bind(self) -> Any:
        """The connection of the version that runs."""
        return self.get_context().bind

    def get_impl(self) -> Any:
        """The implementation of the version that runs."""
        return self.get_context().impl

    def execute(self, sql: Any, execution_options: Any = None) -> None:
        """Execute a statement in the version that runs."""
        if self.present is not None:
            self.present.impl.execute(sql, execution_options)

    def static_output(self, text: str) -> None:
        """Print nothing."""


def script_directory(folder: str, locations: list[str]) -> Any:
    """The folder of scripts, as far as `env.py` asks for it."""
    try:
        return ScriptDirectory(folder, version_locations=locations or None)
    except Exception:  # there is no such folder
        return StandIn("alembic.script")


def dialect_of(wanted: str | None, options: dict[str, Any], default: str) -> str:
    """The name of the dialect for which the versions run."""
    if wanted is not None:
        return wanted
    connection = options.get("connection")
    offered = [options.get("dialect_name")]
    if not isinstance(connection, StandIn):
        offered.append(getattr(getattr(connection, "dialect", None), "name", None))
    url = options.get("url")
    if isinstance(url, (str, sa.engine.url.URL)):
        with contextlib.suppress(Exception):
            offered.append(sa.engine.url.make_url(url).get_backend_name())
    return next(
        (str(name) for name in offered if isinstance(name, str) and name in (*DIALECTS, MARIADB)), default
    )


def dialect(name: str) -> Any:
    """A dialect as after a connection."""
    made = make_dialect(name, paramstyle="named")
    made.server_version_info = _RECENT.get(name, (99, 0))
    if not hasattr(made, "driver"):  # that of MariaDB is a base class
        made.driver = "mysqldb"
    if name == "postgresql":
        made.default_schema_name = "public"
    return made


#: Versions of servers that version files may ask for.
_RECENT = {
    "postgresql": (16, 0),
    "mysql": (8, 4, 0),
    "mariadb": (11, 4, 0),
    "sqlite": (3, 46, 0),
    "mssql": (16, 0),
}
