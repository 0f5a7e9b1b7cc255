"""The thirty-six measures that were tried or wished for: the table of measures/README.md against files and checks."""

import re
from typing import Any

from rules.measure import Measure
from tests.conftest import shipped
from tests.samples import ROOT

ROW = re.compile(r"\| (\d+) \| [^|]+ \| `([^`]+)` \| \S+ \| ([^|]+) \| (\w+) \|")


def test_the_table_is_what_the_files_and_the_checks_say(judged: Any) -> None:
    rows = ROW.findall((ROOT / "measures/README.md").read_text(encoding="utf-8"))
    assert len(rows) == len({number for number, *_ in rows}) == 36
    for _, file, ended, verdict in rows:
        path = ROOT / "measures/proposals" / f"{file}.yaml"
        checked = judged(path.read_text(encoding="utf-8"))
        assert checked.verdict == verdict, file
        assert not [each for each in checked.problems if each.about == "document" and each.level == "error"], file
        model = checked.measure.model
        assert isinstance(model, Measure)
        decided = shipped().decisions(model.measure)
        assert bool(decided) == ("decisions/" in ended), file
        assert model.sources or model.record == "example", file
