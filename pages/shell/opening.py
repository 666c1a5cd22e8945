"""The start: where the dashboard can be opened, printed in its window, and the browser opened.

Streamlit opens no browser for an app of this kind, and its own lines know nothing of the key.
"""

import io
import os
import sys
import threading
import webbrowser
from pathlib import Path

from streamlit import config

from data.errors import ProductError
from data.people import accounts
from data.settings import Settings, home

_BASE_PATH = "STREAMLIT_SERVER_BASE_URL_PATH"
_EVERYWHERE = ("", "0.0.0.0", "::")
_STARTED = "看板已启动。请在这台电脑上打开（地址带着这次启动的钥匙，不要转给别人）："


def check() -> None:
    """Refuse a start that could show no page; raises ProductError with the remedy."""
    # Under another server Streamlit does not look at the variable, and neither do the pages.
    if config.get_option("server.baseUrlPath") or os.environ.get(_BASE_PATH):
        raise ProductError(
            "没有启动：看板要占网址的最上一层，不能放在 server.baseUrlPath 所指的路径下。"
            "请去掉这个参数，让代理用一个单独的域名或端口转来。"
        )


def announce(key: str, settings: Settings) -> None:
    """Print the address with the key, and open it where a person sits in front.

    key       Of whoever sits at this computer.
    settings  Where people sign in, nobody has a key.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    if settings.trusted_proxy:
        print("看板已启动，请从登录代理的地址打开。", flush=True)
    elif settings.oidc:
        print(f"看板已启动，用统一身份认证登录后使用：{settings.oidc.address}", flush=True)
    elif accounts.every(home()):
        print(f"看板已启动，登录后使用：{_site()}", flush=True)
    elif Path(sys.argv[0]).name == "app.py":  # `streamlit run`, which knows its port by now
        opened = f"{_site()}/?key={key}"
        print(f"{_STARTED}\n  {opened}", flush=True)
        if _somebody_looks():
            threading.Thread(target=webbrowser.open, args=(opened,), daemon=True).start()
    else:
        print(f"{_STARTED}\n  看板的地址后面加上 /?key={key}", flush=True)


def _site() -> str:
    scheme = "https" if config.get_option("server.sslCertFile") else "http"
    named = config.get_option("server.address") or ""
    host = "127.0.0.1" if named in _EVERYWHERE else f"[{named}]" if ":" in named else named
    return f"{scheme}://{host}:{config.get_option('server.port')}"


def _somebody_looks() -> bool:
    """Say whether a person started it in a window, on a screen that can show a browser."""
    has_screen = os.name == "nt" or sys.platform == "darwin"
    has_screen = has_screen or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return sys.stdout.isatty() and has_screen
