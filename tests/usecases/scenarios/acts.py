"""What can happen at a moment: readings, records and alerts come, people do something."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from services.alerts.domain.telling.contacts import ChannelKind
from services.alerts.domain.telling.sending import Result, Said
from tests.usecases.scenarios.people import OPERATOR
from tests.usecases.scenarios.script import instant, length, listed, mapping

if TYPE_CHECKING:
    from tests.usecases.scenarios.stage import Stage

Body = Mapping[str, Any]
Act = Callable[["Stage", Any], Awaitable[None]]


async def uses(stage: "Stage", body: Body) -> None:
    """`{point: M1, per_hour: 100}`: from now on it tells so much every hour."""
    for point in listed(body["point"]):
        stage.works.uses(point, body["per_hour"])


async def silent(stage: "Stage", points: list[str] | str) -> None:
    """`silent: M1`: from now on it tells nothing."""
    for point in listed(points):
        stage.works.uses(point, "")


async def readings(stage: "Stage", body: Body) -> None:
    """`{point: M1, from: …, to: …, per_hour: 100}`: these come now, also in place of others."""
    begin, end = instant(body["from"]), instant(body["to"])
    for point in listed(body["point"]):
        stage.works.read(point, begin, end, body["per_hour"])


async def withdrawn(stage: "Stage", body: Body) -> None:
    """`{point: M1, from: …, to: …}`: these readings are withdrawn."""
    stage.works.withdraw(body["point"], instant(body["from"]), instant(body["to"]))


async def intake(stage: "Stage", word: str) -> None:
    """`intake: down`: no readings come in from anybody; `up`: all that waited comes."""
    stage.works.take_in(up=word == "up")


async def record(stage: "Stage", body: Body) -> None:
    """An operator's file of records: `targets`, `statements`, `tasks`, `progress`…"""
    await stage.works.record(body)


async def budget(stage: "Stage", body: Body) -> None:
    """A budget as an operator's file has it."""
    await stage.works.budget(body)


async def alert(stage: "Stage", body: Body) -> None:
    """`{labels: {…}, annotations: {…}, ends: +1h}`: somebody else's alert comes or ends."""
    one = mapping(body, "who", "ends")
    if "ends" in body:
        one["endsAt"] = instant(body["ends"], stage.clock.now).isoformat()
    one.setdefault("startsAt", stage.clock.now.isoformat())
    await stage.ask(body, "POST", "/api/v2/alerts", [one])


def on_warning(word: str) -> Act:
    """`{who: …, warning: used enterprise:A, …}`: somebody does this about a warning."""

    async def act(stage: "Stage", body: Body) -> None:
        key = stage.warning(body["warning"]).id
        more = mapping(body, "who", "warning", "refused")
        await stage.ask(body, "POST", f"/v1/warnings/{key}/{word}", more)

    return act


async def silence(stage: "Stage", body: Body) -> None:
    """`{who: …, name: …, matchers: […], reason: …, for: 2d}`: somebody makes a silence."""
    more = mapping(body, "who", "name", "for", "refused", "becomes")
    more["starts_at"] = stage.clock.now.isoformat()
    more["ends_at"] = (stage.clock.now + length(body["for"])).isoformat()
    made = await stage.ask(body, "POST", "/v1/silences", more)
    if "becomes" in body:
        assert made["state"] == body["becomes"], made["state"]
    stage.named[body["name"]] = made["id"]


def on_silence(word: str) -> Act:
    """`{who: …, silence: name}`."""

    async def act(stage: "Stage", body: Body) -> None:
        key = stage.named[body["silence"]]
        more = mapping(body, "who", "silence", "refused")
        await stage.ask(body, "POST", f"/v1/silences/{key}/{word}", more)

    return act


async def quiet_times(stage: "Stage", body: Body) -> None:
    """`{who: …, items: […]}`: somebody's quiet times from now on."""
    await stage.ask(body, "PUT", "/v1/quiet-times", {"items": body["items"]})


