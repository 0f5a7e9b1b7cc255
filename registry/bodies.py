"""The bodies whose people act in the register: municipalities, and the ministries of registry/bodies.yaml."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from rules.fields import Model
from rules.reader import read
from rules.validation import checked
from rules.vocabulary import Ministry

FILE = "registry/bodies.yaml"
_MUNICIPALITY = re.compile(r"gm\d{4}")
_ROOT = "https://identifier.overheid.nl/tooi/id"


class BodiesDocument(Model):
    schema_: Literal["regelruimte/bodies/v1"] = Field(alias="schema")
    ministries: dict[Ministry, Annotated[str, StringConstraints(pattern=r"^mnre\d{4}$")]]


@cache
def ministries() -> Mapping[str, str]:
    """The ids of the ministries, by the name that we give them."""
    data = files("registry").joinpath("bodies.yaml").read_bytes()
    stated = checked(BodiesDocument, read(data, FILE)).ministries
    return {str(ministry): given for ministry, given in stated.items()}


def tooi(body: str) -> str | None:
    """The identifier of a body on the web; None for one that is not known."""
    if _MUNICIPALITY.fullmatch(body):
        return f"{_ROOT}/gemeente/{body}"
    found = ministries().get(body)
    return found and f"{_ROOT}/ministerie/{found}"
