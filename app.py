"""健康扶贫监测看板: start it with `streamlit run app.py` or `uvicorn app:app`.

The frame only: who may come in, how answers travel, which routes there are beside the pages.
Streamlit looks for the literal assignment to `app` below; a factory would give a blank page.
"""

import contextlib
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from data import settings
from data.errors import ProductError
from data.machine import memory, passing
from pages.api.compression import Compression
from pages.api.documents import Documents
from pages.api.door.guard import Guard
from pages.api.door.key import DoorKey
from pages.api.headers import SecurityHeaders
from pages.api.health import health
from pages.api.interface import Interface
from pages.shell import failures, first_start, navigation, opening

memory.share()
key = DoorKey()
try:
    opening.check()
    chosen = settings.current()
except ProductError as error:
    raise SystemExit(str(error)) from None
figures = Interface(lambda: first_start.runtime().engine(), settings.current)


@contextlib.asynccontextmanager
async def lifespan(_app: st.App):
    """Say where the dashboard is, and get the store ready while the first visitor is on the way."""
    passing.sweep()
    opening.announce(key.text, chosen)
    first_start.prepare(settings.default_path(), then=lambda: first_start.runtime().warm())
    yield {}


app = st.App(
    Path(__file__).parent / "pages/shell/frame.py",
    routes=[Route("/api/v1/health", health), Route("/api/v1/{rest:path}", figures)],
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(Guard, settings=settings.current, key=key, store=settings.home()),
        Middleware(Compression),
        Middleware(Documents, pages=navigation.ADDRESSES),
    ],
    lifespan=lifespan,
    on_script_error=failures.show,
)
