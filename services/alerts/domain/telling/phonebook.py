"""The phonebook: which contacts a receiver can mean for given items, found without asking all."""

from collections.abc import Iterable

from services.alerts.domain.telling.contacts import Contact
from services.alerts.domain.telling.items import Item

_ANYWHERE = ""


class Phonebook:
    """Contacts by what they answer to and by what their scope names."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self.all = tuple(contacts)
        self._found: dict[tuple[str, str], list[Contact]] = {}
        for contact in self.all:
            places = (_ANYWHERE,) if contact.principal.sees_all else tuple(contact.scope)
            for receiver in {contact.name, *contact.offices}:
                for place in places:
                    self._found.setdefault((receiver, place), []).append(contact)

    def reached(self, receiver: str, items: Iterable[Item]) -> tuple[Contact, ...]:
        """Contacts of the receiver whose scope has to do with any of the items, by name."""
        places = {_ANYWHERE}
        for item in items:
            places.add(item.subject)
            places.update(f"region:{code}" for code in item.regions)
        found = {
            contact.name: contact
            for place in places
            for contact in self._found.get((receiver, place), ())
        }
        return tuple(found[name] for name in sorted(found))
