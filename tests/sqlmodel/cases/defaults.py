import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum

from sqlalchemy import func
from sqlmodel import Field, SQLModel


class Color(Enum):
    RED = "r"


def make() -> str:
    return "made"


def now() -> datetime:
    return datetime.now(timezone.utc)


class Row(SQLModel, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    a: str = "text"
    b: int = 7
    c: bool = True
    d: Decimal = Decimal("1.10")
    e: Color = Color.RED
    f: str = Field(default_factory=make)
    g: datetime = Field(default_factory=now)
    h: timedelta = timedelta(hours=1)
    i: float = 1e3
    j: str | None = Field(default_factory=lambda: None)
    k: bytes = b"x"
    l: datetime = Field(default_factory=datetime.utcnow, sa_column_kwargs={"onupdate": datetime.utcnow})
