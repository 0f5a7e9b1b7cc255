"""Engine and twin agree: on thousands of random laws and on every shipped case; a broken engine is caught."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from importlib.metadata import version

import pytest

from rules import kernel
from rules.chain import EngineFault, Firing, State
from rules.citation import citation
from rules.condition import Every
from rules.encoding import Clause, Encoding, encode
from rules.engine import ENGINE, Outcomes, cross_checked, durable_engine, twin_engine
from rules.fields import Source
from rules.kernel import DurableChain
from rules.law import Conclude, Instrument, Judge, LawVersion, Rule
from rules.outcome import STATES, Kind, Outcome, key
from rules.period import Term
from rules.plan import plan
from rules.problems import Place
from rules.text import Text
from tests.write_expected import checked, shipped

KINDS: tuple[Kind, ...] = ("met", "unmet", "unknown", "pending", "contested")
SAYS, HERE, ALWAYS = Text("eis", "must"), Place("random.yaml"), Every(())
LAWS = 3_000


def random_law(chance: random.Random) -> LawVersion:
    """A law with up to 20 requirements and judgements, and conclusions over them and over each other."""
    rules: list[Rule] = []
    for at in range(chance.randint(1, 20)):
        form = chance.random() < 0.8
        rules.append(
            Rule(
                name=f"r{at}",
                on=frozenset({"permit"}),
                stage="application",
                cite=citation("1"),
                jci="",
                says=SAYS,
                place=HERE,
                when=ALWAYS if chance.random() < 0.4 else None,
                require=ALWAYS if form else None,
                judge=Judge("minister", SAYS) if not form or chance.random() < 0.3 else None,
            )
        )
    for at in range(chance.randint(0, 8)):
        needs = chance.sample([rule.name for rule in rules], chance.randint(1, min(len(rules), 18)))
        conclude = Conclude("all" if chance.random() < 0.5 else "any", tuple(needs))
        rules.append(rules[0]._replace(name=f"c{at}", when=None, require=None, judge=None, conclude=conclude))
    instrument = Instrument("permit", SAYS, citation("1"), "municipal-council", "minister", ordinary_power=False)
    term = Term(None, None)
    day = date(2020, 1, 1)
    named = {rule.name: rule for rule in rules}
    return LawVersion(
        "random", day, "BWBR0000001", SAYS, "act", "in-force", term, term, Source(title="random"),
        {"permit": instrument}, named, (), "",
    )  # fmt: skip


def random_case(chance: random.Random, law: LawVersion) -> Outcomes:
    """Some outcome for every rule that has one; mostly met, as in practice."""
    made: dict[str, Outcome] = {}
    for rule in law.rules.values():
        if rule.conclude:
            continue
        away = rule.when is not None and chance.random() < 0.3
        if rule.require:
            judged = rule.judge is not None and chance.random() < 0.3
            kind: Kind = "not_applicable" if away or judged else _some(chance)
            made[key(rule, "requirement")] = Outcome(rule, "requirement", kind)
        if rule.judge:
            made[key(rule, "judgement")] = Outcome(rule, "judgement", "not_applicable" if away else _some(chance))
    return made


def _some(chance: random.Random) -> Kind:
    return "met" if chance.random() < 0.5 else chance.choice(KINDS)


def disagreements(seeds: range) -> Iterator[int]:
    """The seeds of random laws on which engine and twin differ, each on three cases."""
    for seed in seeds:
        chance = random.Random(seed)
        law = random_law(chance)
        cases = [random_case(chance, law) for _ in range(3)]
        try:
            chain = DurableChain(plan(law, "permit").program)
            found = chain.run(states(cases))
            chain.close()
            if found != twin_engine(law, "permit", cases):
                yield seed
        except EngineFault:
            yield seed


def states(cases: list[Outcomes]) -> list[dict[str, State]]:
    return [{name: STATES[outcome.kind] for name, outcome in case.items()} for case in cases]


def test_engine_and_twin_agree_on_random_laws() -> None:
    assert list(disagreements(range(LAWS))) == []


def _last_need_lost(right: Encoding) -> Encoding:
    shorter = (clause._replace(body=clause.body[:-1]) if len(clause.body) > 1 else clause for clause in right.clauses)
    return _only(tuple(shorter), right)


def _last_clause_lost(right: Encoding) -> Encoding:
    return _only(right.clauses[:-1] or right.clauses, right)


def _only(clauses: tuple[Clause, ...], right: Encoding) -> Encoding:
    used = {mark for clause in clauses for mark in clause.body}
    given = {name: tuple(mark for mark in marks if mark in used) for name, marks in right.given.items()}
    return Encoding(clauses, given)


@pytest.mark.parametrize("broken", [_last_need_lost, _last_clause_lost])
def test_a_broken_engine_is_caught(monkeypatch: pytest.MonkeyPatch, broken: Callable[[Encoding], Encoding]) -> None:
    """The negative control: the same comparison, on a kernel that loses a part of what it was given."""
    monkeypatch.setattr(kernel, "encode", lambda program: broken(encode(program)))
    assert len(list(disagreements(range(60)))) > 3


def test_every_shipped_case_on_both() -> None:
    """The cases of tests/write_expected.py run on the engine; here their conclusions are drawn again by the twin."""
    seen = 0
    for one in checked(shipped()):
        for found in one.results:
            if found.law is None or found.instrument is None:
                continue
            outcomes = {key(outcome.rule, outcome.aspect): outcome for outcome in found.outcomes}
            assert [dict(found.conclusions)] == twin_engine(found.law, found.instrument, [outcomes])
            seen += 1
    assert seen >= 14


def test_cross_check_stops_at_a_difference() -> None:
    law = random_law(random.Random(1))
    cases = [random_case(random.Random(1), law)]
    assert cross_checked(durable_engine())(law, "permit", cases) == twin_engine(law, "permit", cases)
    lie = {"admissible": Firing("admissible", "neutral", ())}
    lying = cross_checked(lambda law, instrument, cases: [lie for _ in cases])
    with pytest.raises(EngineFault, match="engine and twin differ on admissible"):
        lying(law, "permit", cases)


def test_the_version_in_receipts_is_the_one_installed() -> None:
    assert f"durable-rules {version('durable-rules')}" == ENGINE
