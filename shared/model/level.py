"""The ordered levels that judgements and warnings speak of."""

from enum import IntEnum


class Level(IntEnum):
    """A warning's level; a higher number is worse, `NONE` is no warning."""

    NONE = 0
    NOTICE = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4

    @property
    def word(self) -> str:
        """The lower-case English word used in messages and addresses."""
        return _WORDS[self]

    @property
    def chinese(self) -> str:
        """The word an office uses for the level."""
        return _CHINESE[self]

    @classmethod
    def of(cls, word: str) -> "Level":
        """Read `word` (any case); raises ValueError that lists the known words."""
        found = _LEVELS.get(word)
        if found is None:
            found = _LEVELS.get(word.strip().lower())
        if found is None:
            raise ValueError(f"unknown level {word!r}; known are {', '.join(_LEVELS)}")
        return found


# By number: asked for with every judgement, and many times each.
_WORDS = tuple(level.name.lower() for level in Level)
_LEVELS = dict(zip(_WORDS, Level, strict=True))
_CHINESE = {
    Level.NONE: "正常",
    Level.NOTICE: "提示",
    Level.YELLOW: "黄色",
    Level.ORANGE: "橙色",
    Level.RED: "红色",
}
