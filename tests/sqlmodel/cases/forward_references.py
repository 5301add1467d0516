from typing import TYPE_CHECKING, Optional

from sqlmodel import Field, Relationship, SQLModel

if TYPE_CHECKING:
    from nowhere import Later


class Author(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    books: list["Book"] = Relationship(back_populates="author")


class Book(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    author_id: Optional[int] = Field(default=None, foreign_key="author.id")
    author: Optional["Author"] = Relationship(back_populates="books")
    quoted: "str" = ""
    optional: "Optional[int]" = None
