"""Alembic: migrations are not run, as there is no database to change."""

import functools
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ..stand_in import ledger

#: The code of the remark that a command was not run.
CODE = "migrations"


def adapt_command(module: ModuleType) -> None:
    """Let every command do nothing."""
    for name, value in list(vars(module).items()):
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
            setattr(module, name, _left_out(value, f"`alembic.command.{name}` is not run"))


def adapt_config(module: ModuleType) -> None:
    """Let the command line do nothing."""
    original = module.CommandLine.main
    module.CommandLine.main = _left_out(original, "`alembic.config.CommandLine.main` is not run")


def adapt_script(module: ModuleType) -> None:
    """Do not run the environment of migrations, which connects to a database."""
    original = module.ScriptDirectory.run_env
    module.ScriptDirectory.run_env = _left_out(original, "the migrations' `env.py` is not run")


def _left_out(original: Callable[..., Any], message: str) -> Callable[..., None]:
    @functools.wraps(original)
    def left_out(*_args: Any, **_kwargs: Any) -> None:
        ledger.current().report_remark(CODE, message)

    return left_out


ADAPTERS: dict[str, Callable[[ModuleType], None]] = {
    "alembic.command": adapt_command,
    "alembic.config": adapt_config,
    "alembic.script.base": adapt_script,
}
