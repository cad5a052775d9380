"""One run of the bench: warnings arrive, questions are asked, the journal is checked."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from deploy.bench.warnings import people
from deploy.bench.warnings.arriving import Arrived, arrive, open_warnings, settle
from deploy.bench.warnings.asking import (
    Answered,
    Caller,
    Checked,
    acknowledgements,
    check,
    questions,
)
from deploy.bench.warnings.made_up import MadeUp
from deploy.demo.site import Site, SiteError, wait_for
from shared.contracts.topics import ASSESSMENTS, CONDITIONS
from shared.kit.clock import now_us

MOST_RATE = 5_000.0
"""The bar: new warnings a second from the topic to committed rows."""
_KEY_S = 20.0


class Screen(Protocol):
    """Where the run says how far it is."""

    def say(self, text: str) -> None:
        """A line."""

    def bar(self, title: str, total: int) -> Callable[[int], None]:
        """A bar; what comes back is told how much is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything measured; `open` is how many warnings were open when questions were asked.

    settled_s: from the moment the journal had been followed until the last new group was told.
    """

    arrived: tuple[Arrived, ...]
    settled_s: float
    open: int
    answered: tuple[Answered, ...]
    checked: Checked

    @property
    def passed(self) -> bool:
        """Whether all bars were met."""
        return (
            all(one.rate >= MOST_RATE for one in self.arrived)
            and all(one.passed for one in self.answered if one.barred)
            and self.checked.whole
        )


def run(site: Site, count: int, times: int, screen: Screen) -> Outcome:
    """Everything, on a fresh system. Raises SiteError for anything that is not as it must be."""
    made_up = MadeUp(now_us())
    contacts = people.appoint(site, made_up.estate)
    screen.say(f"{contacts} contacts; {count:,} messages of {CONDITIONS.name}")
    conditions = list(made_up.conditions(count))
    first = asyncio.run(arrive(site, CONDITIONS.name, conditions, screen.bar("conditions", count)))
    screen.say("everybody is told")
    settled = asyncio.run(settle(site))
    opened = asyncio.run(open_warnings(site))
    answered, checked = _asked(site, times, opened, screen)
    screen.say(f"{count:,} messages of {ASSESSMENTS.name}")
    assessments = list(made_up.assessments(count))
    second = asyncio.run(
        arrive(site, ASSESSMENTS.name, assessments, screen.bar("assessments", count))
    )
    for one in (first, second):
        if not one.exact:
            raise SiteError(
                f"{one.messages} messages of {one.topic} made {one.warnings} warnings and "
                f"{one.entries} entries"
            )
    return Outcome(
        arrived=(first, second),
        settled_s=settled,
        open=opened,
        answered=answered,
        checked=checked,
    )


def _asked(
    site: Site, times: int, opened: int, screen: Screen
) -> tuple[tuple[Answered, ...], Checked]:
    screen.say(f"{opened:,} warnings are open; each question {times} times")
    url = site.url("alerts")
    callers = (
        Caller("operator", url, site.key),
        Caller("regulator of a league", url, people.regulator_key(site)),
    )
    try:
        wait_for(lambda: _is_known(callers[1]), seconds=_KEY_S, what="the regulator's key")
        answered = [one for caller in callers for one in questions(caller, times, screen.say)]
        answered += [acknowledgements(caller, times) for caller in callers]
        screen.say("the journal is worked out again")
        return tuple(answered), check(callers[0])
    finally:
        for caller in callers:
            caller.close()


def _is_known(caller: Caller) -> bool:
    return caller.http.get("/v1/me").is_success
