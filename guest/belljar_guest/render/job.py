"""What the host asks for, and the frames that answer."""

from typing import Any

from .. import frames
from ..channel import Channel
from . import mariadb, output, scope, script
from .changes import Step, parse
from .steps import Builder
from .tables import Side
from .texts import one_line, refuse


def carry_out(job: dict[str, Any], channel: Channel) -> None:
    """Render for every dialect, statements or a script.

    `job` has the tables, types and all else of `base`, in the names of the head, and of `head`; the `changes` of the
    diff, the `dialects`, and the texts that are `refused`. For a script it has the same of the way `back`.
    """
    refuse(job.get("refused", ()))
    for wanted in job["dialects"]:
        is_mariadb = wanted == "mariadb"
        _carry_out(mariadb.as_mysql(job) if is_mariadb else job, "mysql" if is_mariadb else wanted, channel)


def _carry_out(job: dict[str, Any], dialect: str, channel: Channel) -> None:
    """Render for one dialect."""
    back = job.get("back")
    there = _builder(job, dialect)
    up = _steps(there, dialect, in_script=back is not None)
    if back is None:
        for step in up:
            channel.send(_rendered(step, dialect))
        return
    again = _builder(back, dialect)
    again.made = there.made
    down = _steps(again, dialect, in_script=True)
    gaps = sum(len(step.gaps) for step in (*up, *down))
    channel.send(frames.Script(dialect, script.script(up, down, dialect), gaps))


def _builder(way: dict[str, Any], dialect: str) -> Builder:
    """What makes the steps of one way."""
    sides = [scope.document(way[side], dialect) for side in ("base", "head")]
    changes = scope.named(scope.changes(parse(way["changes"]), dialect, way["base"], way["head"]), sides)
    start, end = (Side(side, dialect) for side in sides)
    return Builder(dialect, start, end, changes)


def _steps(builder: Builder, dialect: str, *, in_script: bool) -> list[Step]:
    """The steps, without the operations of those that SQLAlchemy or Alembic refuse."""
    steps = builder.steps()
    for step in steps:
        why = output.check(step, dialect, in_script=in_script) if step.operations else None
        if why is not None:
            step.operations.clear()
            step.gaps.append(f"it can't be rendered: {why}")
    return steps


def _rendered(step: Step, dialect: str) -> frames.Rendered:
    notes = [frames.RenderNote(is_gap=False, message=one_line(text)) for text in step.notes]
    notes += [frames.RenderNote(is_gap=True, message=one_line(text)) for text in step.gaps]
    return frames.Rendered(dialect, step.changes, output.statements(step, dialect), notes)
