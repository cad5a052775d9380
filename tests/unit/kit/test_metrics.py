"""Metrics: names by the rule, one of each name."""

import pytest

from shared.kit import metrics


class TestAName:
    @pytest.mark.parametrize(
        "name", ["rows_total", "qingyu_total", "qingyu_Rows_total", "qingyu_a-b_total"]
    )
    def test_follows_the_rule(self, name: str) -> None:
        with pytest.raises(ValueError, match="qingyu_<part>_<what>"):
            metrics.counter(name, "a number")

    def test_of_a_counter_ends_in_total(self) -> None:
        with pytest.raises(ValueError, match="_total"):
            metrics.counter("qingyu_test_rows", "a number")

    def test_used_twice_is_the_same_metric(self) -> None:
        first = metrics.counter("qingyu_test_twice_total", "a number", ("topic",))
        assert metrics.counter("qingyu_test_twice_total", "a number", ("topic",)) is first

    def test_used_for_another_kind_is_a_mistake(self) -> None:
        metrics.gauge("qingyu_test_kind", "a number")
        with pytest.raises(TypeError, match="already a Gauge"):
            metrics.histogram("qingyu_test_kind", "a number")


def test_everything_is_rendered_for_prometheus() -> None:
    metrics.counter("qingyu_test_rendered_total", "how many", ("topic",)).labels("a").inc(3)
    metrics.histogram("qingyu_test_rendered_seconds", "how long").observe(0.02)
    body, content_type = metrics.render()
    text = body.decode()
    assert content_type.startswith("text/plain")
    assert 'qingyu_test_rendered_total{topic="a"} 3.0' in text
    assert 'qingyu_test_rendered_seconds_bucket{le="0.025"} 1.0' in text
    assert "process_resident_memory_bytes" in text
