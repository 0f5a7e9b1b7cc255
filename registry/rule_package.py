"""The rules that a check rests on, as something that can be kept: every file of laws and lists, and one hash over all.

What judges is data and code. The data are kept in the register, file by file; of the code the hash, and the version
under which it can be had. Code from a register is never run.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from registry.version import VERSION
from rules.canonical import canonical
from rules.engine import ENGINE

SCHEMA = "regelruimte/rule-package/v1"
DATA = re.compile(r"(laws/([a-z0-9-]+/){1,2}\d{4}-\d{2}-\d{2}|catalogue|lists|ministers|provisions)\.yaml")


class RulePackage(NamedTuple):
    """The manifest, as canonical JSON, and the content of the files that it names. Its name is the manifest's hash."""

    manifest: bytes
    files: Mapping[str, bytes]

    @property
    def sha256(self) -> str:
        return sha256(self.manifest).hexdigest()


@cache
def shipped_package() -> RulePackage:
    """The rules inside this package."""
    found = dict(sorted(_under(files("rules"))))
    data = {name: content for name, content in found.items() if DATA.fullmatch(name)}
    code = {name: sha256(content).hexdigest() for name, content in found.items() if name.endswith(".py")}
    stated = {
        "schema": SCHEMA,
        "software": f"regelruimte {VERSION}",
        "engine": ENGINE,
        "code": sha256(canonical(code)).hexdigest(),
        "files": {name: sha256(content).hexdigest() for name, content in data.items()},
    }
    return RulePackage(canonical(stated), data)


def _under(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _under(each, f"{prefix}{each.name}/")
        elif each.name.endswith((".py", ".yaml")):
            yield f"{prefix}{each.name}", each.read_bytes()
