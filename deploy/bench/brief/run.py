"""One run of the bench: in each choice of languages a brief right after the start, and another."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.bench.brief.checking import Expected
from deploy.bench.brief.making import Made, make
from deploy.bench.province.size import Size
from deploy.bench.stress import Province, await_catalogue
from deploy.demo.site import Site, SiteError
from deploy.local import dirlock
from deploy.local.background import running_system
from deploy.local.options import DEFAULT_PORTS

LANGUAGES = (("zh",), ("zh", "en"))
SETTINGS = "inner-mongolia-14fyp"
"""Settings by which there is an edition for the public too."""
COLD, WARM = "cold", "warm"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All briefs in the order in which they were made, and the figures that they were held to."""

    size: Size
    period: str
    made: tuple[Made, ...]

    @property
    def passed(self) -> bool:
        """Whether every brief was right and in time."""
        return all(one.passed for one in self.made)


def run(size: Size, folder: Path, say: Say, *, warm: int) -> Outcome:
    """Starts the system once for each choice of languages. Raises SiteError, PartError."""
    if dirlock.holder(folder) is not None:
        raise SiteError(f"a system runs in {folder}: stop it, as the first brief is to be cold")
    say("every figure worked out from scratch")
    expected = Expected(size)
    made: list[Made] = []
    for languages in LANGUAGES:
        ports = dict.fromkeys(DEFAULT_PORTS, 0)
        with running_system(folder, ports, quiet=True) as state, Site.of(state, folder) as site:
            await_catalogue(site, Province(size))
            site.put("alerts", f"/v1/briefs/settings/{expected.region}", {"name": SETTINGS})
            for name in (COLD, *[WARM] * warm):
                made.append(one := _made(site, expected, languages, name))
                say(f"{'+'.join(languages)}, {name}: {one.seconds:.1f} s")
    return Outcome(size=size, period=expected.period, made=tuple(made))


def _made(site: Site, expected: Expected, languages: tuple[str, ...], name: str) -> Made:
    asked = {"region": expected.region, "period": expected.period}
    return make(site, name, asked, languages, expected.wrong)
