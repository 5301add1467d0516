import enum, uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import List, Optional
from pydantic import condecimal, constr, EmailStr
from sqlalchemy import Column, Integer, String
from sqlmodel import Field, Relationship, SQLModel


class Team(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str
    headquarters: str = "x"
    heroes: List["Hero"] = Relationship(back_populates="team")


class Hero(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    secret: str = Field(index=False)
    age: Optional[int] = None
    age2: Optional[int] = Field(default=None)
    age3: Optional[int]
    age4: Optional[int] = Field(default=5)
    age6: int = Field(default=5)
    age7: int = Field(default=5, nullable=True)
    age8: int = Field(nullable=True)
    age9: Optional[int] = Field(default=None, nullable=False)
    age10: int = None
    when: datetime = Field(default_factory=datetime.utcnow)
    when2: Optional[datetime] = Field(default_factory=datetime.utcnow)
    day: date
    at: time
    long: timedelta
    flag: bool = False
    f: float
    d: Decimal
    d2: condecimal(max_digits=10, decimal_places=2) = Field(default=0)
    c: constr(max_length=7)
    s: str = Field(max_length=9)
    b: bytes
    u: uuid.UUID
    team_id: Optional[int] = Field(default=None, foreign_key="team.id")
    team: Optional[Team] = Relationship(back_populates="heroes")
    own: str = Field(sa_column=Column("own", String(3)))
    args: str = Field(sa_column_kwargs={"comment": "c", "unique": True})


class Composite(SQLModel, table=True):
    __tablename__ = "comp"
    a: int = Field(primary_key=True)
    b: Optional[int] = Field(default=None, primary_key=True)
    c: int = Field(primary_key=True, foreign_key="team.id")
