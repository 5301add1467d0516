from typing import Optional

from sqlmodel import Field, SQLModel


class Hero(SQLModel, table=True):
    __tablename__ = "hero"
    id: int | None = Field(default=None, primary_key=True)
    hero_type: str = Field(default="hero")
    __mapper_args__ = {"polymorphic_on": "hero_type", "polymorphic_identity": "normal"}


class Dark(Hero):
    power: Optional[str] = Field(default="dark", sa_type=__import__("sqlalchemy").Text)
    __mapper_args__ = {"polymorphic_identity": "dark"}
