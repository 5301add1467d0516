from pydantic import computed_field
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import column_property
from sqlmodel import Field, SQLModel


class Row(SQLModel, table=True):
    model_config = {"ignored_types": (hybrid_property,)}
    id: int | None = Field(default=None, primary_key=True)
    first: str
    last: str

    @computed_field
    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"

    @hybrid_property
    def hybrid(self):
        return self.first + self.last

    @property
    def plain(self) -> str:
        return self.first


assert Row(first="a", last="b").full == "a b"
