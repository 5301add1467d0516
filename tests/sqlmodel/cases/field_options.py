from sqlmodel import Field, SQLModel


class Row(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True, title="Key", description="the key")
    a: int = Field(1, ge=0, le=10, gt=-1, lt=11, multiple_of=1, description="a number")
    b: str = Field("x", alias="bee", title="B", schema_extra={"example": "y"}, repr=False)
    c: str = Field(default="c", unique=True, index=True)
    d: float = Field(default=0.5, exclude=True)
    e: list[int] = Field(default_factory=list, min_items=1, max_items=3, sa_type=__import__("sqlalchemy").JSON)
    f: str = Field(min_length=1, regex="[a-z]+")
    g: bool = Field(default=False, nullable=False)
    h: str = Field(default="q", allow_mutation=False)
