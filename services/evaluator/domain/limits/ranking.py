"""The order of peers by a figure: the same value has the same rank, and missing ones have none."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.evaluator.domain.figures.figure import Figure, Label, constant, less
from services.evaluator.domain.statistics.growth import share


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """Place (1 is best) among `ranked` peers; None without a value, whose reasons `value` has.

    tied: whether others have the same place. behind: distance to the best. ahead_of: per cent of
    the other ranked peers that are worse.
    """

    peer: str
    place: int | None
    ranked: int
    tied: bool
    value: Figure
    behind: Figure | None = None
    ahead_of: Figure | None = None


def ranking(peers: Mapping[str, Figure], *, lower_is_better: bool = True) -> tuple[Rank, ...]:
    """All peers from the best to the worst, then those without a value, each group by name."""
    known = {peer: figure for peer, figure in peers.items() if figure.value is not None}
    sign = 1 if lower_is_better else -1
    ordered = sorted(known, key=lambda peer: (sign * known[peer].known, peer))
    ranks = [_rank(peer, known, ordered[0], sign) for peer in ordered]
    missing = [
        Rank(peer=peer, place=None, ranked=len(known), tied=False, value=peers[peer])
        for peer in sorted(set(peers) - set(known))
    ]
    return (*ranks, *missing)


def _rank(peer: str, known: Mapping[str, Figure], best: str, sign: int) -> Rank:
    value = known[peer].known
    better = sum(sign * other.known < sign * value for other in known.values())
    same = sum(other.known == value for other in known.values())
    worse = len(known) - better - same
    label = Label("与最好者之差", "behind the best")
    first, second = (known[peer], known[best]) if sign == 1 else (known[best], known[peer])
    return Rank(
        peer=peer,
        place=better + 1,
        ranked=len(known),
        tied=same > 1,
        value=known[peer],
        behind=less(label, known[peer].unit, first, second),
        ahead_of=share(
            Label("优于同类比例", "better than"),
            constant(Label("劣于它的户数", "peers that are worse"), worse),
            constant(Label("其他户数", "other peers"), len(known) - 1),
        )
        if len(known) > 1
        else None,
    )
