"""Who is there while the desk is measured: a league's regulator, and offices that are told."""

from collections.abc import Iterator
from typing import Any

from deploy.bench.province.estate import Estate
from deploy.demo.site import Site

LEAGUE = "150700"
PROVINCE = "150000"


def regulator_key(site: Site) -> str:
    """A new key of a league's regulator, for both measures."""
    wanted = {"name": "盟市监管(压测)", "role": "regulator", "scope": [f"region:{LEAGUE}"]}
    key: str = site.post("ingest", "/v1/keys", wanted)["key"]
    return key


def appoint(site: Site, estate: Estate) -> int:
    """Make the province's, the leagues' and the counties' offices known; how many contacts."""
    made = 0
    for name, contact in _contacts(estate):
        site._ask("PUT", "alerts", f"/v1/contacts/{name}", json=contact)
        made += 1
    return made


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
