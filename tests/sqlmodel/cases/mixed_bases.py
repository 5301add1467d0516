from datetime import datetime

from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlmodel import Field, SQLModel


class Base(DeclarativeBase):
    metadata = SQLModel.metadata


class Classic(Base):
    __tablename__ = "classic"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))


class Modern(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    classic_id: int = Field(foreign_key="classic.id")
