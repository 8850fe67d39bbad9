"""What is refused before Ray is asked."""

import socket

import pytest

from lingap.engines import cluster
from lingap.errors import ConfigError


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ray://head:10001", "Ray's client cannot be used"),
        ("head", "expected HOST:PORT"),
        ("head:x", "expected HOST:PORT"),
    ],
)
def test_addresses_that_are_none(address, said):
    with pytest.raises(ConfigError, match=said):
        cluster._check_address(address)


def test_an_address_where_nobody_answers_is_told_at_once():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(ConfigError, match=r"nobody answers there .* or unset RAY_ADDRESS"):
            cluster._check_address(f"127.0.0.1:{port}")


def test_an_address_where_somebody_does_is_left_to_ray():
    with socket.create_server(("127.0.0.1", 0)) as server:
        cluster._check_address(f"127.0.0.1:{server.getsockname()[1]}")
    cluster._check_address("auto")


def test_a_gpu_is_shared_by_as_many_as_its_memory_holds():
    assert cluster.share_of_gpu(10 << 30, 80 << 30) == 1 / 8
    assert cluster.share_of_gpu(21 << 30, 80 << 30) == 1 / 3
    assert cluster.share_of_gpu(90 << 30, 80 << 30) == 1.0
