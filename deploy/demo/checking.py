"""Published sums held against the books."""

from dataclasses import dataclass

from deploy.demo.package import Published
from deploy.demo.site import Figures, Site, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A published sum and what the books say."""

    published: Published
    figures: Figures

    @property
    def equal(self) -> bool:
        """To the last digit."""
        return self.figures.quantity == self.published.sum


def check(site: Site, published: Published) -> Checked:
    """One published sum beside the books'."""
    figures = total(site, published.subject, published.carrier, published.period)
    return Checked(published=published, figures=figures)
