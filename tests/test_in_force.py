"""What is in force on a day, against an oracle that looks at each day."""

import random
from datetime import date, timedelta
from typing import Any

from registry.entries import Effect, Exemption, in_force
from rules.period import on


def test_in_force_as_an_oracle_sees_it() -> None:
    dice = random.Random(7)
    for _ in range(300):
        days = sorted(dice.sample(range(60), 6))
        exemption = made_exemption(days[0], days[-1])
        effect = Effect(
            published=some(dice.choice([None, dice.randrange(60)])),
            withdrawn=day(dice.choice([None, dice.randrange(60)])),
            annulled=day(dice.choice([None, None, dice.randrange(60)])),
            suspensions=((day(days[1]), day(dice.choice([None, days[2]]))),) if dice.random() < 0.5 else (),
        )
        for number in range(-2, 65):
            today = START + timedelta(days=number)
            since = effect.suspensions[0] if effect.suspensions else None
            expected = (
                days[0] <= number <= days[-1]
                and effect.published is not None
                and effect.published.first <= today
                and not (effect.withdrawn and effect.withdrawn <= today)
                and not (effect.annulled and effect.annulled <= today)
                and not (since and since[0] <= today and not (since[1] and since[1] <= today))
            )
            assert in_force(effect, exemption, today) is expected


START = date(2027, 1, 1)


def day(number: int | None) -> Any:
    return None if number is None else START + timedelta(days=number)


def some(number: int | None) -> Any:
    return None if number is None else on(day(number))


def made_exemption(first: int, last: int) -> Exemption:
    return Exemption("m", "a", "a", "renewed/experiment", "GM0917", on(day(first)), on(day(last)))
