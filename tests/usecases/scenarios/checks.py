"""What a moment says must be: who was told, how warnings, steps and gates stand."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from services.alerts.domain.ladder.gates import gate_of
from services.alerts.domain.ladder.steps import Step
from tests.usecases.scenarios import script
from tests.usecases.scenarios.script import Moment, Stands, Told, instant, listed, local
from tests.usecases.scenarios.ways import Sent

if TYPE_CHECKING:
    from tests.usecases.scenarios.stage import Stage

__all__ = ["differing", "untold"]


async def differing(stage: "Stage", moment: Moment) -> Sequence[str]:
    """What differs from what the moment says."""
    found = list(_told(stage, moment)) if moment.told is not None else []
    for name, stands in moment.stands.items():
        found += await _stands(stage, name, stands)
    found += [fault for step in moment.steps for fault in _step(stage, step)]
    found += [
        f"a step {step.kind} of {step.of} is there: {_line(one)}"
        for step in moment.no_steps
        for one in stage.steps(step.kind, step.of)
        if not _differs(one, step)
    ]
    found += list(_gates(stage, moment))
    found += list(_signal(stage, moment))
    return found


def untold(stage: "Stage") -> Sequence[str]:
    """Notices that no moment has looked at."""
    return [f"nobody said that this is told:\n  {_notice(one)}" for one in _new(stage)]


def _new(stage: "Stage") -> Sequence[Sent]:
    found = stage.office.sent[stage.told :]
    stage.told = len(stage.office.sent)
    return sorted(found, key=lambda one: (one.at, one.sending.recipient, one.channel))


def _told(stage: "Stage", moment: Moment) -> Iterator[str]:
    """Every notice is one that the moment names, and the other way round."""
    left = list(_new(stage))
    missing = []
    for wanted in moment.told or ():
        for channel in wanted.channels:
            fits = [one for one in left if _fits(one, wanted, channel, stage)]
            if fits:
                left.remove(fits[0])
            else:
                missing.append(f"{wanted.to} by {channel} {wanted.because} {wanted.at}".rstrip())
    if missing or left:
        more = "\n".join(f"  {_notice(one)}" for one in left) or "  nothing"
        gone = "; ".join(missing) or "nothing"
        yield f"not told, but named: {gone}. Told, but not named:\n{more}"


def _fits(one: Sent, wanted: Told, channel: str, stage: "Stage") -> bool:
    sending = one.sending
    return (
        sending.recipient == wanted.to
        and one.channel == channel
        and wanted.because in ("", sending.document["reason"])
        and (not wanted.at or one.at == instant(wanted.at, stage.clock.now))
        and all(word in one.text for word in listed(wanted.says))
        and not any(word in one.text for word in listed(wanted.never))
        and (not wanted.repeat or sending.repeats == (wanted.repeat == "yes"))
    )


def _notice(one: Sent) -> str:
    sending = one.sending
    head = f"to: {sending.recipient}, by: {one.channel}, because: {sending.document['reason']}"
    first = " / ".join(line for line in one.text.split("\n")[:8] if line)
    return f"- {{{head}, at: {local(one.at)}}}{'' if one.taken else ' not taken'} # {first[:200]}"


async def _stands(stage: "Stage", name: str, wanted: Stands) -> list[str]:
    """`absent` is the state of what was never there."""
    known = stage.warnings(name)
    if wanted.state == "absent":
        return [f"{name} is there"] if known else []
    if len(known) != 1:
        return [f"{name}: there are {len(known)} such warnings among {stage.all_warnings()}"]
    (warning,) = known
    found = {
        "state": warning.state.value,
        "level": warning.level.word,
        "stage": warning.handling.stage.value,
    }
    faults = [
        f"{name}: {what} is {found[what]}, not {text}"
        for what in found
        if (text := getattr(wanted, what)) and text != found[what]
    ]
    history = [one.type.partition(".")[2] for one in await stage.office.store.history(warning.id)]
    if wanted.history and history != list(listed(wanted.history)):
        faults.append(f"{name}: its history is {history}")
    faults += [
        f"{name}: {word!r} is not in {warning.facts} {warning.sequence}"
        for word in listed(wanted.says)
        if word not in f"{warning.facts} {warning.sequence}"
    ]
    if wanted.muted:
        muted = await stage.muted(warning)
        if muted != wanted.muted:
            faults.append(f"{name}: it is muted by {muted}, not {wanted.muted}")
    return faults


def _step(stage: "Stage", wanted: script.Step) -> Iterator[str]:
    found = stage.steps(wanted.kind, wanted.of)
    if not any(not _differs(one, wanted) for one in found):
        there = "; ".join(map(_line, stage.office.ladder.state.steps.values())) or "none"
        yield f"no step {wanted} among: {there}"


def _differs(one: Step, wanted: script.Step) -> bool:
    said = {
        "state": one.state.value,
        "due": str(one.due),
        "issue_by": str(one.issue_by),
        "provisional": "yes" if one.provisional else "no",
        "office": one.office,
    }
    return any(text and text != said[name] for name in said if (text := getattr(wanted, name)))


def _line(one: Step) -> str:
    return (
        f"{one.kind} {one.state} of {one.subject} proposed {one.proposed_on} issue_by "
        f"{one.issue_by} due {one.due} office {one.office} provisional {one.provisional}"
    )


def _gates(stage: "Stage", moment: Moment) -> Iterator[str]:
    standing = stage.office.ladder.state.restrictions.values()
    for region, word in moment.gates.items():
        chain = stage.chain(region)
        state = gate_of(chain, [one for one in standing if one.region in chain]).state.word
        if state != word:
            yield f"the gate of {region} is {state}, not {word}"


def _signal(stage: "Stage", moment: Moment) -> Iterator[str]:
    """`signal: yes`: the sign of life went out at this moment."""
    went = stage.clock.now in stage.office.watchers.heard
    if moment.signal and went != (moment.signal == "yes"):
        yield f"the sign of life {'went' if went else 'did not go'} out"
