"""Why the kernel is so careful: what it avoids, done to the engine itself in processes of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest

from rules import encoding, kernel
from tests.programs import STATES, one, told

ENGINE = """
import json, locale, sys
import durable_rules_engine as engine

def fired(handle, facts):
    code, live = engine.assert_facts(handle, facts)
    rules, started = [], engine.start_action_for_state(handle, live)
    message = started and started[1]
    while message:
        rules.append(next(iter(json.loads(message))))
        message = engine.complete_and_start_action(handle, live)
    return code, rules

def ruleset(**rules):
    return engine.create_ruleset("r", json.dumps({name: {"all": tests} for name, tests in rules.items()}))
"""


def child(code: str, seconds: float = 20, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Exit status (minus the signal, if one killed it) and output."""
    done = subprocess.run(
        [sys.executable, "-c", ENGINE + code],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    return done.returncode, (done.stdout + done.stderr).strip()


DELETE = """
handle = ruleset(r=[{"m": {"$ex": {"1": 1}}}])
for sid in range(1, 50):
    fact = f'[{{"sid":"{sid}","id":"1","FIELD":1}}]'
    fired(handle, fact)
    engine.delete_state(handle, str(sid))
print("alive")
"""


def test_deleting_a_state_in_which_nothing_fired_kills_the_process() -> None:
    # fresh memory may happen to be zero, so malloc is told to hand out rubbish
    poisoned = {"MALLOC_PERTURB_": "165"}
    assert child(DELETE.replace("FIELD", "1"), environment=poisoned) == (0, "alive")
    status, said = child(DELETE.replace("FIELD", "2"), environment=poisoned)
    assert status in (-signal.SIGSEGV, -signal.SIGABRT)
    assert not said.endswith("alive")


SIBLINGS = """
handle = ruleset(**{str(n): [{"m": {"$ex": {str(1000 + n): 1}}}] for n in range(AMOUNT)})
print(fired(handle, '[{"sid":"1","id":"1","1000":1}]'))
"""


def test_five_hundred_and_thirteen_siblings_hang_it() -> None:
    assert child(SIBLINGS.replace("AMOUNT", str(kernel.GROUP))) == (0, "(0, ['0'])")
    with pytest.raises(subprocess.TimeoutExpired):
        child(SIBLINGS.replace("AMOUNT", "513"), seconds=5)


WIDE = """
width = WIDTH
condition = lambda n: {f"a{n}": {"$and": [{"$ex": {str(n): 1}}, *([{"s": {"a0": "s"}}] if n else [])]}}
handle = ruleset(r=[condition(n) for n in range(width)])
print(fired(handle, json.dumps([{"sid": "1", "id": str(n), str(n): 1, "s": 1} for n in range(width)])))
"""


def test_seventeen_facts_in_one_rule_are_an_error_at_run_time() -> None:
    assert child(WIDE.replace("WIDTH", str(encoding.WIDTH))) == (0, "(0, ['r'])")
    status, said = child(WIDE.replace("WIDTH", "17"))
    assert status == 1
    assert "error code: 304" in said


def test_without_a_last_fact_lost_facts_would_go_unseen() -> None:
    status, said = child(
        """
handle = ruleset(r=[{"m": {"$ex": {"1": 1}}}], end=[{"m": {"$ex": {"0": 1}}}])
print(fired(handle, '[{"sid":"1","id":"1","1":1},{"sid":"1","id":"2","2":1e-05},{"sid":"1","id":"3","0":1}]'))
"""
    )
    assert (status, said) == (0, "(0, ['r'])")


def test_text_as_a_state_number_lets_two_cases_run_into_each_other() -> None:
    status, said = child(
        """
handle = ruleset(r=[{"a": {"$ex": {"1": 1}}}, {"b": {"$ex": {"2": 1}}}])
for sid, field in ((SIDS[0], "1"), (SIDS[1], "2")):
    print(fired(handle, json.dumps([{"sid": sid, "id": field, field: 1}])))
""".replace("SIDS", "('AREA-001927|M-00079', 'AREA-000455|M-00100')")
    )
    assert (status, said) == (0, "(0, [])\n(0, ['r'])")


KERNEL_ABROAD = """
from rules.chain import Conclusion, program
from rules.kernel import DurableChain
made = program("ab", "a", [Conclusion("c", "any", ("a", "b"))])
states = ("met", "unmet", "open", "neutral")
cases = [{"a": a, "b": b} for a in states for b in states[:3]]
set_to = "C"
for name in ("nl_NL.UTF-8", "nl_NL.utf8", "de_DE.UTF-8", "fr_FR.UTF-8"):
    try:
        set_to = locale.setlocale(locale.LC_ALL, name)
        break
    except locale.Error:
        pass
shares = ruleset(r=[{"m": {"$gte": {"1": 0.15}}}])
print(json.dumps([answer["c"].state for answer in DurableChain(made).run(cases)]))
print(set_to, locale.localeconv()["decimal_point"], fired(shares, '[{"sid":"1","id":"1","1":0.01}]'))
"""


def test_the_locale_makes_no_difference(tmp_path: Path) -> None:
    # most machines that test have no Dutch locale; where its source is there, one is made
    compiler = shutil.which("localedef")
    if compiler is not None:
        subprocess.run(
            [compiler, "-i", "nl_NL", "-f", "UTF-8", tmp_path / "nl_NL.UTF-8"], capture_output=True, check=False
        )
    abroad = {"LOCPATH": str(tmp_path)} if any(tmp_path.iterdir()) else {}
    here = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    status, said = child(KERNEL_ABROAD, environment=abroad | here)
    assert status == 0, said
    states, control = said.splitlines()
    made = one("any", "a", "b", guarded=["a"])
    cases = [dict(zip("ab", pair, strict=True)) for pair in product(STATES, STATES[:3])]
    assert json.loads(states) == [told(made, case)["c"].state for case in cases]
    if " , " in control:
        assert "['r']" in control, "the engine itself takes 0.01 for at least 0.15 there"
