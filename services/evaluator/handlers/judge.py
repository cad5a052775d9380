"""Differences come in, books grow, budgets are judged: gather, calculate, apply, once and for all.

A batch is written in one commit with the positions of its messages. Whatever is at hand may be
dropped at any time: it is what PostgreSQL has, plus the batch that is being worked on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.evaluator.domain.judgement import Brief, Hours, Judged, advanced, rewound
from services.evaluator.domain.month_sums import month_changes
from services.evaluator.domain.totals import Lane, Totals
from services.evaluator.domain.watermark import watermarks
from services.evaluator.handlers.factor_shelf import FactorShelf
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.judge_memory import Held, HoursWanted, Shelf, Work
from services.evaluator.handlers.judge_posting import Posting, Touch, laid_out, post, touched
from services.evaluator.handlers.judge_words import PACE, USED, Occasion, assessment
from services.evaluator.ports.judge import BudgetStore, JudgeCommit, JudgeStore

READINGS, BUDGET, CATALOGUE = "readings", "budget", "catalogue"
AT_ONCE = 20
"""So many budgets are judged anew in one commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Messages of one partition in their order, and where they stood."""

    expected: int
    next: int
    messages: Sequence[Totals]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a batch came to, for metrics and logs."""

    commit: int
    messages: int
    repeats: int
    days: int
    corrections: int
    judged: int
    assessments: int


