"""One run of `inspect`: reads a database, and sends its schema."""

import warnings
from pathlib import Path
from typing import Any

from .. import frames
from ..channel import Channel
from . import sqlite, sqlite_rows, table_frames
from .connection import CannotInspectError, Target, connected
from .parts import Reading, UnreasonableError
from .questions import Question, answers
from .streams import ByteStream

#: The code of the remark about a database that could not be read.
FAILED = "cannot-inspect"


def inspect(job: dict[str, Any], stream: ByteStream | None, channel: Channel) -> list[int]:
    """Send everything that is found in a database; returns the numbers of the tables that were sent.

    If it can't be read, there is a remark instead.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            reading = read(job, stream)
        except (CannotInspectError, UnreasonableError) as error:
            channel.send(frames.Remark(FAILED, str(error), None))
            return []
    return _send(reading, channel)


def read(job: dict[str, Any], stream: ByteStream | None) -> Reading:
    """Read a database."""
    if "dump" in job:
        from .dump import reader

        return reader.read(Path(job["dump"]).read_text(encoding="utf-8"), job.get("dialect"))
    if job["dialect"] == "sqlite":
        return sqlite.read(job["statements"])
    if stream is None:
        msg = "there is no connection"
        raise CannotInspectError(msg)
    target = Target.parse(job)
    with connected(target, stream) as connection:
        if target.dialect == "postgresql":
            from .postgresql import Reader

            return Reader(connection, target).read()
        from .mysql import Reader as MysqlReader

        return MysqlReader(connection).read()


def ask(job: dict[str, Any], stream: ByteStream | None, channel: Channel) -> None:
    """Send the answer to each question of a job, or a remark if the database can't be read."""
    given = dict(job)
    questions = [Question.parse(item) for item in given.pop("questions")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if given["dialect"] == "sqlite":
                opened = sqlite_rows.opened(given["file"])
            elif stream is None:
                msg = "there is no connection"
                raise CannotInspectError(msg)
            else:
                opened = connected(Target.parse(given), stream)
            with opened as connection:
                for answer in answers(connection, questions):
                    channel.send(answer)
        except CannotInspectError as error:
            channel.send(frames.Remark(FAILED, str(error), None))


def _send(reading: Reading, channel: Channel) -> list[int]:
    serials: list[int] = []
    channel.send(frames.Database(reading.dialect, reading.version, reading.schema, reading.unread))
    for parts in reading.tables:
        if parts.kind == "table":
            serial = len(serials) + 1
            channel.send(table_frames.table_frame(parts, reading, serial))
            serials.append(serial)
        else:
            channel.send(table_frames.view_frame(parts, reading))
    rest: list[frames.Frame] = [*reading.sequences, *reading.types, *reading.objects, *reading.remarks]
    for item in rest:
        channel.send(item)
    return serials
