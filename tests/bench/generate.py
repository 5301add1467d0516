"""Writes a repository of many tables: ``generate.py FOLDER --tables 1000 --files 20 --columns 10``.

The same arguments write the same bytes. The models are those of an ordinary application: a base with a naming
convention, mixins, enumerations, foreign keys to earlier tables with relationships in both directions, indexes, unique
and check constraints. Every other file declares its columns with annotations; ``--style classic`` uses none, for
SQLAlchemy 1.3 and 1.4.
"""

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = "shop"

_PROJECT = """\
[project]
name = "{package}"
version = "1.0"
requires-python = ">=3.10"
dependencies = ["sqlalchemy{requirement}"]
"""

_CONVENTION = """\
convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""

_BASE = '''\
"""The declarative base and the mixins of all models."""

from datetime import datetime

from sqlalchemy import Column, DateTime, Integer, MetaData, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

{convention}

class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=convention)


class Timestamps:
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), onupdate=func.now())


class Versioned:
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    changed_by: Mapped[str | None] = mapped_column(String(64))


class Named:
    name: Mapped[str] = mapped_column(String(120), index=True)
'''

_CLASSIC_BASE = '''\
"""The declarative base and the mixins of all models."""

from sqlalchemy import Column, DateTime, Integer, MetaData, String, func

try:
    from sqlalchemy.orm import declarative_base
except ImportError:
    from sqlalchemy.ext.declarative import declarative_base

{convention}
Base = declarative_base(metadata=MetaData(naming_convention=convention))


class Timestamps:
    created_at = Column(DateTime(timezone=True), server_default=func.now(), nullable=False)
    updated_at = Column(DateTime(timezone=True), onupdate=func.now())


class Versioned:
    version = Column(Integer, default=1, server_default="1", nullable=False)
    changed_by = Column(String(64))


class Named:
    name = Column(String(120), index=True, nullable=False)
'''

_IMPORTS = '''\
"""Models of the area {number}."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import List, Optional

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import {names}

