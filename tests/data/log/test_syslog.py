"""The log sent on to a collector: as RFC 5424 has it, and never in anybody's way."""

import socket
import time
from datetime import datetime

import pytest

from data.log import journal

NOW = datetime.fromisoformat("2021-01-04T08:30:00+08:00")


def add(store, what="T04 2020-W51", result="done"):
    line = {"now": NOW, "who": "王", "ip": "10.0.0.1", "action": "export"}
    assert journal.append(store, **line, what=what, result=result)


def send_to(store, address):
    (store / "settings.yaml").write_text(f"syslog: {address}\n", "utf-8")


@pytest.fixture
def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as collector:
        collector.bind(("127.0.0.1", 0))
        collector.settimeout(10)
        yield collector


def test_a_line_reaches_a_collector_by_udp(tmp_path, udp):
    send_to(tmp_path, f"udp://127.0.0.1:{udp.getsockname()[1]}")
    add(tmp_path)
    head, _, text = udp.recv(65536).partition(b" - \xef\xbb\xbf")
    assert head.startswith(b"<110>1 2021-01-04T08:30:00+08:00 ")
    assert head.endswith(b" export")
    assert '"who": "王"' in text.decode("utf-8")


def test_a_refusal_is_a_warning(tmp_path, udp):
    send_to(tmp_path, f"udp://127.0.0.1:{udp.getsockname()[1]}")
    add(tmp_path, result="refused")
    assert udp.recv(65536).startswith(b"<108>1 ")


def test_lines_reach_a_collector_by_tcp_each_with_its_length(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as collector:
        collector.settimeout(10)
        send_to(tmp_path, f"tcp://127.0.0.1:{collector.getsockname()[1]}")
        add(tmp_path, "一")
        add(tmp_path, "二")
        connection, _ = collector.accept()
        with connection, connection.makefile("rb") as stream:
            texts = []
            for _ in range(2):
                length = b"".join(iter(lambda: stream.read(1), b" "))
                texts.append(stream.read(int(length)).decode("utf-8"))
    assert ["一" in texts[0], "二" in texts[1]] == [True, True]


def test_a_collector_that_takes_nothing_holds_nobody_up(tmp_path):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        send_to(tmp_path, f"tcp://127.0.0.1:{deaf.getsockname()[1]}")
        start = time.monotonic()
        for each in range(1500):  # more than are let wait
            add(tmp_path, f"{each} {'长' * 1000}")
        assert time.monotonic() - start < 30
    chain = journal.verify(tmp_path)
    assert (chain.lines, chain.problem) == (1500, "")
