"""Small documents that tests build on."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAW_HEAD = """
schema: regelruimte/law/v1
law: testwet
bwb: BWBR0000001
title: {nl: Testwet, en: Test act}
hierarchy: act
status: in-force
in_force: {from: 2020-01-01}
text_known: {from: 2020-01-01}
source: {title: made for a test}
instruments:
  permit: {says: {nl: vergunning, en: permit}, article: "1", asked_by: municipal-council, decided_by: minister}
"""

MEASURE = """
schema: regelruimte/measure/v1
measure: test-measure
title: {nl: Proef, en: Test}
domains: [wonen]
asked: {by: municipal-council, of: GM0599, received: 2026-11-02}
place:
  municipality: GM0599
  parts: [{part: carnisse, name: Carnisse, kind: neighbourhood}]
asks: [{instrument: testwet/permit}]
term: {from: 2027-01-01, until: 2030-12-31}
"""


def decided(lines: str = "", outcome: str = "granted", measure: str = "test-measure", day: str = "2027-01-20") -> str:
    """A decision on such a measure, with more lines where they are wanted."""
    return f"""
schema: regelruimte/decision/v1
decision: {measure}-{outcome}
on_measure: {measure}
by: {{role: minister}}
decided: {day}
outcome: {outcome}
source: {{title: made for a test}}
{lines}"""
