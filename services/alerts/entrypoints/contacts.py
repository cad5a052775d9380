"""`/v1/contacts`: who is told, kept by operators; and a try whether the ways work."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from services.alerts.domain.telling.contacts import Address, ChannelKind, Contact
from services.alerts.domain.telling.notice import notice_of_test
from services.alerts.entrypoints.contact_shapes import (
    ContactBody,
    ContactShown,
    ContactsPage,
    contact_of,
    shown,
)
from services.alerts.entrypoints.door import Operator
from services.alerts.handlers.telling import Teller
from services.alerts.ports.telling import Directory, Outbox
from shared.kit.web import Problem

router = APIRouter(prefix="/v1/contacts", tags=["notices"])

Name = Annotated[str, Path(pattern=r"^[\w.\-]{1,100}$", examples=["ordos-energy"])]
Checker = Callable[[ChannelKind, str], str | None]

_APPRISED = frozenset(
    {
        ChannelKind.SMS,
        ChannelKind.WECOM,
        ChannelKind.DINGTALK,
        ChannelKind.FEISHU,
        ChannelKind.APPRISE,
    }
)


class Tried(BaseModel):
    """Numbers of the notices that were made, one an address; /v1/notices shows what came of it."""

    notices: list[int]


@router.get("", summary="Who is told")
async def list_all(request: Request, _caller: Operator) -> ContactsPage:
    """By name; addresses that are secrets are masked."""
    directory: Directory = request.state.directory
    return ContactsPage(items=[shown(one) for one in await directory.contacts()])


@router.get("/{name}", summary="One contact")
async def one(request: Request, _caller: Operator, name: Name) -> ContactShown:
    """Addresses that are secrets are masked."""
    return shown(await _known(request, name))


@router.put("/{name}", summary="Add or replace a contact")
async def put(request: Request, caller: Operator, name: Name, body: ContactBody) -> ContactShown:
    """What is masked in the body stays as it was; the secret of a new webhook is shown once.

    The contact hears at once of everything that stands in the groups of its offices.
    """
    directory: Directory = request.state.directory
    known = {one.name: one for one in await directory.contacts()}.get(name)
    try:
        contact = contact_of(name, body, known)
    except ValueError as error:
        raise _unacceptable(str(error)) from error
    for number, address in enumerate(contact.addresses):
        _check(address, f"addresses[{number}].target", request.state.check_apprise)
    made = [a.key for a in contact.addresses if a.channel is ChannelKind.WEBHOOK and not a.secret]
    contact = replace(
        contact,
        addresses=tuple(
            replace(a, secret=request.state.new_secret()) if a.key in made else a
            for a in contact.addresses
        ),
    )
    await directory.keep(contact, caller.name, request.state.clock())
    request.state.look_at_groups()
    return shown(contact, made)


@router.delete("/{name}", status_code=204, summary="Tell somebody nothing any more")
async def remove(request: Request, _caller: Operator, name: Name) -> Response:
    """What still waits for the contact is marked as failed."""
    directory: Directory = request.state.directory
    if not await directory.drop(name):
        raise _unknown(name)
    return Response(status_code=204)


@router.post("/{name}/test", status_code=202, summary="Send a test by every way to a contact")
async def test(request: Request, caller: Operator, name: Name) -> Tried:
    """One test notice to each address."""
    contact = await _known(request, name)
    teller: Teller = request.state.teller
    outbox: Outbox = request.state.outbox
    notice = notice_of_test(contact, caller.name, request.state.clock())
    numbers = await outbox.put(tuple(teller.letters(contact, notice)))
    request.state.notices_made()
    return Tried(notices=list(numbers))


async def _known(request: Request, name: str) -> Contact:
    directory: Directory = request.state.directory
    found = {contact.name: contact for contact in await directory.contacts()}.get(name)
    if found is None:
        raise _unknown(name)
    return found


def _check(address: Address, place: str, check_apprise: Checker) -> None:
    problem = _problem(address, check_apprise)
    if problem:
        raise _unacceptable(f"{place}: {problem}")


def _problem(address: Address, check_apprise: Checker) -> str | None:
    if address.channel is ChannelKind.EMAIL:
        at = address.target.partition("@")
        plain = address.target.isprintable() and " " not in address.target
        return None if at[0] and at[2] and plain else "not a mail address"
    if address.channel in (ChannelKind.WEBHOOK, ChannelKind.ALERTMANAGER):
        return None if _is_http(address.target) else "not an http or https address with a host"
    if address.channel in _APPRISED:
        return check_apprise(address.channel, address.target)
    return None


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _unacceptable(detail: str) -> Problem:
    return Problem(422, "Some values are not acceptable", detail, kind="bad-contact")


def _unknown(name: str) -> Problem:
    return Problem(
        404,
        "Not found",
        f"There is no contact {name!r}; GET /v1/contacts lists those there are.",
        kind="no-such-contact",
    )
