from decimal import Decimal

from pydantic import condecimal, conint, constr
from sqlmodel import Field, SQLModel


class Sized(SQLModel, table=True):
    id: int = Field(primary_key=True, ge=1)
    name: str = Field(max_length=50, min_length=3)
    code: constr(max_length=7)
    both: constr(min_length=2, max_length=8) = Field(index=True)
    price: Decimal = Field(max_digits=10, decimal_places=2)
    rate: condecimal(max_digits=5, decimal_places=3) = Decimal("1.5")
    many: conint(gt=0)
    optional: str | None = Field(default=None, max_length=12)
    pattern: str = Field(regex="^a", max_length=4)
