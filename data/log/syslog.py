"""Lines of the log sent on to the office's own collector (RFC 5424), beside whoever waits.

A collector that is slow or gone holds nobody up: what it does not take in time is dropped; the
log in the store has every line all the same.
"""

import atexit
import contextlib
import json
import os
import socket
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from typing import Any

from data import settings
from data.settings import Collector, SettingsError

_WAITING = 1000  # lines
_PATIENCE = 2.0  # seconds for a connection, and for what waits when the program ends
# Facility 13 is the log audit of RFC 5424; 6 informational, 4 warning.
_INFORMATIONAL, _WARNING = 13 * 8 + 6, 13 * 8 + 4


def send(store: Path, line: Mapping[str, Any]) -> None:
    """Send a line of the log where the store's settings say so; returns at once."""
    collector = _collector(store)
    if collector is not None:
        with contextlib.suppress(Full):
            _sender(collector).put_nowait(_message(line))


def _message(line: Mapping[str, Any]) -> bytes:
    """A line as RFC 5424 has it: the text is UTF-8, marked as such by its first bytes."""
    severity = _INFORMATIONAL if line["result"] == "done" else _WARNING
    header = (
        f"<{severity}>1 {line['time']} {socket.gethostname() or '-'} "
        f"health-poverty-dashboard {os.getpid()} {line['action']} - "
    )
    return header.encode("utf-8") + b"\xef\xbb\xbf" + json.dumps(line, ensure_ascii=False).encode()


def _collector(store: Path) -> Collector | None:
    try:
        return settings.current(store).syslog
    except SettingsError:
        return None


@lru_cache(maxsize=8)
def _sender(collector: Collector) -> Queue[bytes]:
    """The queue of a collector; a thread of its own sends what is put into it."""
    queue: Queue[bytes] = Queue(_WAITING)
    Thread(target=_send_all, args=(collector, queue), name="syslog", daemon=True).start()
    atexit.register(_drain, queue)
    return queue


def _send_all(collector: Collector, queue: Queue[bytes]) -> None:
    connection: socket.socket | None = None
    while True:
        message = queue.get()
        try:
            connection = connection or _connect(collector)
            if collector.protocol == "tcp":
                # Counted octets: a text may hold anything (RFC 6587).
                message = str(len(message)).encode() + b" " + message
            connection.sendall(message)
        except OSError:
            if connection is not None:
                connection.close()
            connection = None
        finally:
            queue.task_done()


def _connect(collector: Collector) -> socket.socket:
    address = (collector.host, collector.port)
    if collector.protocol == "tcp":
        return socket.create_connection(address, _PATIENCE)
    family, kind, protocol, _, target = socket.getaddrinfo(*address, type=socket.SOCK_DGRAM)[0]
    connection = socket.socket(family, kind, protocol)
    connection.connect(target)
    return connection


def _drain(queue: Queue[bytes]) -> None:
    """Give what waits a moment when the program ends: a command ends right after its line."""
    until = time.monotonic() + _PATIENCE
    while queue.unfinished_tasks and time.monotonic() < until:
        time.sleep(0.01)
