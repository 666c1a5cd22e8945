"""The office's own sign-in (OpenID Connect): where it is, and what its claims give."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Where an issuer says everything else about itself.
_DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Oidc:
    """What the settings say of the provider.

    issuer      Its address, as its identity tokens name it.
    client_id   The name under which it knows this dashboard.
    address     Of the dashboard, as people type it: scheme and host, nothing behind.
    secret      File whose one line is the client's secret; None for a public client.
    name_claim  Claim with the name that people and the log know somebody by.
    role_claim  Claim with what stands in `roles`; empty: roles stand in `people`.
    roles       Value of that claim -> role; of several the one that stands last here.
    area_claim  Claim with the code of an area, or with what stands in `areas`; empty: `area`.
    areas       Value of that claim -> area.
    area        Of everybody whose role comes from a claim, where no claim says it.
    leeway      Seconds by which the clocks of both sides may differ.
    """

    issuer: str
    client_id: str
    address: str
    secret: Path | None = None
    name_claim: str = "preferred_username"
    role_claim: str = ""
    roles: tuple[tuple[str, str], ...] = ()
    area_claim: str = ""
    areas: tuple[tuple[str, str], ...] = ()
    area: str | None = None
    leeway: int = 60

    @property
    def discovery(self) -> str:
        """The address at which the provider describes itself."""
        return self.issuer.rstrip("/") + _DISCOVERY

    def name_in(self, claims: Mapping[str, Any]) -> str:
        """Return the name that the claims give; empty for none that can be one."""
        found = _claim(claims, self.name_claim)
        named = " ".join(found.split()) if isinstance(found, str) else ""
        return named if named.isprintable() and len(named) <= 80 else ""

    def role_in(self, claims: Mapping[str, Any]) -> str | None:
        """Return the role that the claims give; None for none."""
        held = _values(claims, self.role_claim)
        return next((role for value, role in reversed(self.roles) if value in held), None)

    def area_in(self, claims: Mapping[str, Any]) -> str | None:
        """Return the code of the area that the claims give, empty for everything; None for none.

        Two different areas are none: nobody can say which one is meant.
        """
        if not self.area_claim:
            return self.area
        known, held = dict(self.areas), _values(claims, self.area_claim)
        if known:
            found = {known[each] for each in held if each in known}
        else:
            found = {each for each in held if each.isdecimal() and 2 <= len(each) <= 12}
        return found.pop() if len(found) == 1 else None


def _values(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = _claim(claims, name) if name else None
    listed = found if isinstance(found, list) else [found]
    return tuple(str(each) for each in listed if isinstance(each, str | int))


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """Return a claim; `realm_access.roles` is one inside another where none is called so."""
    if name in claims:
        return claims[name]
    outer, _, inner = name.partition(".")
    return _claim(claims[outer], inner) if inner and isinstance(claims.get(outer), dict) else None
