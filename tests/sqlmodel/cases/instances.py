from datetime import datetime
from typing import Optional

from sqlmodel import Field, Relationship, Session, SQLModel, create_engine, select


class Team(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str
    heroes: list["Hero"] = Relationship(back_populates="team")


class Hero(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str = "x"
    team_id: Optional[int] = Field(default=None, foreign_key="team.id")
    team: Optional[Team] = Relationship(back_populates="heroes")


class HeroUpdate(SQLModel):
    name: str | None = None


hero = Hero(name="a", team=Team(name="t"))
assert hero.team.name == "t"
assert hero.model_dump() == {"id": None, "name": "a", "team_id": None}, hero.model_dump()
hero.sqlmodel_update(HeroUpdate(name="b").model_dump(exclude_unset=True))
assert hero.name == "b"
assert str(select(Hero.name).where(Hero.id == 1))
assert Hero.model_fields["name"].default == "x"
assert "name" in Hero.__fields__
assert SQLModel.metadata.tables["hero"] is Hero.__table__
