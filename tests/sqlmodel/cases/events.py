from sqlalchemy import event
from sqlalchemy.orm import validates
from sqlmodel import Field, SQLModel


class Row(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str

    def __init__(self, **data):
        super().__init__(**data)

    def __repr__(self) -> str:
        return self.name

    @validates("name")
    def check(self, key, value):
        return value


@event.listens_for(Row, "before_insert")
def before(mapper, connection, target):
    pass
