"""Documents as HTML for notebooks. Every text of a repository is escaped, and of long lists a part is shown."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Iterable, List, Optional, Sequence

from belljar._lookup import qualified
from belljar.errors import visible

if TYPE_CHECKING:
    from belljar.documents import Change, Column, Diff, Finding, Path, Place, Schema, Table, Verdict

# The most rows of a table of HTML, and the most letters of a cell.
MOST_ROWS = 200
MOST_LETTERS = 300


def escaped(text: object) -> str:
    """A text that can't become a part of the page, with what is invisible in it shown."""
    shown = visible(str(text)).replace("\n", " ")
    if len(shown) > MOST_LETTERS:
        shown = shown[: MOST_LETTERS - 1] + "…"
    return html.escape(shown, quote=True)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], total: int) -> str:
    """Rows whose cells are escaped already."""
    out: List[str] = ["<table><thead><tr>", *(f"<th>{cell}</th>" for cell in head), "</tr></thead><tbody>"]
    for row in rows:
        out += ["<tr>", *(f'<td style="text-align:left">{cell}</td>' for cell in row), "</tr>"]
    out.append("</tbody></table>")
    if total > MOST_ROWS:
        out.append(f"<p>… and {total - MOST_ROWS} more</p>")
    return "".join(out)


def _place(place: Optional[Place]) -> str:
    return "" if place is None else escaped(f"{place.path}:{place.line}")


def _column(column: Column) -> str:
    kind = column.type.postgresql or column.type.repr
    marks = [
        "primary key" if column.primary_key else "",
        "" if column.nullable else "not null",
        *(f"→ {key.target}" for key in column.foreign_keys),
        "" if column.status == "exact" else column.status,
    ]
    listed = ", ".join(mark for mark in marks if mark)
    return f"<code>{escaped(column.name)}</code> {escaped(kind)}" + (
        f" <small>{escaped(listed)}</small>" if listed else ""
    )


def _columns(table: Table) -> str:
    shown = "<br>".join(_column(column) for column in table.columns[:MOST_ROWS])
    more = len(table.columns) - MOST_ROWS
    return shown + (f"<br>… and {more} more" if more > 0 else "")


def schema(document: Schema) -> str:
    """The tables with their columns."""
    counts = document.summary
    rows = (
        (
            f"<code>{escaped(qualified(table))}</code>",
            _columns(table),
            escaped(table.status),
            _place(table.place),
        )
        for table in document.tables[:MOST_ROWS]
    )
    caption = (
        f"<p>{counts.tables_exact} exact, {counts.tables_partial} partial, {counts.unresolved} unresolved; "
        f"SQLAlchemy {escaped(document.sqlalchemy.version)}</p>"
    )
    return caption + _table(("table", "columns", "status", "declared"), rows, len(document.tables))


def _name(path: Path) -> str:
    return ".".join(part for part in (path.schema, path.name, path.part) if part)


def _change(change: Change) -> Sequence[str]:
    was = f" (was {_name(change.was)})" if change.was else ""
    return (
        escaped(change.action),
        escaped(change.subject.replace("_", " ")),
        f"<code>{escaped(_name(change.path) + was)}</code>",
        escaped(", ".join(change.aspects)),
        escaped(change.certainty.replace("_", " ")),
        _place(change.head or change.base),
    )


def diff(document: Diff) -> str:
    """The changes."""
    counts = document.summary
    caption = (
        f"<p>{counts.added} added, {counts.dropped} dropped, {counts.renamed} renamed, {counts.modified} modified, "
        f"{counts.cannot_tell} undetermined</p>"
    )
    rows = (_change(change) for change in document.changes[:MOST_ROWS])
    head = ("action", "of", "name", "what", "certainty", "place")
    return caption + _table(head, rows, len(document.changes))


def findings(items: Sequence[Finding]) -> str:
    """Findings with what to do instead."""
    rows = (
        (
            escaped(item.severity),
            f"{escaped(item.code)} <small>{escaped(item.name)}</small>",
            escaped(item.message),
            "<br>".join(escaped(advice.text) for advice in item.recipe[:MOST_ROWS]),
            _place(item.place),
        )
        for item in items[:MOST_ROWS]
    )
    return _table(("severity", "rule", "finding", "instead", "place"), rows, len(items))


def verdict(document: Verdict) -> str:
    """Whether it passed, and the findings."""
    counts = document.summary
    word = "passed" if document.passed else "failed" if document.compared else "not compared"
    caption = (
        f"<p><b>{word}</b>: {counts.errors} errors, {counts.warnings} warnings, {counts.notes} notes</p>"
    )
    return caption + findings(document.findings)