class Judge:
    """Keeps the books of the subjects of its partitions and judges their budgets."""

    def __init__(
        self,
        store: JudgeStore,
        budgets: BudgetStore,
        briefs: Briefs,
        *,
        partition_of: Callable[[str], int],
        now_us: Callable[[], int],
        most_bytes: int = 64 * 1024 * 1024,
        shelf: FactorShelf | None = None,
    ) -> None:
        """`partition_of`: subject -> partition of totals; `most_bytes`: memory for books.

        `shelf`: the factors of the briefs, looked up at every refresh.
        """
        self._store = store
        self._budgets = budgets
        self.briefs = briefs
        self._shelf_of_factors = shelf
        self._partition_of = partition_of
        self._now_us = now_us
        self._shelf = Shelf(store, most_bytes=most_bytes)
        self._assigned: frozenset[int] = frozenset()
        self._held: dict[int, Held] = {}
        self._judged: dict[str, Judged] = {}
        self._due: dict[str, str] = {}
        self._revision = 0
        self._unchecked: set[str] = set()

    @property
    def due(self) -> int:
        """How many budgets wait to be judged anew."""
        return len(self._due)

    @property
    def needs_version(self) -> int:
        """The catalogue version that earlier judgements have seen: none may see an older one."""
        return max((judged.catalogue_version for judged in self._judged.values()), default=0)

    async def open(self, partitions: frozenset[int]) -> Mapping[int, int]:
        """Take these partitions over and no others; the stored offset to read next of each."""
        self.close()
        self._assigned = partitions
        return await self._load()

    def close(self) -> None:
        """Drop what is at hand: partitions have gone, or a commit's fate is unknown."""
        self._shelf.clear()
        self._held, self._judged, self._due, self._unchecked = {}, {}, {}, set()

    async def refresh(self) -> None:
        """Take over changes of catalogue, factors and budgets; what they touch is due anew."""
        if self._shelf_of_factors is not None:
            await self._shelf_of_factors.look()
        self._renew()
        revision = await self._budgets.revision()
        if revision != self._revision:
            await self._learn_budgets(BUDGET)
        await self._check_stored()

    async def take(self, arrived: Mapping[int, Arrived]) -> Outcome:
        """Take a batch over in one commit. No message is of a newer catalogue than the one in use.

        Raises Fenced, Unavailable (as the store does) or TooLargeError; nothing is written then
        as far as this process knows, and nothing stays at hand.
        """
        await self._ready()
        work = Work()
        try:
            self._shelf.books.begin()
            postings = {p: self._fresh(p, one.messages) for p, one in arrived.items()}
            touches = touched(postings)
            causes = {
                code: self._occasion(READINGS, touch)
                for subject, touch in touches.items()
                for code in self.briefs.of_subject(subject)
            }
            begun = await self._gather(postings, touches, causes)
            for partition, listed in postings.items():
                for posting in listed:
                    held = self._held[partition]
                    post(partition, posting, held, self._shelf, self.briefs, work)
            await self._judge(begun, causes, work)
            positions = {p: (one.expected, one.next) for p, one in arrived.items()}
            commit = await self._write("totals", positions, work)
        except BaseException:
            self.close()
            raise
        messages = sum(len(one.messages) for one in arrived.values())
        fresh = sum(map(len, postings.values()))
        return self._outcome(commit, work, messages, messages - fresh)

    async def catch_up(self, positions: Mapping[int, int]) -> Outcome | None:
        """Judge some budgets anew that are due; None when there are none.

        positions: where every partition stands; raises as `take` does.
        """
        await self._ready()
        chosen = list(self._due.items())[:AT_ONCE]
        if not chosen:
            return None
        work = Work()
        try:
            self._shelf.books.begin()
            causes = {code: self._occasion(cause, None) for code, cause in chosen}
            await self._shelf.know_lanes({self._subject(code) for code in causes})
            await self._judge({code: self._standing(code) for code in causes}, causes, work)
            fence = {p: (at, at) for p, at in positions.items()}
            commit = await self._write("judgements", fence, work)
        except BaseException:
            self.close()
            raise
        for code in causes:
            self._due.pop(code, None)
        return self._outcome(commit, work, 0, 0)

    async def _ready(self) -> None:
        if self._held.keys() != self._assigned:
            await self._load()
        self._renew()

    def _renew(self) -> None:
        self.briefs.renew()
        for code in self.briefs.drain():
            self._owe(code, CATALOGUE)

    async def _load(self) -> dict[int, int]:
        stored = await self._store.open(self._assigned)
        self._held = {partition: Held(state) for partition, state in stored.items()}
        await self._learn_budgets(None)
        mine = [code for code, subject in self.briefs.codes().items() if self._is_mine(subject)]
        self._judged = dict(await self._store.judged(mine))
        self._unchecked = set(mine)
        return {partition: state.position for partition, state in stored.items()}

    async def _learn_budgets(self, cause: str | None) -> None:
        self._revision, changed = await self._budgets.changed_since(self._revision)
        codes = self.briefs.learn(changed)
        if cause is None:
            return
        mine = [code for code in codes if self._is_mine(self._subject(code))]
        lacking = [code for code in mine if code not in self._judged]
        self._judged |= await self._store.judged(lacking)
        for code in mine:
            self._owe(code, cause)

    async def _check_stored(self) -> None:
        """Find budgets that were judged by other numbers or points than those in use now."""
        if not self._unchecked or self.briefs.version < self.needs_version:
            return
        codes, self._unchecked = sorted(self._unchecked), set()
        marks = self._watermarks(codes)
        for code in codes:
            judged = self._judged.get(code)
            if judged is None or judged.basis != self.briefs[code].basis:
                self._owe(code, BUDGET)
            elif judged.watermark_us != marks[code]:
                self._owe(code, CATALOGUE)

    def _owe(self, code: str, cause: str) -> None:
        if self._is_mine(self._subject(code)):
            self._due.setdefault(code, cause)

    def _is_mine(self, subject: str) -> bool:
        return self._partition_of(subject) in self._assigned

    def _subject(self, code: str) -> str:
        return self.briefs.subject_of(code)

    def _occasion(self, cause: str, touch: Touch | None) -> Occasion:
        return Occasion(
            number=0,
            made_at_us=self._now_us(),
            cause=cause,
            correlation_id=touch.correlation_id if touch else "",
        )

    def _fresh(self, partition: int, messages: Iterable[Totals]) -> list[Posting]:
        """The messages that are no repeats, laid out."""
        seen = dict(self._held[partition].seen)
        found: list[Posting] = []
        for message in messages:
            if message.commit > seen.get(message.sources[0], -1):
                seen |= dict.fromkeys(message.sources, message.commit)
                found.append(laid_out(message, self._shelf.books))
        return found

    async def _gather(
        self,
        postings: Mapping[int, Sequence[Posting]],
        touches: Mapping[str, Touch],
        codes: Iterable[str],
    ) -> dict[str, Judged]:
        """Have at hand what the batch needs; the judgements before the earliest changed hours."""
        listed = [posting.keys for each in postings.values() for posting in each]
        if listed:
            await self._shelf.fetch(np.unique(np.concatenate(listed)).tolist())
        back: dict[str, tuple[Judged, int]] = {}
        for code in codes:
            standing, touch = self._standing(code), touches[self._subject(code)]
            touches_it = self.briefs[code].concerned(touch.first_hour, touch.last_hour)
            back[code] = (standing, touch.first_hour if touches_it else standing.to_hour)
        await self._shelf.know_lanes({self._subject(code) for code in back})
        return await self._rewound(back)

    def _standing(self, code: str) -> Judged:
        """The judgement as it stands, or nothing if it was made by other numbers."""
        brief, judged = self.briefs[code], self._judged.get(code)
        if judged is None or judged.basis != brief.basis:
            return brief.nothing_yet()
        return judged

    async def _rewound(self, back: Mapping[str, tuple[Judged, int]]) -> dict[str, Judged]:
        await self._shelf.windows(
            self._wanted(code, max(to, self.briefs[code].begins), judged.to_hour)
            for code, (judged, to) in back.items()
            if max(to, self.briefs[code].begins) < judged.to_hour
        )
        return {
            code: rewound(self.briefs[code], judged, to, *self._book(code))
            for code, (judged, to) in back.items()
        }

    async def _judge(
        self, begun: Mapping[str, Judged], causes: Mapping[str, Occasion], work: Work
    ) -> None:
        """Judge from where each budget stands up to its watermark now."""
        marks = self._watermarks(begun)
        begun = await self._rewound(
            {
                code: (judged, min(judged.to_hour, self.briefs[code].end_at(marks[code])))
                for code, judged in begun.items()
            }
        )
        await self._shelf.windows(
            self._wanted(code, judged.to_hour, self.briefs[code].end_at(marks[code]))
            for code, judged in begun.items()
            if judged.to_hour < self.briefs[code].end_at(marks[code])
        )
        for code, judged in begun.items():
            brief = self.briefs[code]
            after = replace(
                advanced(brief, judged, marks[code], *self._book(code)),
                catalogue_version=self.briefs.version,
            )
            if after != self._judged.get(code):
                work.judged[code] = after
        await self._say(causes, work)

    def _wanted(self, code: str, first_hour: int, end_hour: int) -> HoursWanted:
        return HoursWanted(self._subject(code), self._book(code)[0], first_hour, end_hour)

    def _book(self, code: str) -> tuple[list[Lane], Hours]:
        """The lanes that count in a budget, and their hours."""
        brief, subject = self.briefs[code], self._subject(code)
        lanes = [lane for lane in self._shelf.lanes(subject) if brief.counts(lane)]
        return lanes, self._shelf.hours(subject)

    def _watermarks(self, codes: Iterable[str]) -> dict[str, int]:
        """By code, as far as the period is concerned."""
        by_partition: dict[int, list[Brief]] = {}
        for code in codes:
            brief = self.briefs[code]
            partition = self._partition_of(str(brief.budget.subject))
            by_partition.setdefault(partition, []).append(brief)
        found: dict[str, int] = {}
        for partition, listed in by_partition.items():
            held = self._held[partition]
            sets = [brief.points for brief in listed]
            held.reach(max((int(points.number[-1]) for points in sets if len(points)), default=0))
            marks = watermarks(sets, [b.budget.policy.grace_us for b in listed], held.frontier)
            found |= {b.budget.code: b.clipped(mark) for b, mark in zip(listed, marks, strict=True)}
        return found

    async def _say(self, causes: Mapping[str, Occasion], work: Work) -> None:
        """Make an assessment of every rule whose sequence has changed."""
        changed: list[tuple[str, str]] = []
        for code, after in sorted(work.judged.items()):
            before = self._judged.get(code) or self.briefs[code].nothing_yet()
            used, pace = after.differs(before)
            changed += [(code, USED)] * used + [(code, PACE)] * pace
        if not changed:
            return
        subjects = {self._subject(code) for code, _ in changed}
        numbers = dict(await self._store.numbers(sorted(subjects)))
        for code, rule in changed:
            subject = self._subject(code)
            work.numbers[subject] = numbers[subject] = numbers.get(subject, 0) + 1
            made = assessment(
                self.briefs[code],
                work.judged[code],
                rule,
                self.briefs.catalogue,
                replace(causes[code], number=numbers[subject]),
            )
            work.assessments.setdefault(self._partition_of(subject), []).append(made)

    async def _write(self, kind: str, positions: Mapping[int, tuple[int, int]], work: Work) -> int:
        books = self._shelf.books
        keys = np.unique(np.concatenate(work.keys)) if work.keys else np.empty(0, np.int64)
        places = [books.place(key) for key in keys.tolist()]
        commit = JudgeCommit(
            kind=kind,
            positions=positions,
            rows=dict(zip(places, books.bodies(keys), strict=True)),
            seen=work.seen,
            frontier={(p, block): self._held[p].block(block) for p, block in work.blocks},
            corrections=work.corrections,
            judged=work.judged,
            numbers=work.numbers,
            assessments=work.assessments,
            months=month_changes(work.posted),
        )
        number = await self._store.commit(commit)
        self._judged |= work.judged
        return number

    @staticmethod
    def _outcome(commit: int, work: Work, messages: int, repeats: int) -> Outcome:
        return Outcome(
            commit=commit,
            messages=messages,
            repeats=repeats,
            days=sum(len(np.unique(keys)) for keys in work.keys),
            corrections=len(work.corrections),
            judged=len(work.judged),
            assessments=sum(map(len, work.assessments.values())),
        )
