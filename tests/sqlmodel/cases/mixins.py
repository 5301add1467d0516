from datetime import datetime, timezone
from typing import Optional
from uuid import UUID, uuid4

from sqlmodel import Column, DateTime, Field, SQLModel, func


class UUIDMixin(SQLModel):
    id: UUID = Field(default_factory=uuid4, primary_key=True, index=True)


class TimeMixin(SQLModel):
    created_at: datetime = Field(default_factory=lambda: datetime.now(timezone.utc), nullable=False)
    updated_at: Optional[datetime] = Field(default=None, sa_column_kwargs={"onupdate": func.now()})


class Plain:
    extra = 3

    def method(self) -> int:
        return self.extra


class HeroBase(SQLModel):
    name: str = Field(index=True, max_length=20)
    age: int | None = None


class Hero(UUIDMixin, TimeMixin, HeroBase, Plain, table=True):
    power: str = "none"


class Villain(HeroBase, TimeMixin, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=99)


class HeroCreate(HeroBase):
    password: str


class HeroPublic(HeroBase):
    id: UUID


class HeroUpdate(SQLModel):
    name: str | None = None
