from sqlmodel import Field, SQLModel


class Row(SQLModel, table=True):
    __table_args__ = {"schema": "other", "mysql_engine": "InnoDB", "sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    self_id: int | None = Field(default=None, foreign_key="other.row.id")
