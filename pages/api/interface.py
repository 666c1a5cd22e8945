"""The data interface as the server knows it: loaded when the first program asks for it.

Its libraries (polars, DuckDB) take half a second; the server answers browsers before that.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from data.settings import Settings


class Interface:
    """ASGI: hands every request on to the addresses of pages/api/figures.py.

    engine    Gives the process's engine; called with every request.
    settings  Gives the settings as they are now; called with every request.
    """

    def __init__(self, engine: Callable[[], Any], settings: Callable[[], Settings]) -> None:
        self._engine = engine
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request whose address begins with /api/v1/."""
        await self._router(scope, receive, send)

    @cached_property
    def _router(self) -> Router:
        from pages.api.figures import Figures

        return Router(Figures(self._engine, self._settings).routes())
