"""Free ports: free, different, and none that an outgoing connection is given by chance."""

from deploy.local.ports import free_port, is_free


def test_a_free_port_is_below_those_of_outgoing_connections() -> None:
    found = [free_port() for _ in range(50)]
    assert all(is_free(port) and 20_000 <= port < 32_768 for port in found)
    assert len(set(found)) > 40


def test_no_port_is_given_twice() -> None:
    found = [free_port() for _ in range(600)]
    assert len(set(found)) == len(found)
