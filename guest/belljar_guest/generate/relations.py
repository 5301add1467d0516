"""Relationships between classes, both ways, for foreign keys and association tables."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from .code import Atom, Keyword, call, statement
from .literals import is_identifier, string
from .model import Entity, Model
from .naming import attribute_name, snake
from .plural import plural
from .scope import Json

#: Endings of columns that refer to other tables.
_ENDINGS = ("_id", "_uuid", "_guid", "_fk", "_key", "_pk", "_code", "Id", "ID")


@dataclass
class Link:
    """A foreign key between two classes."""

    key: Json
    source: Entity
    target: Entity
    columns: list[str]
    targets: list[str]
    #: Whether several foreign keys connect the two classes; whether several lead from the one to the other.
    is_ambiguous: bool = False
    is_repeated: bool = False

    @property
    def is_self(self) -> bool:
        """Whether a class refers to itself."""
        return self.source is self.target

    @property
    def is_single(self) -> bool:
        """Whether at most one row refers to another: the columns are unique."""
        table = self.source.table
        wanted = sorted(self.columns)
        unique = [item["columns"] for item in table["unique"] if item.get("dialects") is None]
        unique += [table["primary_key"]["columns"]]
        unique += [
            [element["column"] for element in item["elements"] if element["column"] is not None]
            for item in table["indexes"]
            if item["unique"]
            and not any(name.endswith("_where") for name in item.get("options", {}))
            and all(element["column"] is not None for element in item["elements"])
        ]
        return any(sorted(columns) == wanted for columns in unique)


def add_relationships(model: Model) -> None:
    """Add the relationships to their classes."""
    links = [link for entity in model.entities if entity.is_class for link in _links(entity, model)]
    pairs = Counter(frozenset((id(link.source), id(link.target))) for link in links)
    several = Counter((id(link.source), id(link.target)) for link in links)
    for link in links:
        link.is_ambiguous = pairs[frozenset((id(link.source), id(link.target)))] > 1
        link.is_repeated = several[id(link.source), id(link.target)] > 1
        _add(link)
    for entity in model.entities:
        if entity.is_association:
            _add_association(entity, model)


def _links(entity: Entity, model: Model) -> Iterator[Link]:
    seen = set()
    for key in entity.table["foreign_keys"]:
        found = [model.find(entity, target) for target in key["targets"]]
        targets = [one for one in found if one is not None]
        if (
            len(targets) != len(key["columns"])
            or not targets
            or key["columns"] != list(dict.fromkeys(key["columns"]))
        ):
            continue
        other = targets[0][0]
        columns = [column for _, column in targets]
        identity = (tuple(key["columns"]), id(other), tuple(columns))
        if other.is_class and all(one is other for one, _ in targets) and identity not in seen:
            seen.add(identity)
            yield Link(key, entity, other, key["columns"], columns)


def _stem(link: Link) -> str:
    """The name of what a foreign key refers to, as its columns call it."""
    if len(link.columns) == 1:
        column = link.columns[0]
        for ending in _ENDINGS:
            stem = column.removesuffix(ending)
            if stem != column and is_identifier(stem):
                return attribute_name(snake(stem), None)
    return snake(link.target.name)


def _add(link: Link) -> None:
    """Add both sides of a foreign key."""
    source, target = link.source, link.target
    stem = _stem(link)
    name = source.names.unique(stem)
    many = snake(source.name) if link.is_single else plural(snake(source.name))
    if link.is_self:
        many = {"parent": "children"}.get(stem, f"{stem}_{many}") if not link.is_single else f"{stem}_of"
    elif link.is_repeated:
        many = f"{stem}_{many}"
    back = target.names.unique(many)
    keys = None
    if link.is_ambiguous:
        columns = ", ".join(f"{source.name}.{source.attributes[column]}" for column in link.columns)
        keys = Atom(string(f"[{columns}]"))
    remote = None
    if link.is_self:
        columns = ", ".join(f"{target.name}.{target.attributes[column]}" for column in link.targets)
        remote = Atom(string(f"[{columns}]"))
    nullable = any(item["nullable"] for item in source.table["columns"] if item["name"] in link.columns)
    to_one = f'"{target.name} | None"' if nullable else f'"{target.name}"'
    made = call("relationship", back_populates=string(back), foreign_keys=keys, remote_side=remote)
    source.relationships += statement(name, f"Mapped[{to_one}]", made)
    to_many = f'"{source.name} | None"' if link.is_single else f'list["{source.name}"]'
    made = call("relationship", back_populates=string(name), foreign_keys=keys)
    target.relationships += statement(back, f"Mapped[{to_many}]", made)


def _add_association(entity: Entity, model: Model) -> None:
    """Add both sides of an association table."""
    ends = []
    for key in entity.table["foreign_keys"]:
        found = [model.find(entity, target) for target in key["targets"]]
        if any(one is None or not one[0].is_class for one in found):
            return
        ends.append((key, [one for one in found if one is not None]))
    (left_key, left), (right_key, right) = ends
    one, other = left[0][0], right[0][0]
    is_self = one is other
    to_other = plural(snake(other.name)) if not is_self else plural(_stem_of(right_key, other))
    to_one = plural(snake(one.name)) if not is_self else plural(_stem_of(left_key, one))
    name, back = one.names.unique(to_other), other.names.unique(to_one)
    joins = (_join(entity, left_key, left), _join(entity, right_key, right))
    for source, target, own, reverse, (primary, secondary) in (
        (one, other, name, back, joins),
        (other, one, back, name, (joins[1], joins[0])),
    ):
        made = call("relationship", secondary=entity.name, back_populates=string(reverse))
        if is_self:
            made.items += [Keyword("primaryjoin", primary), Keyword("secondaryjoin", secondary)]
        source.relationships += statement(own, f'Mapped[list["{target.name}"]]', made)


def _stem_of(key: Json, target: Entity) -> str:
    column = key["columns"][0]
    for ending in _ENDINGS:
        stem = column.removesuffix(ending)
        if stem != column and is_identifier(stem):
            return attribute_name(snake(stem), None)
    return f"{snake(target.name)}_{attribute_name(column, None)}"


def _join(entity: Entity, key: Json, targets: list[tuple[Entity, str]]) -> Atom:
    """The condition that joins an association table."""
    pairs = [
        f"{one.attribute(column)} == {entity.attribute(own)}"
        for own, (one, column) in zip(key["columns"], targets, strict=True)
    ]
    if len(pairs) == 1:
        return Atom(f"lambda: {pairs[0]}")
    return Atom(f"lambda: sa.and_({', '.join(pairs)})")
