"""Files per second of `check`, and one file from start to exit, against what Python and PyYAML need for less.

uv run python -m tests.benchmarks.files [FILES]
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import yaml

from tests.samples import MEASURE

WHY = "motivation:\n" + "".join(
    f"  {test}: {{text: waarom}}\n" for test in ("necessity", "suitability", "subsidiarity", "proportionality")
)
FLOOR = "import argparse, yaml, pydantic\nclass One(pydantic.BaseModel):\n    number: int\nOne(number=1)"


def seconds(*command: str) -> float:
    """How long a command takes from start to exit, with Python's compiled files kept as everywhere."""
    began = perf_counter()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False, env=environment)
    return perf_counter() - began


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    check = (sys.executable, "-m", "registry.cli", "check")
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "proposals"
        folder.mkdir()
        for at in range(number):
            text = MEASURE.replace("testwet/permit", "wbmgp/priority").replace("test-measure", f"measure-{at}") + WHY
            (folder / f"{at:05}.yaml").write_text(text, encoding="utf-8")
        one = str(folder / "00000.yaml")
        alone = Path(root) / "alone" / "proposals"
        alone.mkdir(parents=True)
        (alone / "one.yaml").write_bytes(Path(one).read_bytes())
        single, bare = [], []
        for _ in range(15):  # in turn: the machine's speed drifts
            single.append(seconds(*check, str(alone / "one.yaml")))
            bare.append(seconds(sys.executable, "-c", FLOOR))
        ratio = median(one / other for one, other in zip(single, bare, strict=True))
        print(f"one file, start to exit: {median(single) * 1000:.0f} ms; argparse, yaml and one pydantic model "
              f"(yardstick): {median(bare) * 1000:.0f} ms; ratio {ratio:.2f}")  # fmt: skip
        began = perf_counter()
        for file in folder.iterdir():
            yaml.load(file.read_bytes(), yaml.CSafeLoader)
        loading = perf_counter() - began
        print(f"CSafeLoader alone (yardstick): {number / loading:,.0f} files/s, {number} files")
        for jobs in (1, 2):
            took = seconds(*check, str(folder), "--jobs", str(jobs))
            print(f"check, {jobs} job(s), {os.cpu_count()} cores: {number / took:,.0f} files/s, "
                  f"{loading / took:.2f} of the yardstick")  # fmt: skip


if __name__ == "__main__":
    main()
