"""What the senders of the small province say, and in which order: on time, late, twice, wrong."""

import random
from collections.abc import Iterator

from shared.model.exact import text
from shared.model.instants import HOUR_US
from tests.system.world import Enterprise, Meter, Reading, Request, World

_WINDOW = 18
_LATE = 600


def script(world: World, hours: range, seed: int) -> list[Request]:
    """Requests of one enterprise and hour each; all of them in any order give the true books.

    Neighbours change places, some come hundreds of requests late, some come twice. One reading in
    fifty is wrong at first and put right by a revision; now and then one too many is taken back.
    """
    chance = random.Random(seed)
    requests = [
        request
        for hour in hours
        for owner in world.enterprises
        for request in _hour(world, owner, hour, chance, begins=hour == hours[0])
    ]
    places = [(_place(i, chance), i) for i in range(len(requests))]
    again = [(place + _LATE, i) for place, i in places if chance.random() < 0.02]
    return [requests[i] for _, i in sorted(places + again)]


def _place(index: int, chance: random.Random) -> float:
    late = chance.randrange(_LATE) if chance.random() < 0.02 else 0
    return index + chance.uniform(0, _WINDOW) + late


def _hour(
    world: World, owner: Enterprise, hour: int, chance: random.Random, *, begins: bool
) -> Iterator[Request]:
    """The true readings of the hour (its end included), and what puts the wrong ones right."""
    said: list[Reading] = []
    mended: list[Reading] = []
    for meter in owner.meters:
        for at in _instants(meter, hour, begins=begins):
            if chance.random() < 0.02:
                wrong = world.registers[meter.code][at] + chance.randint(1, meter.usual)
                said.append(world.reading(meter, at, wrong))
                mended.append(world.reading(meter, at, revision=1))
            else:
                said.append(world.reading(meter, at))
        if chance.random() < 0.01:
            said.append(_one_too_many(world, meter, hour))
            taken = said[-1]
            mended.append(Reading(point=taken.point, at_us=taken.at_us, value=None, revision=1))
    yield tuple(said)
    if mended:
        yield tuple(mended)


def _instants(meter: Meter, hour: int, *, begins: bool) -> range:
    begin = hour * HOUR_US
    first = begin if begins else begin + meter.interval_us
    return range(first, begin + HOUR_US + 1, meter.interval_us)


def _one_too_many(world: World, meter: Meter, hour: int) -> Reading:
    at = hour * HOUR_US + 420_000_000
    before = world.registers[meter.code][hour * HOUR_US]
    return Reading(point=meter.code, at_us=at, value=text(before + 1, meter.decimals))
