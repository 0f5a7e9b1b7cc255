"""Outcomes in, conclusions out: by the rules engine, by its twin, or by both compared."""

from collections.abc import Callable, Mapping, Sequence

from rules import twin
from rules.chain import Chain, EngineFault, EngineMissing, Firing
from rules.law import LawVersion
from rules.outcome import STATES, Outcome
from rules.plan import plan
from rules.text import Text

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
        raise EngineMissing(_missing(error)) from error
    from rules.memo import MemoChain

    chains: dict[tuple[LawVersion, str], Chain] = {}

    def conclude(law: LawVersion, instrument: str, cases: Sequence[Outcomes]) -> list[Conclusions]:
        chain = chains.get((law, instrument))
        if chain is None:
            chain = chains[law, instrument] = MemoChain(DurableChain(plan(law, instrument).program), memo)
        states = [{name: STATES[outcome.kind] for name, outcome in case.items()} for case in cases]
        return chain.run(states)

    return conclude


_BUILD_FLAG = "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject"  # its reason stands in pyproject.toml


def _missing(error: ImportError) -> Text:
    # an installer keeps what it built, and gives that again: the flag alone would change nothing
    anew = f"pip install --force-reinstall --no-deps --no-cache-dir {ENGINE.replace(' ', '==')}"
    return Text(
        nl=f"{ENGINE} is niet te laden, en er is niets getoetst ({error}). Op Python 3.13 is bij het bouwen een vlag"
        f" nodig: {_BUILD_FLAG} {anew}",
        en=f"{ENGINE} cannot be loaded, and nothing was checked ({error}). On Python 3.13 building it takes a flag:"
        f" {_BUILD_FLAG} {anew}",
    )


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
