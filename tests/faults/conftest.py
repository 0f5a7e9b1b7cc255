"""What is tried here takes nearly as long as all the rest: it is marked, and run by itself."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of this folder; before pytest looks which marks were asked for."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("faults")
