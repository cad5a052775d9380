"""The package's records can be read, make sense, and have keys of their own."""

from collections import Counter

from services.evaluator.adapters.register_codec import TYPES, decode, encode
from services.evaluator.adapters.shipped import load_records
from services.evaluator.domain.record_check import wrongs
from services.evaluator.domain.statement_check import StatementCheck
from services.evaluator.ports.register import RecordKind
from services.evaluator.wiring import ROUTERS
from shared.model.catalogue import Catalogue


def test_every_kind_has_a_shape() -> None:
    assert set(TYPES) == set(RecordKind)


def test_all_that_comes_along_is_sound() -> None:
    shipped = load_records()
    assert {RecordKind.FACTOR, RecordKind.RULE, RecordKind.INDICATOR} <= set(shipped)
    check = StatementCheck(Catalogue())
    for kind, bodies in shipped.items():
        assert all(isinstance(body, TYPES[kind]) for body in bodies)
        assert [(b.key, wrong) for b in bodies for wrong in wrongs(b, check)] == []
        assert Counter(body.key for body in bodies).most_common(1)[0][1] == 1, kind
        assert all(decode(kind, encode(body)) == body for body in bodies)


def test_no_route_hides_another() -> None:
    routes = Counter(
        (method, getattr(route, "path", ""))
        for router in ROUTERS
        for route in router.routes
        for method in getattr(route, "methods", ())
    )
    assert [place for place, count in routes.items() if count > 1] == []
