"""Which facts of a version file and of a diff are the same."""

from collections.abc import Callable
from dataclasses import dataclass, field

from facts import Fact, same_table

_UNIQUE = {"unique", "index"}
_DROPPED = {"unique", "index", "foreign_key", "check", "exclude", "primary_key", "constraint"}
# What depends on a column goes when it does.
_ON_COLUMNS = {"unique", "index", "foreign_key", "check", "exclude", "primary_key", "constraint"}


@dataclass
class Agreement:
    """How a version file and a diff compare."""

    both: list[tuple[Fact, Fact]] = field(default_factory=list)
    # What the version file alone says, and the diff alone.
    file: list[Fact] = field(default_factory=list)
    diff: list[Fact] = field(default_factory=list)
    # Both have it, and one says that it may be null.
    null: list[tuple[Fact, Fact]] = field(default_factory=list)
    # Both have it, and of another type.
    kinds: list[tuple[Fact, Fact]] = field(default_factory=list)
    # A rename of the diff, and the addition that the version file has with a drop.
    hand: list[tuple[Fact, Fact]] = field(default_factory=list)

    def is_whole(self) -> bool:
        """Whether there is no disagreement."""
        return not (self.file or self.diff or self.null or self.kinds or self.hand)


def compare(file: list[Fact], diff: list[Fact]) -> Agreement:
    """Pairs what is the same, the surest first."""
    result = Agreement(file=_plain(file), diff=_plain(diff))
    _values(result)
    for same in (_exact, _alike, _loose):
        _pair(result, same)
    other = [(one, two) for one, two in result.both if one.kind and two.kind and one.kind != two.kind]
    result.both = [pair for pair in result.both if pair not in other]
    result.kinds = other
    result.file = [fact for fact in result.file if not fact.restated]
    _implied(result, file, diff)
    _but_for_null(result)
    _by_hand(result)
    result.file, result.diff = _folded(result.file), _folded(result.diff)
    return result


def _but_for_null(result: Agreement) -> None:
    """One disagreement, not two, where both have a column."""
    for one in list(result.file):
        for other in list(result.diff):
            same = (one.verb, one.subject, one.name) == (other.verb, other.subject, other.name)
            if same and one.subject == "column" and same_table(one.table, other.table):
                result.file.remove(one)
                result.diff.remove(other)
                result.null.append((one, other))
                break


def _by_hand(result: Agreement) -> None:
    """What the diff has as a rename, and the version file as an addition and a drop, is one disagreement."""
    for rename in [fact for fact in result.diff if (fact.verb, fact.subject) == ("rename", "column")]:
        column = [
            fact for fact in result.file if fact.subject == "column" and same_table(fact.table, rename.table)
        ]
        added = next((fact for fact in column if (fact.verb, fact.name) == ("add", rename.detail)), None)
        dropped = next((fact for fact in column if (fact.verb, fact.name) == ("drop", rename.name)), None)
        if added and dropped:
            result.file.remove(added)
            result.file.remove(dropped)
            result.diff.remove(rename)
            # What else is new about the column, the addition has.
            result.diff = [
                fact
                for fact in result.diff
                if fact.subject != "column"
                or fact.name != rename.detail
                or not same_table(fact.table, rename.table)
            ]
            result.hand.append((added, rename))


def _folded(facts: list[Fact]) -> list[Fact]:
    """A table that one side alone has is one disagreement, whatever is in it."""
    tables = [fact.table for fact in facts if (fact.verb, fact.subject) == ("add", "table")]
    whole = {"column", "unique", "index", "foreign_key", "check", "exclude"}
    return [
        fact
        for fact in facts
        if not (
            fact.verb == "add"
            and fact.subject in whole
            and any(same_table(fact.table, table) for table in tables)
        )
    ]


def _plain(facts: list[Fact]) -> list[Fact]:
    """A rename of what has no data is a drop and an addition; values of a type that are listed are each an addition."""
    out = []
    for fact in facts:
        if fact.verb == "rename" and fact.subject in ("index", "constraint"):
            subject = "index" if fact.subject == "index" else "constraint"
            out += [
                Fact("drop", subject, fact.table, fact.name, origin=fact.origin),
                Fact("add", subject, fact.table, fact.detail, origin=fact.origin),
            ]
        else:
            out.append(fact)
    return out


def _values(result: Agreement) -> None:
    """Pairs the list of a type's values with each value that is new or gone."""
    for one in [fact for fact in result.file if fact.verb == "values"]:
        same = [fact for fact in result.diff if fact.subject == "enum_value" and fact.table == one.name]
        same = [fact for fact in same if (fact.verb == "add") == (fact.name in (one.columns or ()))]
        if same:
            result.file.remove(one)
            result.both += [(one, other) for other in same]
            result.diff = [fact for fact in result.diff if fact not in same]


