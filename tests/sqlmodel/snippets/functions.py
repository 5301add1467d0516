import dataclasses
from typing import Annotated, Any, Literal, Union

import pydantic
from pydantic import (
    AfterValidator, BaseModel, BeforeValidator, Discriminator, Field, InstanceOf, PlainSerializer, PlainValidator,
    SkipValidation, Tag, TypeAdapter, ValidationError, WithJsonSchema, WrapSerializer, WrapValidator, validate_call,
)
from pydantic.functional_validators import ModelWrapValidatorHandler, model_validator
from pydantic_core import PydanticCustomError, PydanticOmit, PydanticUseDefault


def fail(value):
    raise PydanticCustomError("mine", "not {x}", {"x": value})


def lenient(value, handler):
    try:
        return handler(value)
    except ValidationError:
        return -1


def default(value):
    raise PydanticUseDefault


class Cat(BaseModel):
    kind: Literal["cat"]
    name: str = "tom"


class Dog(BaseModel):
    kind: Literal["dog", "hound"]
    age: int


class Owner(BaseModel):
    pet: Union[Cat, Dog] = Field(discriminator="kind")
    tagged: Annotated[Union[Annotated[int, Tag("i")], Annotated[str, Tag("s")]], Discriminator(
        lambda value: "i" if isinstance(value, int) else "s" if isinstance(value, str) else None)] = 1
    even: Annotated[int, AfterValidator(lambda value: value * 2)] = 1
    odd: Annotated[int, BeforeValidator(lambda value: value or 7)] = 3
    wrap: Annotated[int, WrapValidator(lenient)] = 0
    plain: Annotated[int, PlainValidator(lambda value: [value])] = 0
    out: Annotated[int, PlainSerializer(lambda value: f"<{value}>", return_type=str)] = 5
    around: Annotated[int, WrapSerializer(lambda value, handler: [handler(value)])] = 6
    skip: SkipValidation[int] = 0
    inst: InstanceOf[Cat] = None
    wrong: Annotated[str, AfterValidator(fail)] = "ok"
    dflt: Annotated[int, BeforeValidator(default)] = 11


show(Owner(pet={"kind": "cat"}), Owner(pet={"kind": "hound", "age": "3"}, tagged="x", even=2, odd=0, wrap="x"))
show(lambda: Owner(pet={"kind": "cow"}), lambda: Owner(pet={}), lambda: Owner(pet={"kind": "dog"}), lambda: Owner(pet=4))
show(lambda: Owner(pet={"kind": "cat"}, wrong="q"), lambda: Owner(pet={"kind": "cat"}, tagged=[]))
show(Owner(pet={"kind": "cat"}, plain=3, skip="x", dflt=4), lambda: Owner(pet={"kind": "cat"}, inst=3))
show(Owner(pet={"kind": "cat"}).model_dump(), Owner(pet=Cat(kind="cat")).model_dump_json())


class Wrapped(BaseModel):
    a: int = 0

    @model_validator(mode="wrap")
    @classmethod
    def around(cls, data: Any, handler: ModelWrapValidatorHandler):
        made = handler({"a": 9} if data == "nine" else data)
        made.a += 1
        return made


show(Wrapped(a=1), Wrapped.model_validate("nine"), lambda: Wrapped(a="x"))


@validate_call
def add(a: int, b: int = 2, *args: float, c: str = "c", **kwargs: bool) -> str:
    return f"{a}{b}{args}{c}{kwargs}"


show(add("1"), add(1, "3", "4.5", c="d", e="yes"), lambda: add(), lambda: add("x"), lambda: add(1, c=1), lambda: add(b=1))


@pydantic.dataclasses.dataclass
class Data:
    x: int
    y: list[int] = dataclasses.field(default_factory=list)
    z: str = pydantic.Field(default="z", max_length=3)

    def __post_init__(self):
        self.w = self.x


@pydantic.dataclasses.dataclass(frozen=True, config={"extra": "forbid"})
class Inner:
    q: "int" = 4


@dataclasses.dataclass
class Plain:
    a: int
    b: "list[Plain]" = dataclasses.field(default_factory=list)


show(Inner(), Inner("5"), lambda: Inner(q="x"), lambda: Inner(r=1))
show(Data("3"), Data(x="3", y=("1",)), lambda: Data(), lambda: Data(1, 2), lambda: Data(1, z="long"), Data(1).w)
show(TypeAdapter(Data).dump_python(Data(1)), TypeAdapter(Plain).validate_python({"a": "1", "b": [{"a": 2}]}))
show(lambda: TypeAdapter(Plain).validate_python({"a": "x"}), TypeAdapter(Plain).dump_json(Plain(1, [Plain(2)])))
unions = [Union[int, str], Union[str, int], Union[float, int], Union[bool, int], Union[Cat, Dog], Union[dict, Cat],
          Union[int, list[int], None], Annotated[Union[str, int], Field(union_mode="left_to_right")], Union[Literal["a"], int]]
for kind in unions:
    for value in [1, "1", 1.0, True, None, "a", {"kind": "dog", "age": 1}, {"kind": "cat"}, ["1"], Cat(kind="cat"), b"x"]:
        show(lambda: TypeAdapter(kind).validate_python(value))
