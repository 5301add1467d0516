"""What a pair of versions is, and how its models are written.

A version is the body of a module; `PRELUDE` stands before it. Names are the same in all of them: each has a database
of its own.
"""

from collections.abc import Iterable
from typing import NamedTuple

PRELUDE = """\
import sqlalchemy as sa
from sqlalchemy import *
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.orm import declarative_base

Base = declarative_base()
metadata = Base.metadata
"""

#: Every database that there is to compare with.
ALL = ("sqlite", "postgresql", "mariadb")

SQLITE_AND_PG = ("sqlite", "postgresql")
PG_AND_MARIADB = ("postgresql", "mariadb")
PG = ("postgresql",)
MARIADB = ("mariadb",)


class Refusal(NamedTuple):
    """A database that refuses a version of a pair."""

    database: str
    #: A part of what it says.
    says: str
    why: str


class Case(NamedTuple):
    """A pair, and the databases that have what it is about."""

    name: str
    base: str
    head: str
    databases: tuple[str, ...] = ALL
    #: Why it is not for the other databases; it is counted with them.
    reason: str = ""
    #: It is tried: a refusal that does not come is wrong.
    refused: Refusal | None = None


def pair(name: str, versions: Iterable[str], databases: tuple[str, ...] = ALL, reason: str = "") -> Case:
    """A pair from its two versions."""
    base, head = versions
    return Case(name, base, head, databases, reason)


def table(
    name: str, *items: str, key: str = "Column('id', Integer, primary_key=True)", more: str = ""
) -> str:
    """A table by its items."""
    lines = "".join(f"    {item},\n" for item in (key, *items) if item)
    return f"{name} = Table(\n    {name!r}, metadata,\n{lines}{f'    {more},' + chr(10) if more else ''})\n"
