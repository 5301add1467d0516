from sqlmodel import Column, Field, SQLModel, String


class Row(SQLModel, table=True):
    """A row."""

    __table_args__ = {"comment": "rows"}

    id: int | None = Field(default=None, primary_key=True, description="no comment")
    """Documented."""
    a: str = Field(sa_column_kwargs={"comment": "the a"})
    b: str = Field(sa_column=Column(String(10), comment="the b"))
