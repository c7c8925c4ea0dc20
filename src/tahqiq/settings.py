"""Every setting in one table: name, default, unit, environment variable, help. Only `cli` and `web` read the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the settings table; `unit` is empty where the value is a word or a path."""

    name: str
    default: str
    unit: str
    variable: str
    help: str


TABLE = (
    Setting("ledger", "sqlite:///tahqiq.db", "", "TAHQIQ_LEDGER", "where the ledger is: sqlite:///FILE or postgresql://…"),
    Setting("vault", "", "", "TAHQIQ_VAULT", "folder or bucket (s3://…) of the documents; beside the ledger's file unless given"),
    Setting("host", "127.0.0.1", "", "TAHQIQ_HOST", "address the desk listens on"),
    Setting("port", "8765", "", "TAHQIQ_PORT", "port the desk listens on"),
    Setting("places", "", "", "TAHQIQ_PLACES", "registry of imported places that is used beside the shipped one"),
    Setting("weights", "", "", "TAHQIQ_WEIGHTS", "weights that `tahqiq link --fit` wrote, used for linking in place of the shipped ones"),
    Setting("max_bytes", "20000000", "bytes", "TAHQIQ_MAX_BYTES", "largest document, and largest line of a .jsonl, that is read"),
    Setting("agent", "tahqiq", "", "TAHQIQ_AGENT", "how addresses are asked: tahqiq and how to reach you, as tahqiq (desk@example.org)"),
    Setting("pause", "2", "seconds", "TAHQIQ_PAUSE", "time between two requests to one host"),
    Setting(
        "intake_token", "", "", "TAHQIQ_INTAKE_TOKEN", "word that programs must know to post documents to a desk that others can reach"
    ),
    Setting("address", "http://127.0.0.1:8765", "", "TAHQIQ_ADDRESS", "where readers of letters and feeds find the desk"),
    Setting("smtp", "", "", "TAHQIQ_SMTP", "server that takes letters, as HOST:PORT; none are sent without"),
    Setting("smtp_security", "starttls", "", "TAHQIQ_SMTP_SECURITY", "starttls, tls, or none for a server on this machine"),
    Setting("smtp_user", "", "", "TAHQIQ_SMTP_USER", "name at that server, where it asks for one"),
    Setting("smtp_password", "", "", "TAHQIQ_SMTP_PASSWORD", "password at that server"),
    Setting("mail_from", "", "", "TAHQIQ_MAIL_FROM", "address that letters are sent from"),
    Setting("api_rate", "600", "requests", "TAHQIQ_API_RATE", "most requests a minute under /api/ of one key or user; 0 for no limit"),
    Setting(
        "api_rate_address",
        "120",
        "requests",
        "TAHQIQ_API_RATE_ADDRESS",
        "most requests a minute under /api/ of one address that shows no key that holds; 0 for no limit",
    ),
    Setting(
        "most_waiting",
        "500",
        "documents",
        "TAHQIQ_MOST_WAITING",
        "documents that may wait to be read before the desk takes no more and watching slows down; 0 for no limit",
    ),
    Setting("logs", "plain", "", "TAHQIQ_LOGS", "how the desk writes its log: plain, or json for a line of JSON each"),
    Setting("metrics", "loopback", "", "TAHQIQ_METRICS", "who is told /metrics: loopback, key (of the scope admin), or none"),
    Setting("oidc_issuer", "", "", "TAHQIQ_OIDC_ISSUER", "address of the OpenID Connect provider whose sign-ins are taken"),
    Setting("oidc_client", "", "", "TAHQIQ_OIDC_CLIENT", "client id of this desk with the provider"),
    Setting(
        "oidc_secret", "", "", "TAHQIQ_OIDC_SECRET", "client secret of this desk with the provider, or file: and the path of a file with it"
    ),
    Setting(
        "oidc_claim",
        "",
        "",
        "TAHQIQ_OIDC_CLAIM",
        "claim of the provider by which a user's role is given, as groups; the desk's own unless given",
    ),
    Setting("oidc_roles", "", "", "TAHQIQ_OIDC_ROLES", "what the claim says for which role, as coder=desk-coders,editor=desk-editors"),
    Setting(
        "oidc_makes_users",
        "no",
        "",
        "TAHQIQ_OIDC_MAKES_USERS",
        "yes where whoever the provider signs in becomes a user, in the role of the claim or as reader; no where an admin adds users first",
    ),
    Setting("acled_civilian_flag", "Civilian targeting", "", "TAHQIQ_ACLED_CIVILIAN_FLAG", "word in ACLED's civilian_targeting column"),
    Setting("backups", "", "", "TAHQIQ_BACKUPS", "folder in which the desk keeps backups; beside the ledger's file unless given"),
    Setting("language", "en", "", "TAHQIQ_LANGUAGE", "language of headings and words in a workbook that is written: en, ar, ur or fa"),
    Setting("public_name", "Tahqiq", "", "TAHQIQ_PUBLIC_NAME", "whose site the public pages are, as their head says it"),
    Setting(
        "public_address",
        "",
        "",
        "TAHQIQ_PUBLIC_ADDRESS",
        "where the public pages are reached, as https://example.org, for citations and feeds",
    ),
    Setting("public_contact", "", "", "TAHQIQ_PUBLIC_CONTACT", "how readers of the public pages reach you, as public pages say it"),
    Setting("public_errors", "", "", "TAHQIQ_PUBLIC_ERRORS", "file of a public host without a desk for what readers say is wrong"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run."""

    ledger: str = "sqlite:///tahqiq.db"
    vault: str = ""
    host: str = "127.0.0.1"
    port: int = 8765
    places: str = ""
    weights: str = ""
    max_bytes: int = 20_000_000
    agent: str = "tahqiq"
    pause: int = 2
    intake_token: str = ""
    address: str = "http://127.0.0.1:8765"
    smtp: str = ""
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    mail_from: str = ""
    api_rate: int = 600
    api_rate_address: int = 120
    most_waiting: int = 500
    logs: str = "plain"
    metrics: str = "loopback"
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = field(default="", repr=False)
    oidc_claim: str = ""
    oidc_roles: str = ""
    oidc_makes_users: str = "no"
    acled_civilian_flag: str = "Civilian targeting"
    backups: str = ""
    language: str = "en"
    public_name: str = "Tahqiq"
    public_address: str = ""
    public_contact: str = ""
    public_errors: str = ""


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Settings with what the environment gives; raises ValueError naming the variable that is no number."""
    given: dict[str, str | int] = {}
    for row in TABLE:
        value = environment.get(row.variable)
        if value is None:
            continue
        kind = next(f.type for f in fields(Settings) if f.name == row.name)
        if kind is int and not value.isdigit():
            raise ValueError(f"{row.variable}={value!r}: give a whole number of {row.unit or 'units'}")
        given[row.name] = int(value) if kind is int else value
    return Settings(**given)  # type: ignore[arg-type]
