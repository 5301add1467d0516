import enum
from typing import Optional

from sqlalchemy import Column
from sqlalchemy import Enum as SAEnum
from sqlmodel import Field, SQLModel


class Color(str, enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Flags(enum.Flag):
    A = 1
    B = 2


class Size(enum.StrEnum if hasattr(enum, "StrEnum") else str):
    S = "s"


class Row(SQLModel, table=True):
    id: int = Field(primary_key=True)
    color: Color
    level: Level = Level.LOW
    maybe: Optional[Color] = None
    flags: Flags
    named: Color = Field(sa_column=Column(SAEnum(Color, name="color_enum", values_callable=lambda e: [i.value for i in e])))
    native: Color = Field(sa_type=SAEnum(Color, native_enum=False, length=20))
    indexed: Level = Field(index=True)
