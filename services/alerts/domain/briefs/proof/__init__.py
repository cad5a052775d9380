"""The proof (校对): reads a finished brief again, and lays it beside the facts.

It knows nothing of how sentences are written: it has words, patterns, rounding and rules of its
own. Every sentence must be read by exactly one pattern, and what is read, the cells of tables and
the marks of charts must be what the facts say. A person's own remarks are left alone.
"""

from services.alerts.domain.briefs.proof.finding import Finding
from services.alerts.domain.briefs.proof.whole import proof

__all__ = ["Finding", "proof"]
