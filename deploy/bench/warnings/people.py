"""Who is there while the desk is measured: a league's regulator, and offices that are told."""

from collections.abc import Iterator
from typing import Any

import httpx

from deploy.bench.province.estate import Estate
from deploy.demo.site import Site, SiteError

LEAGUE = "150700"
PROVINCE = "150000"
_TIMEOUT_S = 30.0


def regulator_key(site: Site) -> str:
    """A new key of a league's regulator, for both measures."""
    wanted = {"name": "盟市监管(压测)", "role": "regulator", "scope": [f"region:{LEAGUE}"]}
    key: str = site.post("ingest", "/v1/keys", wanted)["key"]
    return key


def appoint(site: Site, estate: Estate) -> int:
    """Make the province's, the leagues' and the counties' offices known; how many contacts.

    Raises SiteError when one is refused.
    """
    contacts = dict(_contacts(estate))
    headers = {"Authorization": f"Bearer {site.key}"}
    with httpx.Client(base_url=site.url("alerts"), headers=headers, timeout=_TIMEOUT_S) as http:
        for name, contact in contacts.items():
            answer = http.put(f"/v1/contacts/{name}", json=contact)
            if answer.is_error:
                raise SiteError(f"contact {name}: {answer.status_code} {answer.text[:300]}")
    return len(contacts)


def _contacts(estate: Estate) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "operators", _contact("平台运行", ["operators"], PROVINCE)
    for region in estate.regions:
        offices = [f"{measure}-{region.level}" for measure in ("energy", "carbon")]
        yield f"office-{region.code}", _contact(region.name, offices, region.code)


def _contact(title: str, offices: list[str], region: str) -> dict[str, Any]:
    return {
        "title": title,
        "offices": offices,
        "addresses": [{"channel": "stream"}],
        "scope": [f"region:{region}"],
    }
