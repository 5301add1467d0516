from sqlalchemy.orm import Mapped, relationship
from sqlmodel import Field, Relationship, SQLModel


class Team(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    heroes: Mapped[list["Hero"]] = Relationship(back_populates="team")


class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    team_id: int | None = Field(default=None, foreign_key="team.id")
    team: Mapped[Team] = Relationship(
        sa_relationship=relationship(back_populates="heroes", lazy="joined")
    )
