"""Who stands at the door: judged from the connection and the settings, before anything answers."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from data.people import accounts, rights
from data.settings import VISITOR_HEADER, Person, Settings, Token, TrustedProxy, one_name
from pages.api.door import addresses, office_sign_in, programs, refusals, sign_in_pages
from pages.api.door.attempts import WINDOW, Attempts
from pages.api.door.key import DoorKey
from pages.api.door.refusals import Refused
from pages.api.door.sessions import Session, Sessions

_OWN_HEADER = VISITOR_HEADER.lower().encode()
# A proxy in between leaves something: one of these, or any X- name that no browser sends by itself.
_FORWARDED = {
    "cdn-loop",
    "cf-connecting-ip",
    "client-ip",
    "fastly-client-ip",
    "forwarded",
    "true-client-ip",
    "via",
}
_FROM_BROWSERS = {"x-requested-with", "x-xsrftoken"}
_LOOPBACK_NAME = "localhost"

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Arrival:
    """Somebody who may come in.

    kind    local: at this computer; person: signed in; program: with a token; anonymous: anybody.
    name    The person's or program's name as the settings write it; empty for the others.
    ip      Where he is, as far as the connection or the trusted proxy says; may be empty.
    rights  What may change while he is in: with it, his WebSocket ends.
    enters  He shows the key of this computer: his browser gets the cookie and comes again.
    signs   He asks for the sign-in pages, signed in or not.
    is_tls  His browser speaks TLS.
    mark    Of what he is signed in by.
    """

    kind: str
    name: str = ""
    ip: str = ""
    rights: Person | Token | None = None
    enters: bool = False
    signs: bool = False
    is_tls: bool = False
    mark: str = ""

    def announced(self, scope: Scope) -> Scope:
        """Return the request with what was found here, and without what anybody claimed."""
        words = {"kind": self.kind, "name": self.name, "ip": self.ip}
        if self.rights:
            words |= {"role": self.rights.role, "area": self.rights.area}
        headers = [pair for pair in scope["headers"] if pair[0].lower() != _OWN_HEADER]
        return {**scope, "headers": [*headers, (_OWN_HEADER, urlencode(words).encode("ascii"))]}

    def refused(self, words: str, *, status: int = 403, wait: float = 0.0) -> Refused:
        """Return the refusal of something that he asks for, with what the log says of him."""
        area = self.rights.area if self.rights else ""
        return Refused(words, who=self.name, ip=self.ip, status=status, wait=wait, area=area)


class SignInNeeded(Exception):
    """Somebody who may come in once he has signed in, at the path in `at`."""

    def __init__(self, at: str) -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True)
class Door:
    """What the judgement goes by.

    settings  As they are now.
    store     Whose accounts let people in.
    key       Of whoever sits at this computer.
    sessions  Who is signed in.
    wrong     Tokens that nobody has, by address.
    """

    settings: Settings
    store: Path
    key: DoorKey
    sessions: Sessions
    wrong: Attempts


def judge(scope: Scope, door: Door) -> Arrival:
    """Return who comes, by HTTP or WebSocket.

    raises Refused, with the words for whoever may not; SignInNeeded where he may sign in;
    SettingsError or AccountError when the rules cannot be read.
    """
    settings, headers, peer = door.settings, Headers(scope=scope), _peer(scope)
    if not _is_from_own_page(scope, headers, settings):
        raise Refused(refusals.FOREIGN_PAGE)
    ip, proxy = str(peer or ""), settings.trusted_proxy
    if proxy:
        _must_be(proxy, peer, headers)
        ip = _forwarded_for(headers) or ip
    if proxy and settings.has_gateway:
        found = _named(proxy, scope, headers, ip, settings)
    elif settings.oidc or accounts.every(door.store):
        found = _signed_in(scope, headers, ip, door)
    elif proxy:
        raise Refused(refusals.NO_ACCOUNTS)
    else:
        found = _directly(scope, headers, peer, settings, door.key)
    if programs.brings_token(scope):
        found = _program(scope, found.ip, door)
    _must_have_right(found, scope, settings)
    return found


def _must_have_right(found: Arrival, scope: Scope, settings: Settings) -> None:
    """Refuse what somebody's role does not let him do, and what nobody may."""
    right = addresses.of(scope).right
    if right == addresses.ANYBODY or found.enters:
        return
    role, area = (found.rights.role, found.rights.area) if found.rights else ("", "")
    if right in rights.of(found.kind, role, area):
        return
    if right == addresses.NOBODY:
        raise found.refused(refusals.NOTHING_THERE, status=404)
    words = refusals.not_of_role(role, right, settings.contact) if role else refusals.UPLOAD
    raise found.refused(words)


def _program(scope: Scope, ip: str, door: Door) -> Arrival:
    """Return the program whose token it is; an address that guesses has to wait."""
    if door.wrong.must_wait(ip):
        raise Refused(refusals.GUESSING, status=429, ip=ip, wait=WINDOW)
    found = programs.holder(scope, door.store, door.settings)
    if found is None:
        door.wrong.was_wrong(ip)
        raise Refused(refusals.WRONG_TOKEN, status=401, ip=ip)
    return Arrival("program", found[0], ip, found[1])


