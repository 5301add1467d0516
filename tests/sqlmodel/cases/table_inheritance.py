from sqlmodel import Field, SQLModel


class Person(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    type: str = Field(default="person")
    __mapper_args__ = {"polymorphic_on": "type", "polymorphic_identity": "person"}


class Manager(Person, table=True):
    id: int | None = Field(default=None, primary_key=True, foreign_key="person.id")
    level: int = 1
    __mapper_args__ = {"polymorphic_identity": "manager"}
