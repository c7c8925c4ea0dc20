"""Single sign-on: a browser is sent to an OpenID Connect provider and comes back with a word that the desk changes for who they are.

What comes in are the desk's settings and what the provider says; what goes out is a session of a user whom the desk knows, or a refusal
in words. Source: OpenID Connect Core 1.0 (code flow), RFC 7636 (PKCE), RFC 9700.

How it works
1. A browser leaves with a state, a nonce and a verifier that are chance alone, kept here for ten minutes and for this browser.
2. It comes back once. The code is changed with the verifier; the token is held to the provider's keys, its issuer, this desk, the nonce
   and the time. What does not hold is refused, and noted at the door.
3. Who may come in is the desk's to say: a user for whom an admin vouched, or anybody of the provider where a setting says so.
"""

import datetime as dt
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tahqiq.errors import TahqiqError
from tahqiq.review import people
from tahqiq.settings import Settings
from tahqiq.web.door import COOKIE as SESSION
from tahqiq.web.door import host_of, keep, local_path, stranger_token
from tahqiq.web.guard import LOOPBACK
from tahqiq.web.rendering import desk_of

router = APIRouter(include_in_schema=False)
BACK = "/sign-in/back"
AWAY = dt.timedelta(minutes=10)
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]  # signatures alone: no shared secret, and never `none`
LEEWAY_S = 60
KNOWN_S = 3600.0  # how long the provider's addresses and keys are believed
TIMEOUT_S = 10.0


