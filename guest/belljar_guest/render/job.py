"""The host's request to render changes, and the frames that answer it."""

from typing import Any

from .. import frames
from ..channel import Channel
from . import dialect_scope, mariadb, output, script
from .builder import Builder
from .changes import Step, parse
from .sql_texts import one_line, refuse_texts
from .steps import build_steps
from .tables import Side


def render_job(job: dict[str, Any], channel: Channel) -> None:
    """Render statements or a script for every dialect.

    `job` has the tables, types and other objects of `base`, under the names of the head, and those of `head`; the
    `changes` of the diff, the `dialects`, and the texts that are `refused`. For a script it also has the same for the
    way `back`.
    """
    refuse_texts(job.get("refused", ()))
    for wanted in job["dialects"]:
        is_mariadb = wanted == "mariadb"
        _render_dialect(
            mariadb.as_mysql(job) if is_mariadb else job, "mysql" if is_mariadb else wanted, channel
        )


def _render_dialect(job: dict[str, Any], dialect: str, channel: Channel) -> None:
    """Render for one dialect."""
    back = job.get("back")
    up = _steps(_builder(job, dialect), dialect, in_script=back is not None)
    if back is None:
        for step in up:
            channel.send(_rendered(step, dialect))
        return
    down = _steps(_builder(back, dialect), dialect, in_script=True)
    gaps = sum(len(step.gaps) for step in (*up, *down))
    channel.send(frames.Script(dialect, script.script(up, down, dialect), gaps))


def _builder(way: dict[str, Any], dialect: str) -> Builder:
    """The builder of one direction."""
    sides = [dialect_scope.scope_document(way[side], dialect) for side in ("base", "head")]
    changes = dialect_scope.rename_paths(
        dialect_scope.scope_changes(parse(way["changes"]), dialect, way["base"], way["head"]), sides
    )
    start, end = (Side(side, dialect) for side in sides)
    return Builder(dialect, start, end, changes)


def _steps(builder: Builder, dialect: str, *, in_script: bool) -> list[Step]:
    """The steps; those that SQLAlchemy or Alembic refuse become gaps."""
    steps = build_steps(builder)
    for step in steps:
        why = output.find_refusal(step, dialect, in_script=in_script) if step.operations else None
        if why is not None:
            step.operations.clear()
            step.gaps.append(f"it can't be rendered: {why}")
    return steps


def _rendered(step: Step, dialect: str) -> frames.Rendered:
    notes = [frames.RenderNote(is_gap=False, message=one_line(text)) for text in step.notes]
    notes += [frames.RenderNote(is_gap=True, message=one_line(text)) for text in step.gaps]
    return frames.Rendered(dialect, step.changes, output.render_statements(step, dialect), notes)