def _pair(result: Agreement, same: Callable[[Fact, Fact], bool]) -> None:
    left = []
    for one in result.file:
        other = next((other for other in result.diff if same(one, other)), None)
        if other is None:
            left.append(one)
        else:
            result.diff.remove(other)
            result.both.append((one, other))
    result.file = left


def _exact(one: Fact, other: Fact) -> bool:
    """The same thing by the same name."""
    if (one.verb, one.subject) != (other.verb, other.subject) or not same_table(one.table, other.table):
        return False
    if one.subject in _ON_COLUMNS and one.verb == "add" and not _same_columns(one, other):
        return False
    if (
        one.subject == "foreign_key"
        and one.detail
        and other.detail
        and not same_table(one.detail, other.detail)
    ):
        return False
    if one.subject in ("table", "column", "enum_value") and one.detail and other.detail:
        detail = (
            same_table(one.detail, other.detail) if one.subject == "table" else one.detail == other.detail
        )
        if not detail:
            return False
    return one.name == other.name


def _same_columns(one: Fact, other: Fact) -> bool:
    if one.columns is None or other.columns is None:
        return True
    table = (other.table or one.table or "").rpartition(".")[2]
    if len(one.columns) != len(other.columns):
        return False
    # `?` is an expression that the syntax of the version file does not tell.
    pairs = zip(one.columns, other.columns, strict=True)
    return all("?" in (left, right) or _bare(left, table) == _bare(right, table) for left, right in pairs)


def _bare(text: str, table: str) -> str:
    """A column or expression without what databases and people write differently."""
    text = text.lower().split("::")[0]
    text = text.replace(f'"{table}".', "").replace(f"{table}.", "")
    for word in (" desc", " asc", " nulls last", " nulls first"):
        text = text.replace(word, "")
    return "".join(letter for letter in text if letter.isalnum() or letter == "_")


def _alike(one: Fact, other: Fact) -> bool:
    """The same thing where its name is the database's, or is kept by a unique index instead of a constraint."""
    if one.verb != other.verb or not same_table(one.table, other.table):
        return False
    subjects = {one.subject, other.subject}
    if one.verb == "add":
        if one.subject in _ON_COLUMNS and one.columns is not None and other.columns is not None:
            same = one.subject == other.subject and one.subject != "check"
            target = not (one.detail and other.detail) or same_table(one.detail, other.detail)
            return same and target and _same_columns(one, other)
        if one.subject == other.subject == "check":
            return True
        return one.name == other.name and one.name is not None and "constraint" in subjects
    if one.verb == "drop" and subjects <= _DROPPED and one.name and one.name == other.name:
        return True
    return _database_name(one, other) if one.verb == "drop" and subjects <= _DROPPED else False


def _database_name(one: Fact, other: Fact) -> bool:
    """A constraint that the models leave unnamed has in PostgreSQL the name of its table and columns."""
    if one.name is None or other.columns is None or other.table is None:
        return False
    table, columns = other.table.rpartition(".")[2], "_".join(other.columns)
    return one.name in (
        f"{table}_{columns}_fkey",
        f"{table}_{columns}_key",
        f"{table}_{columns}_check",
        f"{table}_{columns}_idx",
    )


def _loose(one: Fact, other: Fact) -> bool:
    """What is dropped by a name that the models do not have: the same kind of thing of the same table."""
    if not (one.verb == other.verb == "drop" and same_table(one.table, other.table)) or one.table is None:
        return False
    kinds = {one.subject, other.subject}
    if not kinds <= _DROPPED or (other.name is not None and one.name is not None):
        return False
    return len(kinds) == 1 or "constraint" in kinds


def _implied(result: Agreement, file: list[Fact], diff: list[Fact]) -> None:
    """Leaves out what follows from an operation that the other side has."""
    everything = [*file, *diff]
    dropped = [
        (fact.table, fact.name)
        for fact in everything
        if fact.rewritten or (fact.verb, fact.subject) == ("drop", "column")
    ]
    tables = [fact.table for fact in everything if (fact.verb, fact.subject) == ("drop", "table")]
    columns = any(
        fact.subject in ("column", "table") and fact.verb in ("add", "drop", "type") for fact in everything
    )

    def follows(fact: Fact) -> bool:
        if fact.verb == "drop" and fact.subject in {*_ON_COLUMNS, "column"}:
            if any(
                same_table(fact.table, table) and (fact.table or fact.subject == "index") for table in tables
            ):
                return True
            of = [name for table, name in dropped if same_table(fact.table, table)]
            if (
                fact.subject != "column"
                and of
                and (fact.columns is None or any(name in of for name in fact.columns))
            ):
                return True
        # A type of its own is made with the column that has it, and may be dropped with it.
        return fact.subject == "type" and fact.verb in ("add", "drop") and columns

    result.file = [fact for fact in result.file if not follows(fact)]
    result.diff = [fact for fact in result.diff if not follows(fact)]