class NotSignedOn(TahqiqError):
    """The provider's word is not taken: `key` of the sentence that says why."""

    def __init__(self, key: str, why: str = "") -> None:
        super().__init__(why or key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Known:
    """The provider's addresses and keys, as it told them."""

    authorize: str
    token: str
    keys: KeySet
    since: float


class Provider:
    """One provider, as the desk's settings name it."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.time) -> None:
        self.settings, self._clock = settings, clock
        self.issuer = settings.oidc_issuer.rstrip("/") if settings.oidc_issuer else ""
        self._known: Known | None = None

    def client(self) -> Any:
        """A client of the code flow with PKCE. The secret is read where it is used, and told nobody."""
        from authlib.integrations.httpx_client import OAuth2Client  # slow to import, and of no use to a desk without a provider

        return OAuth2Client(
            self.settings.oidc_client, _secret(self.settings.oidc_secret), scope="openid profile", timeout=TIMEOUT_S,
            redirect_uri=self.settings.address.rstrip("/") + BACK, code_challenge_method="S256",
        )  # fmt: skip

    def known(self, *, anew: bool = False) -> Known:
        """Raises: NotSignedOn where the provider cannot be asked, or names another issuer than the desk's."""
        held = self._known
        if held and not anew and held.since + KNOWN_S > self._clock():
            return held
        try:
            told = _asked(f"{self.issuer}/.well-known/openid-configuration")
            if str(told["issuer"]).rstrip("/") != self.issuer:
                raise NotSignedOn("token", "the provider calls itself otherwise")
            keys = KeySet.import_key_set(_asked(str(told["jwks_uri"])))
            found = Known(str(told["authorization_endpoint"]), str(told["token_endpoint"]), keys, self._clock())
        except (httpx.HTTPError, ValueError, KeyError, TypeError, JoseError) as error:
            raise NotSignedOn("away", type(error).__name__) from None
        self._known = found
        return found

    def claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """What a token says that holds. Raises: NotSignedOn where anything of it does not."""
        try:
            try:
                found = jwt.decode(token, self.known().keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError):  # the provider may have taken new keys
                found = jwt.decode(token, self.known(anew=True).keys, algorithms=ALGORITHMS)
            rules = jwt.JWTClaimsRegistry(
                now=int(self._clock()), leeway=LEEWAY_S, exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
                nonce={"essential": True, "value": nonce}, aud={"essential": True, "value": self.settings.oidc_client},
            )  # fmt: skip
            rules.validate(found.claims)
        except (JoseError, ValueError) as error:
            raise NotSignedOn("token", type(error).__name__) from None
        told = found.claims
        if str(told.get("iss", "")).rstrip("/") != self.issuer:
            raise NotSignedOn("token", "another issuer")
        audience = told["aud"] if isinstance(told["aud"], list) else [told["aud"]]
        if (len(audience) > 1 or "azp" in told) and told.get("azp") != self.settings.oidc_client:
            raise NotSignedOn("token", "a token of another party")
        return told

    def role(self, claims: Mapping[str, Any]) -> str:
        """The highest role that the claim gives; empty where roles are the desk's own. Raises: NotSignedOn where it gives none."""
        if not self.settings.oidc_claim:
            return ""
        said = claims.get(self.settings.oidc_claim, ())
        values = {str(one) for one in said} if isinstance(said, list) else {str(said)}
        pairs = [part.partition("=") for part in self.settings.oidc_roles.split(",") if part.strip()]
        given = {role.strip() for role, _, value in pairs if value.strip() in values}
        found = [role for role in people.ROLES if role in given]
        if not found:
            raise NotSignedOn("unknown", "no role by the claim")
        return found[-1]


def _secret(told: str) -> str | None:
    """The secret itself, or what stands in the file that is named. Raises: NotSignedOn where that cannot be read."""
    if not told.startswith("file:"):
        return told or None
    try:
        return Path(told.removeprefix("file:")).read_text("utf-8").strip()
    except OSError:
        raise NotSignedOn("away", "the file of the secret cannot be read") from None


def _asked(address: str) -> Any:
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ValueError("a provider is asked over https")
    answer = httpx.get(address, timeout=TIMEOUT_S, follow_redirects=False)
    answer.raise_for_status()
    return answer.json()


def provider_of(request: Request) -> Provider | None:
    """The desk's provider; None where it has none."""
    found = getattr(request.app.state, "provider", None)
    return found if isinstance(found, Provider) else None


@router.get("/sign-in/provider")
def leave(request: Request) -> Response:
    provider = provider_of(request)
    if provider is None:
        return RedirectResponse("/sign-in", status_code=303)
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    held = request.cookies.get(SESSION, "") or stranger_token()
    now = dt.datetime.now(dt.UTC)
    told = {"nonce": nonce, "verifier": verifier, "browser": _digest(held), "next": local_path(request.query_params.get("next", ""))}
    try:
        with provider.client() as client:
            address, _ = client.create_authorization_url(provider.known().authorize, state=state, nonce=nonce, code_verifier=verifier)
    except NotSignedOn as refusal:
        return _refused(refusal.key)
    desk_of(request).ledger.keys.send(_digest(state), _text(now + AWAY), json.dumps(told), _text(now))
    response = RedirectResponse(address, status_code=303)
    keep(response, request, held)
    return response


@router.get(BACK)
def come_back(request: Request) -> Response:
    """Whoever comes back with a word of the provider has a session, or is told why not."""
    provider, asked, ledger = provider_of(request), request.query_params, desk_of(request).ledger
    if provider is None:
        return RedirectResponse("/sign-in", status_code=303)
    told = ledger.keys.come_back(_digest(asked.get("state", "")), _text(dt.datetime.now(dt.UTC)))
    errand = json.loads(told) if told else {}
    try:
        if not errand or errand["browser"] != _digest(request.cookies.get(SESSION, "")):
            raise NotSignedOn("state")
        if asked.get("error") or not asked.get("code"):
            raise NotSignedOn("refused")
        claims = provider.claims(_changed(provider, asked["code"], errand["verifier"]), errand["nonce"])
        name = str(claims.get("name") or claims.get("preferred_username") or "") if provider.settings.oidc_makes_users == "yes" else ""
        role = provider.role(claims)
        _, token = people.begin_vouched(ledger, provider.issuer, str(claims["sub"]), role=role, makes=name, host=host_of(request))
    except NotSignedOn as refusal:
        people.refused(ledger, "", host_of(request), f"single sign-on: {refusal}")
        return _refused(refusal.key)
    except TahqiqError:
        return _refused("unknown")
    response = RedirectResponse(local_path(errand["next"]), status_code=303)
    keep(response, request, token)
    return response


def _changed(provider: Provider, code: str, verifier: str) -> str:
    """The id token that the provider gives for the code. Raises: NotSignedOn where it gives none."""
    try:
        with provider.client() as client:
            told = client.fetch_token(provider.known().token, code=code, code_verifier=verifier, grant_type="authorization_code")
        return str(told["id_token"])
    except NotSignedOn:
        raise
    except Exception as error:  # whatever the provider answers is no sign-in
        raise NotSignedOn("refused", type(error).__name__) from None


def _refused(key: str) -> Response:
    return RedirectResponse(f"/sign-in?on={key}", status_code=303)


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _text(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