def on_step(word: str) -> Act:
    """`{who: …, step: circular, of: barometer region:150200, …}`."""

    async def act(stage: "Stage", body: Body) -> None:
        step = stage.step(body["step"], body["of"])
        more = mapping(body, "who", "step", "of", "refused")
        await stage.ask(body, "POST", f"/v1/steps/{step.id}/{word}", more)

    return act


async def decide_gate(stage: "Stage", body: Body) -> None:
    """`{who: …, region: …, state: open, reason: …, document: …, despite: […]}`."""
    more = mapping(body, "who", "region", "despite", "refused")
    more["warnings"] = [str(stage.warning(one).id) for one in listed(body.get("despite", []))]
    await stage.ask(body, "POST", f"/v1/gates/{body['region']}/decisions", more)


async def consult(stage: "Stage", body: Body) -> None:
    """`{who: …, name: …, title: …, region: …, participants: […], tasks: […], about: […]}`."""
    more = mapping(body, "who", "name", "about", "refused")
    more["warnings"] = [str(stage.warning(one).id) for one in listed(body.get("about", []))]
    more.setdefault("held_at", stage.clock.now.isoformat())
    made = await stage.ask(body, "POST", "/v1/consultations", more)
    stage.named[body["name"]] = made["id"]


async def settle(stage: "Stage", body: Body) -> None:
    """`{who: …, consultation: name, task: 1, state: done}`."""
    key = stage.named[body["consultation"]]
    more = mapping(body, "who", "consultation", "task", "refused")
    await stage.ask(body, "POST", f"/v1/consultations/{key}/tasks/{body['task']}", more)


async def ladder(stage: "Stage", body: Body) -> None:
    """`{who: …, region: …, ladder: …}`: another ladder holds there from now on."""
    path = f"/v1/ladders/assignments/{body['region']}"
    await stage.ask(body, "PUT", path, {"ladder": body["ladder"]})


async def routes(stage: "Stage", body: Body) -> None:
    """Other routes are in force from now on."""
    await stage.ask({"who": OPERATOR}, "PUT", "/v1/routes", dict(body))


async def channel(stage: "Stage", body: Body) -> None:
    """`{name: sms, answers: unreachable, times: 2}`: so its next notices are answered."""
    way = stage.office.ways[ChannelKind(body["name"])]
    way.says += [Said(result=Result(body["answers"]))] * int(body.get("times", "1"))


async def stuck(stage: "Stage", body: Body) -> None:
    """`{part: journal, for: 6m}`: a part of the service stands still for so long already."""
    since: datetime = stage.clock.now - length(body["for"]) if "for" in body else stage.clock.now
    stage.office.pulse.still[body["part"]] = since


async def unstuck(stage: "Stage", part: str) -> None:
    """`unstuck: journal`: it works again."""
    del stage.office.pulse.still[part]


async def storm(stage: "Stage", body: Body) -> None:
    """`{alerts: 60, labels: {…}}`: so many alerts of somebody else's, told by `number`."""
    now = stage.clock.now
    end = now + (length(body["for"]) if "for" in body else timedelta(hours=1))
    made = [
        {
            "labels": {**body["labels"], "number": str(nr)},
            "startsAt": now.isoformat(),
            "endsAt": end.isoformat(),
        }
        for nr in range(1, int(body["alerts"]) + 1)
    ]
    await stage.ask(body, "POST", "/api/v2/alerts", made)


ACTS: Mapping[str, Act] = {
    "uses": uses,
    "silent": silent,
    "readings": readings,
    "withdrawn": withdrawn,
    "intake": intake,
    "record": record,
    "budget": budget,
    "alert": alert,
    "storm": storm,
    **{
        word: on_warning(word)
        for word in ("acknowledge", "comment", "assign", "respond", "return", "close", "reopen")
    },
    "silence": silence,
    "approve": on_silence("approve"),
    "expire": on_silence("expire"),
    "quiet-times": quiet_times,
    **{word: on_step(word) for word in ("issue", "answer", "done", "withdraw")},
    "decide-gate": decide_gate,
    "consult": consult,
    "settle": settle,
    "ladder": ladder,
    "routes": routes,
    "channel": channel,
    "stuck": stuck,
    "unstuck": unstuck,
}
"""By the word that files use."""
