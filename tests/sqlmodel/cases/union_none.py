from sqlmodel import Field, SQLModel


class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str | None
    nick: None | str = None
    age: int | None = 3
    score: float | None = Field(nullable=False)
    strict: str = Field(default=None)
    loose: str = Field(nullable=True)
    empty: str | None = ""
