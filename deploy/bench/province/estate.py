"""Who is there: regions, enterprises, sectors and points under valid codes, in a fixed order."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from deploy.bench.province.size import Metered, Size
from services.ingest.domain.catalogue.codes import check_character

COUNTRY = "100000"
PROVINCES = {
    "15": "内蒙古自治区", "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省",
    "21": "辽宁省", "22": "吉林省", "23": "黑龙江省", "31": "上海市", "32": "江苏省",
    "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省", "37": "山东省",
    "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区",
    "46": "海南省", "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省",
    "54": "西藏自治区", "61": "陕西省", "62": "甘肃省", "63": "青海省", "64": "宁夏回族自治区",
    "65": "新疆维吾尔自治区",
}  # fmt: skip
"""The first two digits of GB/T 2260 and who they stand for; the leagues and counties below are
made up, and their names say so."""

SECTORS = (
    ("SECTOR-COAL", "煤炭开采和洗选业", "coal mining", "B0610"),
    ("SECTOR-COKE", "石油、煤炭及其他燃料加工业", "fuel processing", "C2521"),
    ("SECTOR-CHEM", "化学原料和化学制品制造业", "chemicals", "C2614"),
    ("SECTOR-MINERAL", "非金属矿物制品业", "non-metallic minerals", "C3011"),
    ("SECTOR-STEEL", "黑色金属冶炼和压延加工业", "iron and steel", "C3120"),
    ("SECTOR-METAL", "有色金属冶炼和压延加工业", "non-ferrous metals", "C3216"),
)
"""The six high-energy sectors: tag, name, name in English, an industry of theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region with the code of the one above; `level` as the catalogue has it."""

    code: str
    name: str
    level: str
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A county with the codes above it, nearest first, and its enterprises' places."""

    code: str
    above: tuple[str, ...]
    first: int
    end: int

    @property
    def enterprises(self) -> range:
        """The places of its enterprises among all."""
        return range(self.first, self.end)


@dataclass(frozen=True)
class Estate:
    """Everybody of a size. Catalogue numbers: carriers, regions, sectors, enterprises, members,
    points; enterprises are in the order of their counties, and points in that of enterprises."""

    size: Size

    @cached_property
    def provinces(self) -> tuple[str, ...]:
        """Their codes, in the order of codes."""
        return tuple(sorted(f"{two}0000" for two in list(PROVINCES)[: self.size.provinces]))

    @cached_property
    def counties(self) -> tuple[County, ...]:
        """All counties in the order of their codes, the enterprises shared out evenly."""
        size = self.size
        leagues = [f"{p[:2]}{n:02}00" for p in self.provinces for n in range(1, size.leagues + 1)]
        found: list[County] = []
        for place, league in enumerate(leagues):
            first = place * size.counties // len(leagues)
            end = (place + 1) * size.counties // len(leagues)
            places = range(first, end)
            found.extend(self._county(league, n, n - first + 1) for n in places)
        return tuple(found)

    def _county(self, league: str, place: int, number: int) -> County:
        size = self.size
        return County(
            code=f"{league[:4]}{number:02}",
            above=(league, f"{league[:2]}0000", *self._country()),
            first=place * size.enterprises // size.counties,
            end=(place + 1) * size.enterprises // size.counties,
        )

    def _country(self) -> tuple[str, ...]:
        return (COUNTRY,) if self.size.provinces > 1 else ()

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """Every region once, in the order of codes."""
        found: dict[str, Region] = {}
        for county in self.counties:
            chain = (county.code, *county.above)
            for place, code in enumerate(chain):
                if code not in found:
                    parent = chain[place + 1] if place + 1 < len(chain) else None
                    found[code] = _region(code, parent)
        return tuple(found[code] for code in sorted(found))

    def county_of(self, enterprise: int) -> County:
        """The county of an enterprise by its place."""
        return self.counties[self._county_places[enterprise]]

    @cached_property
    def _county_places(self) -> tuple[int, ...]:
        return tuple(n for n, county in enumerate(self.counties) for _ in county.enterprises)

    def enterprise(self, place: int) -> str:
        """The enterprise's unified social credit code: of a body that does not exist."""
        first_17 = f"91{self.county_of(place).code}QY{place:07}"
        return first_17 + check_character(first_17)

    @staticmethod
    def sector(place: int) -> int:
        """The place of the enterprise's sector among SECTORS."""
        return place * 7 // 3 % len(SECTORS)

    def subjects(self, place: int) -> tuple[str, ...]:
        """Everybody for whom the enterprise counts: itself, its regions, its sector."""
        county = self.county_of(place)
        return (
            f"enterprise:{self.enterprise(place)}",
            *(f"region:{code}" for code in (county.code, *county.above)),
            f"tag:{SECTORS[self.sector(place)][0]}",
        )

    @property
    def points_each(self) -> int:
        """Points of one enterprise."""
        return self.size.lanes * self.size.points

    @cached_property
    def numbers(self) -> "Numbers":
        """Where each kind's catalogue numbers begin."""
        regions = 1 + self.size.lanes
        sectors = regions + len(self.regions)
        enterprises = sectors + len(SECTORS)
        members = enterprises + self.size.enterprises
        points = members + self.size.enterprises
        end = points + self.size.enterprises * self.points_each
        return Numbers(
            regions=regions,
            sectors=sectors,
            enterprises=enterprises,
            members=members,
            points=points,
            end=end,
        )

    def points(self, place: int) -> Iterator[tuple[int, str, Metered]]:
        """Catalogue number, code and lane of each of an enterprise's points."""
        number = self.numbers.points + place * self.points_each
        for lane in self.size.metered:
            for nth in range(self.size.points):
                yield number, f"PT-{place:07}-{lane.carrier}-{nth + 1}", lane
                number += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The first catalogue number of each kind (carriers begin at 1), and the one after the last."""

    regions: int
    sectors: int
    enterprises: int
    members: int
    points: int
    end: int


def _region(code: str, parent: str | None) -> Region:
    if code == COUNTRY:
        return Region(code=code, name="全国", level="country", parent=parent)
    province = PROVINCES[code[:2]]
    if code.endswith("0000"):
        return Region(code=code, name=province, level="province", parent=parent)
    if code.endswith("00"):
        name = f"{province[:2]}第{code[2:4]}盟市(演示)"
        return Region(code=code, name=name, level="prefecture", parent=parent)
    name = f"{province[:2]}第{code[2:]}旗县(演示)"
    return Region(code=code, name=name, level="county", parent=parent)
