"""Whoever an OpenID Connect provider signs in comes in as the desk says; what the provider sends is held to every rule.

The provider is small, of these tests, on loopback, with keys of its own.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import working
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import RSAKey

from tahqiq.evidence.vault import Vault
from tahqiq.ledger import Ledger
from tahqiq.review import people
from tahqiq.settings import Settings
from tahqiq.web import create_app

CLIENT, SECRET = "desk", "known to two"


class Provider:
    """Signs whatever claims it is told to, for the code of the sign-in that was begun."""

    def __init__(self) -> None:
        self.key, self.stranger = (RSAKey.generate_key(2048, {"kid": "k1"}) for _ in range(2))
        self.claims: dict[str, Any] = {}
        self.signs_with = self.key
        self.asked: dict[str, str] = {}
        self.calls_itself = ""
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                at = provider.issuer
                told: dict[str, Any] = {"keys": [provider.key.as_dict(private=False)]}
                if "openid-configuration" in self.path:
                    issuer = provider.calls_itself or at
                    told = {"issuer": issuer, "authorization_endpoint": f"{at}/a", "token_endpoint": f"{at}/t", "jwks_uri": f"{at}/k"}
                self._answer(told)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                sent = {name: values[0] for name, values in parse_qs(body).items()}
                challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).decode().rstrip("=")
                told = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
                is_right = challenge == provider.asked["code_challenge"] and self.headers["authorization"] == f"Basic {told}"
                token = jwt.encode({"alg": "RS256", "kid": "k1"}, provider.claims, provider.signs_with)
                self._answer({"id_token": token, "access_token": "x", "token_type": "Bearer"} if is_right else {"error": "invalid_grant"})

            def _answer(self, told: dict[str, Any]) -> None:
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.server.shutdown()


@pytest.fixture
def desk(whole: Path, tmp_path: Path, provider: Provider) -> Iterator[tuple[Ledger, Any]]:
    provider.signs_with, provider.calls_itself = provider.key, ""
    ledger, _ = working.copy(whole, tmp_path / "own")

    def make(**more: str) -> TestClient:
        settings = Settings(oidc_issuer=provider.issuer, oidc_client=CLIENT, oidc_secret=SECRET, **more)  # type: ignore[arg-type]
        return TestClient(create_app(ledger, Vault(tmp_path / "vault"), settings), base_url=working.ADDRESS, follow_redirects=False)

    yield ledger, make
    ledger.close()


def sign_on(client: TestClient, provider: Provider, **claims: object) -> str:
    """Where the browser ends, when the provider signs these claims; None leaves one out."""
    left = client.get("/sign-in/provider?next=/inbox")
    assert left.status_code == 303 and left.headers["location"].startswith(f"{provider.issuer}/a?"), left.headers
    provider.asked = {name: values[0] for name, values in parse_qs(urlsplit(left.headers["location"]).query).items()}
    assert provider.asked["code_challenge_method"] == "S256" and provider.asked["redirect_uri"].endswith("/sign-in/back")
    now = int(time.time())
    whole = {"iss": provider.issuer, "aud": CLIENT, "sub": "17", "iat": now, "exp": now + 300, "nonce": provider.asked["nonce"], **claims}
    provider.claims = {name: value for name, value in whole.items() if value is not None}
    return client.get("/sign-in/back", params={"code": "c", "state": provider.asked["state"]}).headers["location"]


def test_a_user_for_whom_an_admin_vouched_comes_in_and_goes_out(desk: tuple[Ledger, Any], provider: Provider) -> None:
    ledger, make = desk
    people.vouched(ledger, "Coder 1", provider.issuer, "17", by="test")
    client = make()
    assert "/sign-in/provider" in client.get("/sign-in").text
    assert sign_on(client, provider) == "/inbox"
    me = client.get("/api/v1/session").json()
    assert (me["name"], me["role"]) == ("Coder 1", "coder")
    assert client.post("/sign-out", data={"csrf": me["csrf"]}).status_code == 303
    assert client.get("/api/v1/session").status_code == 401
    assert [e.what for e in ledger.people.entries(last=3)][:2] == ["signed_out", "signed_in"]
    people.set_active(ledger, "Coder 1", False)
    assert sign_on(client, provider) == "/sign-in?on=unknown"


PAST = int(time.time()) - 4000
WRONG = {
    "another issuer": {"iss": "https://evil.example"},
    "another desk": {"aud": "another"},
    "several parties and not for us": {"aud": [CLIENT, "another"], "azp": "another"},
    "another sign-in": {"nonce": "planted"},
    "no nonce": {"nonce": None},
    "expired": {"iat": PAST, "exp": PAST + 60},
    "no end": {"exp": None},
    "issued in the future": {"iat": PAST + 9000},
    "nobody": {"sub": None},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_token_that_does_not_hold_signs_nobody_in_and_is_noted(desk: tuple[Ledger, Any], provider: Provider, name: str) -> None:
    ledger, make = desk
    people.vouched(ledger, "Coder 1", provider.issuer, "17", by="test")
    client = make()
    assert sign_on(client, provider, **WRONG[name]) == "/sign-in?on=token"
    page = client.get("/sign-in?on=token")
    assert page.status_code == 403 and "Nobody was signed in" in page.text
    assert client.get("/api/v1/session").status_code == 401
    assert ledger.people.entries(last=1)[0].what == "refused"


def test_a_token_signed_by_another_is_refused_and_a_provider_that_calls_itself_otherwise(
    desk: tuple[Ledger, Any], provider: Provider
) -> None:
    ledger, make = desk
    people.vouched(ledger, "Coder 1", provider.issuer, "17", by="test")
    provider.signs_with = provider.stranger
    assert sign_on(make(), provider) == "/sign-in?on=token"
    provider.calls_itself = "https://evil.example"
    assert make().get("/sign-in/provider").headers["location"] == "/sign-in?on=token"


def test_a_way_back_counts_once_and_for_the_browser_that_left(desk: tuple[Ledger, Any], provider: Provider) -> None:
    ledger, make = desk
    people.vouched(ledger, "Coder 1", provider.issuer, "17", by="test")
    client = make()
    assert sign_on(client, provider) == "/inbox"
    again = {"code": "c", "state": provider.asked["state"]}
    assert client.get("/sign-in/back", params=again).headers["location"] == "/sign-in?on=state"
    left = client.get("/sign-in/provider")
    state = parse_qs(urlsplit(left.headers["location"]).query)["state"][0]
    assert make().get("/sign-in/back", params={"code": "c", "state": state}).headers["location"] == "/sign-in?on=state"
    refused = parse_qs(urlsplit(client.get("/sign-in/provider").headers["location"]).query)["state"][0]
    denied = client.get("/sign-in/back", params={"error": "access_denied", "state": refused})
    assert denied.headers["location"] == "/sign-in?on=refused"


def test_nobody_makes_themselves_a_user_unless_the_desk_says_so(desk: tuple[Ledger, Any], provider: Provider) -> None:
    ledger, make = desk
    assert sign_on(make(), provider, name="Person 18") == "/sign-in?on=unknown"
    client = make(oidc_makes_users="yes")
    assert sign_on(client, provider, name="Person 18") == "/inbox"
    assert ledger.people.get("Person 18").role == "reader"
    assert sign_on(make(oidc_makes_users="yes"), provider, sub="99", name="Admin 1") == "/sign-in?on=unknown"


def test_the_claim_gives_the_role_and_none_where_it_names_none(desk: tuple[Ledger, Any], provider: Provider) -> None:
    ledger, make = desk
    people.vouched(ledger, "Coder 1", provider.issuer, "17", by="test")
    given = {"oidc_claim": "groups", "oidc_roles": "coder=desk-coders, editor=desk-editors"}
    assert sign_on(make(**given), provider, groups=["desk-editors", "desk-coders"]) == "/inbox"
    assert ledger.people.get("Coder 1").role == "editor"
    assert sign_on(make(**given), provider, groups=["cooks"]) == "/sign-in?on=unknown"
    assert sign_on(make(**given), provider) == "/sign-in?on=unknown"


def test_the_secret_is_read_from_a_file_and_never_shown(desk: tuple[Ledger, Any], provider: Provider, tmp_path: Path) -> None:
    ledger, _ = desk
    people.vouched(ledger, "Coder 1", provider.issuer, "17", by="test")
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n", "utf-8")
    settings = Settings(oidc_issuer=provider.issuer, oidc_client=CLIENT, oidc_secret=f"file:{file}")
    client = TestClient(create_app(ledger, Vault(tmp_path / "vault"), settings), base_url=working.ADDRESS, follow_redirects=False)
    assert sign_on(client, provider) == "/inbox"
    assert SECRET not in repr(Settings(oidc_secret=SECRET))
