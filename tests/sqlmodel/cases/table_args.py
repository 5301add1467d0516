from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class Row(SQLModel, table=True):
    __tablename__ = "rows"
    __table_args__ = (
        UniqueConstraint("a", "b", name="uq_ab"),
        CheckConstraint("a > 0", name="ck_a"),
        Index("ix_b_desc", text("b DESC"), unique=True),
        Index("ix_partial", "a", postgresql_where=text("b IS NULL")),
        {"schema": "app", "comment": "rows of things", "extend_existing": True},
    )
    id: int | None = Field(default=None, primary_key=True)
    a: int
    b: str


class Part(SQLModel, table=True):
    __table_args__ = (
        PrimaryKeyConstraint("x", "y"),
        ForeignKeyConstraint(["x"], ["app.rows.id"], name="fk_x", ondelete="CASCADE"),
    )
    x: int
    y: int
