"""The provider that signs an office's people in, asked over HTTP: on worker threads only.

Every sign-in asks it anew for its addresses and keys: they may change, and nothing is stale.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OAuthError, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import ClaimError, JoseError
from requests.exceptions import RequestException

from data.oidc import Oidc

_WAIT = 5  # seconds for one answer
# Signed with a key that only the provider has: whatever else it offers is not taken.
_SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_BASIC = "client_secret_basic"
_CODE = re.compile(r"[a-z_]{1,40}")


class Unreachable(Exception):
    """The provider does not answer, or not as one."""


class Rejected(Exception):
    """A sign-in that came back is none; the message says why in Chinese, for page and log."""


@dataclass(frozen=True)
class Way:
    """A sign-in that has begun: where it leads, and what must come back from there."""

    url: str
    state: str
    nonce: str
    verifier: str


class _Client(OAuth2Mixin, OpenIDMixin, BaseApp):
    """Authlib's client without a web framework: what it has begun is kept by the caller."""

    client_cls = OAuth2Session
    issuer = ""

    def load_server_metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself, once it is the one that is meant."""
        found = super().load_server_metadata()
        if found["issuer"] != self.issuer:
            raise Rejected("认证系统说自己是另一个地址，与设置的 issuer 不同")
        found["id_token_signing_alg_values_supported"] = _SIGNED_BY
        takes = found.get("token_endpoint_auth_methods_supported") or [_BASIC]
        if self.client_secret and _BASIC not in takes:
            self.client_kwargs["token_endpoint_auth_method"] = "client_secret_post"
        return found


def begin(chosen: Oidc, back: str) -> Way:
    """Return a new way to the provider; raises Unreachable or Rejected.

    back  Address at which it sends the browser back.
    """
    with _told():
        made = _client(chosen).create_authorization_url(back)
        return Way(made["url"], made["state"], made["nonce"], made["code_verifier"])


def finish(chosen: Oidc, way: Way, code: str, back: str) -> tuple[dict[str, Any], str]:
    """Return the claims of whoever came back, and his identity token, checked.

    raises Unreachable; Rejected for a code or token that is not of this sign-in.
    """
    with _told():
        client = _client(chosen)
        token = client.fetch_access_token(back, code=code, code_verifier=way.verifier)
        must = {
            "iss": {"essential": True, "value": chosen.issuer},
            "aud": {"essential": True, "value": chosen.client_id},
        }
        claims = client.parse_id_token(token, way.nonce, must, leeway=chosen.leeway)
        if claims is None:
            raise Rejected("认证系统没有给身份令牌")
        return dict(claims), token["id_token"]


def ending(chosen: Oidc, id_token: str, back: str) -> str | None:
    """Return the address that ends somebody's session at the provider; None: it offers none.

    raises Unreachable or Rejected.
    """
    with _told():
        client = _client(chosen)
        if not client.load_server_metadata().get("end_session_endpoint"):
            return None
        # The types that pyright has are of an older Authlib.
        out = client.create_logout_url(back, id_token, client_id=chosen.client_id)  # type: ignore[attr-defined]
        return out["url"]


def _client(chosen: Oidc) -> _Client:
    secret = chosen.secret.read_text("utf-8").strip() if chosen.secret else None
    client = _Client(
        None,
        client_id=chosen.client_id,
        client_secret=secret,
        server_metadata_url=chosen.discovery,
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": _WAIT,
        },
    )
    client.issuer = chosen.issuer
    return client


@contextmanager
def _told() -> Iterator[None]:
    """Say in two words of ours what goes wrong out there: what a provider writes is kept out."""
    try:
        yield
    except ClaimError as error:
        clocks = error.claim in ("iat", "exp", "nbf")
        why = "两台电脑的时钟相差太多，或令牌已过期" if clocks else f"{error.claim} 不对"
        raise Rejected(f"身份令牌不合格：{why}") from None
    except JoseError:
        raise Rejected("身份令牌不合格：签名不对") from None
    except OAuthError as error:
        raise Rejected(f"认证系统不认这次登录（{code_of(error.error)}）") from None
    # The last ones: an answer in which what an answer must have is missing.
    except (RequestException, OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise Unreachable(type(error).__name__) from None


def code_of(text: object) -> str:
    """Return an error's code as the standard knows it; anything else is not repeated."""
    return text if isinstance(text, str) and _CODE.fullmatch(text) else "没有说明"
