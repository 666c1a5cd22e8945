"""What is printed when the dashboard starts, and when the browser opens by itself."""

import sys
import threading
import webbrowser

import pytest
from streamlit import config

from data.errors import ProductError
from data.people import tokens
from data.settings import Settings, TrustedProxy
from pages.shell import opening


@pytest.fixture
def start(monkeypatch, capsys):
    """Start under a program, in a window or not; what was printed, what was opened."""

    def started(program="app.py", *, settings=None, in_window=False, display=":0", **options):
        opened = []
        monkeypatch.setattr(sys, "argv", [program])
        monkeypatch.setattr(sys.stdout, "isatty", lambda: in_window)
        monkeypatch.setenv("DISPLAY", display)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        monkeypatch.setattr(webbrowser, "open", opened.append)
        asked = {f"server.{key}": value for key, value in ({"port": 8502} | options).items()}
        monkeypatch.setattr(config, "get_option", asked.get)
        before = threading.enumerate()
        opening.announce("the-key", settings or Settings())
        for thread in set(threading.enumerate()) - set(before):
            thread.join(10)
        return capsys.readouterr().out, opened

    return started


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ({"address": "127.0.0.1"}, "http://127.0.0.1:8502/?key=the-key"),
        ({"address": "0.0.0.0"}, "http://127.0.0.1:8502/?key=the-key"),
        ({}, "http://127.0.0.1:8502/?key=the-key"),
        ({"address": "::1"}, "http://[::1]:8502/?key=the-key"),
        ({"address": "localhost", "sslCertFile": "x"}, "https://localhost:8502/?key=the-key"),
    ],
)
def test_the_printed_address_carries_the_key(start, options, address):
    printed, opened = start(**options)
    assert address in printed.split()
    assert opened == []  # a service, a test: nobody sits in front


def test_the_browser_opens_where_a_person_started_it(start):
    _, opened = start(in_window=True)
    assert opened == ["http://127.0.0.1:8502/?key=the-key"]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these always have a screen")
def test_a_window_without_a_screen_opens_no_browser_of_its_own(start):
    """In a terminal that came over the network, a text browser would take the window."""
    assert start(in_window=True, display="")[1] == []


def test_under_another_server_the_key_is_told_without_the_port_nobody_knows(start):
    printed, opened = start("/usr/bin/uvicorn", in_window=True)
    assert "/?key=the-key" in printed and "8502" not in printed
    assert opened == []


def test_behind_a_sign_in_proxy_no_key_is_printed(start):
    proxy = TrustedProxy((), "X-User", "X-Secret", tokens.digest("x"))
    printed, _ = start(settings=Settings(trusted_proxy=proxy), in_window=True)
    assert "the-key" not in printed


def test_a_base_path_is_refused_with_the_reason_before_every_page_is_missing(monkeypatch):
    monkeypatch.setattr(config, "get_option", {"server.baseUrlPath": "kanban"}.get)
    with pytest.raises(ProductError, match=r"server\.baseUrlPath"):
        opening.check()
    monkeypatch.setattr(config, "get_option", {}.get)
    opening.check()


def test_under_another_server_a_base_path_in_the_environment_is_refused_too(monkeypatch):
    monkeypatch.setattr(config, "get_option", {}.get)
    monkeypatch.setenv("STREAMLIT_SERVER_BASE_URL_PATH", "kanban")
    with pytest.raises(ProductError, match=r"server\.baseUrlPath"):
        opening.check()