from {package}.models.base import Base, Named, Timestamps, Versioned
from {package}.models.enums import {enums}
'''

#: Each kind of column: a stem for its name, the annotation, the type, and further arguments.
_KINDS = (
    ("code", "str", "String({length})", ""),
    ("title", "Optional[str]", "String({length})", ""),
    ("amount", "Decimal", "Numeric(12, 2)", 'server_default="0"'),
    ("rate", "Optional[float]", "Float", ""),
    ("quantity", "int", "Integer", "default=0"),
    ("position", "Optional[int]", "SmallInteger", ""),
    ("is_active", "bool", "Boolean", 'server_default=text("true")'),
    ("notes", "Optional[str]", "Text", ""),
    ("due_on", "Optional[date]", "Date", ""),
    ("seen_at", "Optional[datetime]", "DateTime(timezone=True)", ""),
    ("payload", "Optional[dict]", "JSON", ""),
    ("size", "int", "BigInteger", "index=True"),
    ("status", "{enum}", "Enum({enum}, name='{enum_name}')", ""),
    ("digest", "Optional[bytes]", "LargeBinary(32)", ""),
)

_NOUNS = (
    "account address basket batch branch carrier catalog category channel contract country coupon customer delivery "
    "device discount document employee event invoice item ledger listing location message note offer order partner "
    "payment plan price product profile project promotion queue receipt refund region report request review route "
    "schedule shipment slot stock store supplier tax ticket token transfer unit user vendor visit voucher warehouse"
).split()

_ENUMS = 24


@dataclass(frozen=True)
class Shape:
    """What to write."""

    tables: int
    files: int
    columns: int
    style: str
    seed: int = 1


@dataclass
class Model:
    """A class: its names, its columns as pairs of a name and a statement, and what else its body has."""

    number: int
    cls: str
    table: str
    mixins: list[str]
    columns: list[tuple[str, str]] = field(default_factory=list)
    relationships: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    targets: list[tuple[int, str]] = field(default_factory=list)


def write(folder: Path, shape: Shape) -> None:
    """Write the repository."""
    for name, content in files(shape):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def files(shape: Shape) -> Iterator[tuple[str, str]]:
    """The files of the repository, by path."""
    classic = shape.style == "classic"
    requirement = "" if classic else ">=2.0,<2.1"
    yield "pyproject.toml", _PROJECT.format(package=PACKAGE, requirement=requirement)
    yield f"{PACKAGE}/__init__.py", ""
    parts = [f"area_{number:03}" for number in range(shape.files)]
    imports = "".join(f"from {PACKAGE}.models import {part}\n" for part in parts)
    yield f"{PACKAGE}/models/__init__.py", imports
    base = _CLASSIC_BASE if classic else _BASE
    yield f"{PACKAGE}/models/base.py", base.format(convention=_CONVENTION)
    yield f"{PACKAGE}/models/enums.py", _enums()
    models = _models(shape)
    for number, part in enumerate(parts):
        own = [model for model in models if model.number * shape.files // shape.tables == number]
        yield f"{PACKAGE}/models/{part}.py", _module(number, own, annotated=_is_annotated(shape, number))


def _is_annotated(shape: Shape, file: int) -> bool:
    return shape.style != "classic" and file % 2 == 0


def _enums() -> str:
    lines = ['"""Enumerations of all models."""', "", "import enum", ""]
    for number in range(_ENUMS):
        lines += ["", f"class {_enum(number)}(enum.Enum):"]
        lines += [f'    VALUE_{value} = "value_{value}"' for value in range(2 + number % 5)]
        lines.append("")
    return "\n".join(lines)


def _enum(number: int) -> str:
    return f"{_NOUNS[number % len(_NOUNS)].title()}Status"


def _models(shape: Shape) -> list[Model]:
    """All models; relationships need to know the referring classes, so that they are added last."""
    draw = random.Random(shape.seed)  # the same numbers every time
    models: list[Model] = []
    for number in range(shape.tables):
        noun = _NOUNS[number % len(_NOUNS)]
        round_ = number // len(_NOUNS)
        cls = f"{noun.title()}{round_ or ''}"
        table = f"{noun}_{round_}" if round_ else noun
        mixins = [
            name
            for name, chance in (("Timestamps", 0.5), ("Versioned", 0.25), ("Named", 0.3))
            if draw.random() < chance
        ]
        model = Model(number, cls, table, mixins)
        annotated = _is_annotated(shape, number * shape.files // shape.tables)
        _add_columns(model, models, shape, draw, annotated=annotated)
        models.append(model)
    _add_relationships(models)
    return models


def _add_columns(
    model: Model, earlier: list[Model], shape: Shape, draw: random.Random, *, annotated: bool
) -> None:
    """Add the primary key, foreign keys, and other columns, up to the wanted number with those of mixins."""
    made = _annotated if annotated else _plain
    model.columns.append(("id", made("id", "int", "Integer", "primary_key=True")))
    left = shape.columns - 1 - 2 * ("Timestamps" in model.mixins) - 2 * ("Versioned" in model.mixins)
    left -= "Named" in model.mixins
    for target in draw.sample(earlier, min(len(earlier), draw.choice((0, 1, 1, 2)), max(left, 0))):
        name = f"{target.table}_id"
        optional = draw.random() < 0.5
        action = ', ondelete="CASCADE"' if draw.random() < 0.5 else ""
        kind = f'ForeignKey("{target.table}.id"{action})'
        more = "index=True" if draw.random() < 0.5 else ""
        model.columns.append((name, made(name, "Optional[int]" if optional else "int", kind, more)))
        model.targets.append((target.number, name))
    kinds = [draw.choice(_KINDS) for _ in range(max(0, left - len(model.targets)))]
    for number, (stem, annotation, type_, more) in enumerate(kinds):
        enum = _enum(draw.randrange(_ENUMS))
        names = {"length": draw.choice((16, 32, 64, 120, 255)), "enum": enum, "enum_name": enum.lower()}
        name = f"{stem}_{number}"
        model.columns.append((name, made(name, annotation.format(**names), type_.format(**names), more)))
    _add_arguments(model, draw)


def _add_arguments(model: Model, draw: random.Random) -> None:
    names = [name for name, _ in model.columns[1:]]
    plain = [name for name in names if not name.startswith(("payload", "notes", "digest"))]
    if len(plain) > 1 and draw.random() < 0.4:
        one, other = sorted(draw.sample(plain, 2))
        model.arguments.append(f'UniqueConstraint("{one}", "{other}")')
    if len(plain) > 1 and draw.random() < 0.4:
        one, other = sorted(draw.sample(plain, 2))
        model.arguments.append(f'Index("ix_{model.table}_{one}_{other}", "{one}", "{other}")')
    counted = [name for name in names if name.startswith(("quantity", "amount", "size"))]
    if counted and draw.random() < 0.5:
        model.arguments.append(f'CheckConstraint("{counted[0]} >= 0", name="{counted[0]}_positive")')


def _add_relationships(models: list[Model]) -> None:
    for model in models:
        for target, column in model.targets:
            other = models[target]
            here, there = column.removesuffix("_id"), f"{model.table}_list"
            keys = f'foreign_keys="{model.cls}.{column}"'
            model.relationships.append(
                f'    {here} = relationship("{other.cls}", back_populates="{there}", {keys})'
            )
            other.relationships.append(
                f'    {there} = relationship("{model.cls}", back_populates="{here}", {keys})'
            )


def _annotated(name: str, annotation: str, type_: str, more: str) -> str:
    arguments = ", ".join(filter(None, (type_, more)))
    return f"    {name}: Mapped[{annotation}] = mapped_column({arguments})"


def _plain(name: str, annotation: str, type_: str, more: str) -> str:
    optional = annotation.startswith("Optional") or "primary_key" in more
    arguments = ", ".join(filter(None, (type_, more, "" if optional else "nullable=False")))
    return f"    {name} = Column({arguments})"


def _module(number: int, models: list[Model], *, annotated: bool) -> str:
    """The text of one file."""
    names = "Mapped, mapped_column, relationship" if annotated else "relationship"
    enums = ", ".join(sorted(_enum(item) for item in range(_ENUMS)))
    lines = [_IMPORTS.format(number=number, names=names, package=PACKAGE, enums=enums)]
    for model in models:
        lines += ["", f"class {model.cls}({', '.join([*model.mixins, 'Base'])}):"]
        lines.append(f'    """One {model.table}."""')
        lines += ["", f'    __tablename__ = "{model.table}"', ""]
        lines += [text for _, text in model.columns]
        lines += model.relationships
        if model.arguments:
            lines += ["", "    __table_args__ = ("]
            lines += [f"        {text}," for text in model.arguments]
            lines.append("    )")
        lines += [
            "",
            "    def __repr__(self) -> str:",
            f'        return f"<{model.cls} {{self.id}}>"',
            "",
        ]
    return "\n".join(lines)


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--style", choices=("mixed", "classic"), default="mixed")
    given = parser.parse_args()
    write(given.folder, Shape(given.tables, given.files, given.columns, given.style))


if __name__ == "__main__":
    main()
