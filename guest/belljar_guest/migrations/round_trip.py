"""Each version up, down and up again: whether the schema before it, and then the one after it, returns."""

import sqlalchemy as sa

from .. import frames
from ..extract.sql import safe_text
from .building import build
from .items import Item
from .recorder import Recording
from .state import State, TableState
from .steps import Snapshot, Step

#: The most differing tables of one comparison that are sent.
_MOST_TABLES = 20

#: The longest text of what went wrong.
_LONGEST_TEXT = 1000


class RoundTrips:
    """The comparisons of one recording, as steps: `before` has the expected tables, `after` those that came."""

    def __init__(self, recording: Recording) -> None:
        """Take the recording that versions change."""
        self.recording = recording
        self.found: list[Step] = []
        self._labels = 0

    def compare(self, kind: str, expected: State, reasons: list[frames.Reason], error: str | None) -> None:
        """Compare the schema with the one that is expected, after a function of the running version."""
        step = Step(self.recording.revision, kind)
        present = self.recording.state
        texts = [error] if error is not None else [why.message for why in reasons]
        if error is not None:
            step.flags.add("failed")
        if reasons or present.reasons != expected.reasons:
            step.flags.add("doubt")
        step.text = safe_text("; ".join(texts))[:_LONGEST_TEXT] if texts else None
        step.place = self.recording.place()
        differing = 0
        for key in dict.fromkeys([*expected.tables, *present.tables]):
            one, other = expected.tables.get(key), present.tables.get(key)
            if one is not None and other is not None and _shape(one) == _shape(other):
                continue
            differing += 1
            if differing > _MOST_TABLES:
                step.flags.add("more")
                break
            step.before += self._snapshot(step, one)
            step.after += self._snapshot(step, other)
        if expected.enums != present.enums:
            step.flags.add("types")
        self.found.append(step)

    def _snapshot(self, step: Step, state: TableState | None) -> list[Snapshot]:
        if state is None:
            return []
        if state.reasons:
            step.flags.add("doubt")
        metadata = sa.MetaData()
        try:
            table = build(state, metadata)
        except Exception:  # a table that SQLAlchemy refuses
            step.flags.add("doubt")
            return []
        self._labels += 1
        return [Snapshot(f"test {self._labels}", table, metadata)]


def _shape(table: TableState) -> object:
    """What makes tables differ. Equal ones are not sent; of others the host says how they differ."""
    columns = {
        name: (
            repr(column.type),
            column.nullable,
            safe_text(getattr(column.server_default, "arg", column.server_default)),
            safe_text(column.comment),
        )
        for name, column in table.columns.items()
    }
    items = sorted(repr(_item(item)) for item in table.all_items())
    return columns, items, table.comment, len(table.reasons)


def _item(item: Item) -> object:
    options = sorted((key, safe_text(value)) for key, value in item.options.items())
    return item.kind, item.name, [safe_text(element) for element in item.elements], item.targets, options
