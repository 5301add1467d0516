"""Frames of database objects other than tables, views and types."""

from collections.abc import Iterator
from typing import Any

from .. import frames
from ..stand_in.sqlalchemy_patches import NOTES
from . import columns
from .ddl_statements import MadeObject
from .declarations import Declaration, NamedMetaData
from .doubts import Doubts


def object_frames(item: Declaration, found: NamedMetaData, doubts: Doubts) -> Iterator[frames.Object]:
    """The objects of a declaration other than views."""
    only_drops = all(made.kind == "drop" for made in item.made)
    for index, made in enumerate(item.made):
        if made.kind in ("view", "materialized_view") or (made.kind == "drop" and not only_drops):
            continue  # a `DROP` before a `CREATE` is no object
        other = item.postgresql[index].text if item.postgresql else None
        yield frames.Object(
            kind="ddl" if made.kind == "drop" else made.kind,
            metadata=found.find_name(item.metadata),
            schema=made.schema,
            name=made.name,
            table=made.table,
            definition=made.text or None,
            postgresql=other if other != made.text else None,
            creation=item.creation,
            reasons=declaration_reasons(item, made, other, doubts),
            place=item.notes.place,
        )


def declaration_reasons(
    item: Declaration, made: MadeObject, other: str | None, doubts: Doubts
) -> list[frames.Reason]:
    """Doubts about what a statement of a declaration creates."""
    creation = item.creation
    texts = [made.schema, made.name, made.text, made.table, other, creation.target, *creation.dialects]
    texts += [*made.columns, *made.options.values()]
    reasons = [*item.reasons, *doubts.of_texts(texts), *doubts.of_statements(item)]
    known = {(reason.code, reason.origin) for reason in reasons}
    found = doubts.of_declaration(item, item.span)
    reasons += [reason for reason in found if (reason.code, reason.origin) not in known]
    return doubts.distinct(reasons)


def sequence_frame(metadata: str, sequence: Any, doubts: Doubts) -> frames.DeclaredSequence:
    """The frame of a sequence of a `MetaData`."""
    frame, notes = columns.sequence_frame(sequence), vars(sequence).get(NOTES)
    reasons = doubts.of_texts([frame.schema, frame.name, frame.data_type])
    reasons += doubts.of_statements(sequence) if notes is not None else []
    return frames.DeclaredSequence(
        metadata, frame, doubts.distinct(reasons), notes.place if notes is not None else None
    )
