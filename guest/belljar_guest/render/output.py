"""The statements of a step, and a check that a step can be rendered."""

from . import script
from .changes import Step
from .operation_renderers import Renderers
from .operations import DropCheck
from .recording import Recording
from .replay import replay_statements
from .sql_texts import one_line


def render_statements(step: Step, dialect: str) -> list[str]:
    """The statements of one step."""
    recording = Recording(dialect)
    for operation in step.operations:
        recording.operations.invoke(operation)
    return recording.statements


def find_refusal(step: Step, dialect: str, *, in_script: bool) -> str | None:
    """Why a step can't be rendered; `None` if it can."""
    try:
        wanted = render_statements(step, dialect)
        if in_script:
            texts = script.render_statements(step, dialect, Renderers(dialect))
            has_check = any(isinstance(operation, DropCheck) for operation in step.operations)
            _compare(wanted, replay_statements(texts, dialect), only_count=has_check)
    except Exception as error:
        text = one_line(str(error))
        return f"{type(error).__name__}: {text}" if text else type(error).__name__
    return None


class DifferentError(Exception):
    """A script would execute other statements."""


def _compare(wanted: list[str], found: list[str], *, only_count: bool) -> None:
    for one, other in zip(wanted, found, strict=False):
        if not only_count and _lines(one) != _lines(other):
            raise DifferentError(f"a script would execute `{other}` for `{one}`")
    if len(wanted) != len(found):
        raise DifferentError(f"a script would execute {len(found)} statements for {len(wanted)}")


def _lines(statement: str) -> list[str]:
    """The lines in sorted order: Alembic sorts the constraints of a table that it writes."""
    return sorted(line.strip().rstrip(",") for line in statement.split("\n"))
