"""Briefs in words: every sentence is one rule from figures to text (see the grammar below)."""

from services.alerts.domain.briefs.writing.brief import write

__all__ = ["write"]