def _signed_in(scope: Scope, headers: Headers, ip: str, door: Door) -> Arrival:
    """Return who is signed in, by an account of this store or the office's provider."""
    is_tls = scope.get("scheme") in ("https", "wss")
    is_tls = is_tls or bool(
        door.settings.trusted_proxy and headers.get("x-forwarded-proto") == "https"
    )
    session = door.sessions.find(
        sign_in_pages.token(scope), idle_minutes=door.settings.idle_minutes
    )
    if session and not _holds(session, door):
        door.sessions.end(sign_in_pages.token(scope))
        session = None
    if scope["type"] == "http" and scope["path"] in sign_in_pages.PATHS:
        name = session.name if session else ""
        return Arrival("anonymous", name, ip, signs=True, is_tls=is_tls)
    if session and door.settings.oidc:
        person = door.settings.person(session.name, session.claims)
        if person is None:
            words = refusals.unknown(session.name, door.settings.contact)
            raise Refused(words, who=session.name, ip=ip)
        return Arrival("person", person.name, ip, person, mark=session.mark)
    account = accounts.every(door.store)[one_name(session.name)] if session else None
    if account and not account.is_new:
        return Arrival("person", account.name, ip, account.person, mark=account.mark)
    if programs.brings_token(scope):
        return Arrival("program", ip=ip)
    raise SignInNeeded(sign_in_pages.PASSWORD if account else sign_in_pages.SIGN_IN)


def _holds(session: Session, door: Door) -> bool:
    """Say whether what somebody has signed in by is still what it was then."""
    if door.settings.oidc:
        return session.mark == office_sign_in.mark(door.settings.oidc)
    account = accounts.every(door.store).get(one_name(session.name))
    return account is not None and account.mark == session.mark and not account.is_disabled


def _directly(
    scope: Scope, headers: Headers, peer: _Address | None, settings: Settings, key: DoorKey
) -> Arrival:
    """Return whoever comes without a sign-in proxy: the person at this computer, or anybody."""
    ip, is_named = str(peer or ""), _is_this_computer(_host(headers), settings)
    at_this_computer = peer is not None and peer.is_loopback and not _is_forwarded(headers)
    if at_this_computer and is_named:
        # First the address: opened again, the key must not stay in it either.
        if key.is_shown(scope):
            return Arrival("local", ip=ip, enters=True)
        if key.is_held(scope):
            return Arrival("local", ip=ip)
        if programs.brings_token(scope):
            return Arrival("program", ip=ip)
    if settings.open:
        return Arrival("anonymous", ip=ip)
    if not at_this_computer:
        raise Refused(refusals.LOCAL)
    raise Refused(refusals.KEYLESS if is_named else refusals.FOREIGN_NAME)


def _must_be(proxy: TrustedProxy, peer: _Address | None, headers: Headers) -> None:
    """Refuse whoever is not the proxy: neither at its address nor in possession of its secret.

    Of a proxy on this computer the server may have put the visitor's address in place of its own:
    then the secret alone tells.
    """
    is_there = proxy.is_local or (peer is not None and proxy.has(peer))
    secrets = headers.getlist(proxy.secret_header)
    if not is_there or len(secrets) != 1 or not proxy.knows(_readable(secrets[0])):
        raise Refused(refusals.PROXY)


def _named(
    proxy: TrustedProxy, scope: Scope, headers: Headers, ip: str, settings: Settings
) -> Arrival:
    """Return whom the sign-in proxy names, or the program whose question it passes on."""
    names = [name for sent in headers.getlist(proxy.user_header) if (name := _readable(sent))]
    if not names and programs.brings_token(scope):
        return Arrival("program", ip=ip)
    if len(names) != 1:
        raise Refused(refusals.PROXY)
    person = settings.person(names[0])
    if person is None:
        raise Refused(refusals.unknown(names[0], settings.contact), who=names[0], ip=ip)
    return Arrival("person", person.name, ip, person)


def address(scope: Scope) -> str:
    """Return where a request says it comes from, for the log of refusals."""
    return str(_peer(scope) or "")


def _is_from_own_page(scope: Scope, headers: Headers, settings: Settings) -> bool:
    """Say whether a page of this dashboard asks, and not one of another site in the same browser.

    A browser writes the page's own site as Origin wherever another one could do harm, and always
    with a form that is sent. Another program of this computer is another site, too, by its port;
    only a proxy may leave the port out of what it passes on.
    """
    origin = headers.get("origin")
    if origin is None:
        return scope["path"] not in sign_in_pages.PATHS or scope["method"] != "POST"
    site = urlsplit(origin.lower())
    if site.hostname in settings.hosts:
        return True
    if settings.trusted_proxy:
        return site.hostname == _host(headers)
    return site.netloc == headers.get("host", "").lower()


def _host(headers: Headers) -> str:
    """Return the name in the address that was asked for, without its port."""
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _is_this_computer(name: str, settings: Settings) -> bool:
    """Say whether a name means this computer: any other may be a stranger's that points here."""
    try:
        return name in (_LOOPBACK_NAME, *settings.hosts) or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _readable(name: str) -> str:
    """Return a name as the proxy meant it: header bytes are read as Latin, many send UTF-8."""
    try:
        return name.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        return name.strip()


def _peer(scope: Scope) -> _Address | None:
    """Return the address at the other end; None when the server knows none (a UNIX socket)."""
    client = scope.get("client")
    return _address(client[0]) if client else None


def _forwarded_for(headers: Headers) -> str:
    """Return the address that the trusted proxy added, the last one; empty without."""
    last = ",".join(headers.getlist("x-forwarded-for")).rpartition(",")[2]
    return str(_address(last.strip()) or "")


def _address(text: str) -> _Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_forwarded(headers: Headers) -> bool:
    return any(
        name in _FORWARDED or (name.startswith("x-") and name not in _FROM_BROWSERS)
        for name in headers
        if name != VISITOR_HEADER.lower()
    )
