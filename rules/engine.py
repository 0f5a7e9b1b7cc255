"""Outcomes in, conclusions out: by the rules engine, by its twin, or by both compared."""

from collections.abc import Callable, Mapping, Sequence

from rules import twin
from rules.chain import Chain, EngineFault, EngineMissing, Firing
from rules.law import LawVersion
from rules.outcome import STATES, Outcome
from rules.plan import plan

ENGINE = "durable-rules 2.0.28"  # for receipts; tests/test_engine.py holds it to what is installed
Outcomes = Mapping[str, Outcome]
Conclusions = Mapping[str, Firing]
Engine = Callable[[LawVersion, str, Sequence[Outcomes]], list[Conclusions]]


def durable_engine(memo: int = 4096) -> Engine:
    """The rules engine itself; what it concluded from the same states before is remembered.

    EngineMissing where this Python cannot load it.
    """
    try:
        from rules.kernel import DurableChain  # the C extension: only where the engine really runs
    except ImportError as error:
        raise EngineMissing(ENGINE, str(error)) from error
    from rules.memo import MemoChain

    chains: dict[tuple[LawVersion, str], Chain] = {}

    def conclude(law: LawVersion, instrument: str, cases: Sequence[Outcomes]) -> list[Conclusions]:
        chain = chains.get((law, instrument))
        if chain is None:
            chain = chains[law, instrument] = MemoChain(DurableChain(plan(law, instrument).program), memo)
        states = [{name: STATES[outcome.kind] for name, outcome in case.items()} for case in cases]
        return chain.run(states)

    return conclude


def twin_engine(law: LawVersion, instrument: str, cases: Sequence[Outcomes]) -> list[Conclusions]:
    """The twin: plain Python over the law document."""
    return [twin.conclusions(law, instrument, case) for case in cases]


def cross_checked(engine: Engine) -> Engine:
    """That engine, with every answer compared to the twin's; EngineFault where they differ."""

    def conclude(law: LawVersion, instrument: str, cases: Sequence[Outcomes]) -> list[Conclusions]:
        found, expected = engine(law, instrument, cases), twin_engine(law, instrument, cases)
        for mine, other in zip(found, expected, strict=True):
            if mine != other:
                differing = sorted(name for name in {*mine, *other} if mine.get(name) != other.get(name))
                raise EngineFault(f"{law.name}/{instrument}: engine and twin differ on {', '.join(differing)}")
        return found

    return conclude
