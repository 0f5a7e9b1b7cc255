"""What an entry on a check keeps beside it, so that the check can be made again: all that it read, and the rules."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlmodel import Session

from registry.rule_package import shipped_package
from registry.tables import DocumentRow

PORTFOLIO = "portfolio"  # in a receipt: one hash over all other measures, which the log has


def evidence(session: Session, data: Mapping[str, Any], received: Callable[[str], bytes | None]) -> Iterator[bytes]:
    """What the entry's data name by hash and the register does not have; `received` knows what a check read outside."""

    def lacks(sha: str) -> bool:
        return session.get(DocumentRow, sha) is None

    if "rules" not in data:
        return
    package = shipped_package()
    if lacks(package.sha256):
        yield package.manifest
        yield from package.files.values()
    for name, sha in data["receipt"].items():
        if name != PORTFOLIO and lacks(sha) and (content := received(sha)):
            yield content
