"""What an entry on a check keeps beside it, so that the check can be made again: all that it read, and the rules."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlmodel import Session

from registry.rule_package import shipped_package
from registry.store import lacking

PORTFOLIO = "portfolio"  # in a receipt: one hash over all other measures, which the log has


def evidence(session: Session, data: Mapping[str, Any], received: Callable[[str], bytes | None]) -> Iterator[bytes]:
    """What the entry's data name by hash and the register does not have; `received` knows what a check read outside."""

    if "rules" not in data:
        return
    package = shipped_package()
    read = {sha for name, sha in data["receipt"].items() if name != PORTFOLIO}
    new = lacking(session, {package.sha256, *read})
    if package.sha256 in new:
        yield package.manifest
        yield from package.files.values()
    for sha in sorted(new & read):
        if content := received(sha):
            yield content
