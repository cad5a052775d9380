"""The words of the ladder: steps, their states, administrative levels, gates."""

from enum import IntEnum, StrEnum


class StepKind(StrEnum):
    """What an administration does about a warning."""

    NOTICE = "notice"
    """A notice or reminder (预警提示函, 提醒函)."""
    CIRCULAR = "circular"
    """A circular of criticism (通报, 通报批评)."""
    TALK = "talk"
    """A talk with those who answer for it (约谈, 约谈问责)."""
    SUPERVISION = "supervision"
    """Supervision on the spot (督导)."""
    APPRAISAL = "appraisal"
    """A record for the yearly appraisal (考核)."""
    EMERGENCY = "emergency"
    """Emergency response: the plan prepared for it is put to work (应急响应)."""
    INSPECTION = "inspection"
    """Inspection of how energy is used (节能监察)."""
    DISCREDIT = "discredit"
    """Joint measures against those who broke trust (失信联合惩戒)."""
    GREEN_PRICE = "green_price"
    """A price of electricity by energy efficiency (绿色电价)."""
    GATE = "gate"
    """Projects are approved slowly, hardly, or against an offset (缓批限批, 减量替代)."""
    CONSULTATION = "consultation"
    """A consultation on the situation (会商)."""

    @property
    def chinese(self) -> str:
        """The word an office uses for it."""
        return _STEPS[self]


_STEPS = {
    StepKind.NOTICE: "预警提示",
    StepKind.CIRCULAR: "通报",
    StepKind.TALK: "约谈",
    StepKind.SUPERVISION: "督导",
    StepKind.APPRAISAL: "考核记录",
    StepKind.EMERGENCY: "应急响应",
    StepKind.INSPECTION: "节能监察",
    StepKind.DISCREDIT: "失信联合惩戒",
    StepKind.GREEN_PRICE: "绿色电价",
    StepKind.GATE: "缓批限批",
    StepKind.CONSULTATION: "会商",
}


class StepState(StrEnum):
    """How far a step is."""

    PROPOSED = "proposed"
    """The system proposes it; a person has yet to issue it."""
    ISSUED = "issued"
    OVERDUE = "overdue"
    """Issued, and not answered by its deadline."""
    ANSWERED = "answered"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """The warning ended, or called for it no longer, before anybody issued it."""

    @property
    def is_live(self) -> bool:
        """Whether anything is still to come of it."""
        return self in _LIVE

    @property
    def waits(self) -> bool:
        """Whether its deadline runs: it was issued and nobody has answered."""
        return self in {StepState.ISSUED, StepState.OVERDUE}


_LIVE = frozenset({StepState.PROPOSED, StepState.ISSUED, StepState.OVERDUE, StepState.ANSWERED})


class Tier(StrEnum):
    """The administrative level of whom a warning is about."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    ENTERPRISE = "enterprise"
    OTHER = "other"
    """A tag, or a region whose code says nothing of its level."""


class Confirmed(StrEnum):
    """What a formal step rests on before it may be issued."""

    STATISTICS = "statistics"
    """A figure of the whole region, from statistics."""
    RECORD = "record"
    """The record of this system itself, for what no statistics tell: a task, a missing reading."""


class GateState(IntEnum):
    """How far a region is open to projects; a higher number is stricter."""

    OPEN = 0
    SLOWED = 1
    """缓批: approved slowly."""
    RESTRICTED = 2
    """限批: not approved, but for what is exempt."""

    @property
    def word(self) -> str:
        """The lower-case English word used in messages and addresses."""
        return self.name.lower()

    @property
    def chinese(self) -> str:
        """The word an office uses for it."""
        return ("开放", "缓批", "限批")[self]

    @classmethod
    def of(cls, word: str) -> "GateState":
        """Read `word`; raises ValueError that lists the known words."""
        try:
            return cls[word.strip().upper()]
        except KeyError:
            known = ", ".join(state.word for state in cls)
            raise ValueError(f"unknown state {word!r}; known are {known}") from None
