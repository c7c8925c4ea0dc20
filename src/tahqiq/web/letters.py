"""Letters that tell what is new in followed searches: written in their reader's language, as text and as HTML, and sent through SMTP.

What comes in are the searches whose followers are written to; what goes out is one letter to each reader who has news. No name of a person
and no word of a report stands in a letter.

How it works
1. A letter tells what came, changed and went since the last one. Where nothing did, none is sent.
2. Before a letter is sent its news are claimed as told: of two runs at once one sends it. Where the server does not take it, the claim is
   taken back and the next run tells the same again. A run that was killed in between has said so on the page of saved searches: whether its
   letter arrived cannot be known, and it is not sent twice.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from itertools import groupby

from tahqiq.following import News, moment_now, news, refresh
from tahqiq.ledger import Ledger
from tahqiq.ledger.following import Followed
from tahqiq.registries.sources import Sources
from tahqiq.settings import Settings
from tahqiq.web.guard import LOOPBACK
from tahqiq.web.names import registry_names
from tahqiq.web.rendering import templates
from tahqiq.web.searches import SENDING, TitledIncident, said, titles
from tahqiq.web.told import Naming, Teller
from tahqiq.web.wording import load_wording

SHOWN = 20  # incidents of one search that a letter names
_TIMEOUT_S = 30
SECURITIES = ("starttls", "tls", "none")


@dataclass(frozen=True, slots=True)
class Section:
    """What a letter tells of one search."""

    name: str
    address: str
    said: str
    new: tuple[TitledIncident, ...]
    changed: tuple[TitledIncident, ...]
    gone: int
    more: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run did: letters sent, and for each that was not, to whom and why."""

    letters: int = 0
    failures: tuple[str, ...] = ()


Post = Callable[[EmailMessage], None]


def send(ledger: Ledger, settings: Settings, *, post: Post | None = None) -> Sent:
    """Every reader who has news since the last letter is written to.

    Raises: ValueError where the settings name no server, or would send a password for all to read.
    """
    take, sent, failures = post or _poster(settings), 0, list[str]()
    names = registry_names()
    readers = sorted(ledger.following.by_mail(), key=lambda one: (one.who, one.mail, one.language, one.name))
    for (who, mail, language), ones in groupby(readers, key=lambda one: (one.who, one.mail, one.language)):
        user = ledger.people.find(who)
        if user is None or not user.is_active:
            continue
        claimed = _claimed(ledger, ones, settings)
        if not claimed:
            continue
        try:
            take(write(ledger, mail, language, [(one, told) for one, told, _ in claimed], settings, names))
        except (OSError, smtplib.SMTPException) as error:
            why = " ".join(str(error).split())[:300] or type(error).__name__
            failures.append(f"{mail}: {why}")
            for one, _, moment in claimed:
                ledger.following.not_told(one.id, one.sent, moment, why)
            continue
        for one, _, moment in claimed:
            ledger.following.change(one.id, who, problem="", sent=moment)
        sent += 1
    return Sent(sent, tuple(failures))


def _claimed(ledger: Ledger, ones: Iterable[Followed], settings: Settings) -> list[tuple[Followed, News, str]]:
    """The searches that have news, each with them and the moment until which they are told; none that another run has taken."""
    claimed = []
    for one in ones:
        moment = moment_now()
        refresh(ledger, one, moment=moment, places=settings.places)
        told = news(ledger.following.found(one.id), one.sent)
        if told and ledger.following.told(one.id, one.sent, moment, problem=SENDING):
            claimed.append((one, told, moment))
    return claimed


# -- the letter -------------------------------------------------------------------------------------------------------


def write(
    ledger: Ledger, mail: str, language: str, news_of: list[tuple[Followed, News]], settings: Settings, names: Naming
) -> EmailMessage:
    """The letter, in its reader's language and direction."""
    wording = load_wording(language)
    teller = Teller(wording, names, Sources(ledger.sources()))
    base = settings.address.rstrip("/")
    addresses = {s.name: s.address for one, _ in news_of for s in ledger.people.searches(one.who)}
    sections = [_section(ledger, one, told, addresses.get(one.name, "/searches"), teller) for one, told in news_of]
    new = sum(len(told.new) for _, told in news_of)
    subject = wording("follow.subject", n=new) if new else wording("follow.subject_changes")
    facts = {"sections": sections, "w": wording, "base": base, "subject": subject}
    letter = EmailMessage()
    letter["Subject"] = subject
    letter["From"] = settings.mail_from
    letter["To"] = mail
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2] or "localhost")
    letter["Auto-Submitted"] = "auto-generated"
    letter["Content-Language"] = language
    letter.set_content(templates().get_template("letter.txt").render(**facts), cte="base64")
    letter.add_alternative(templates().get_template("letter.html").render(**facts), subtype="html", cte="base64")
    return letter


def _section(ledger: Ledger, one: Followed, told: News, address: str, teller: Teller) -> Section:
    new, changed = (tuple(titles(ledger, some[:SHOWN], teller)) for some in (told.new, told.changed))
    left = len(told.new) + len(told.changed) - len(new) - len(changed)
    more = teller.wording("follow.letter_more", n=left) if left else ""
    return Section(one.name, address, said(told, teller.wording), new, changed, len(told.gone), more)


# -- sending ----------------------------------------------------------------------------------------------------------


def _poster(settings: Settings) -> Post:
    """What gives a letter to the server of the settings, over a connection of its own."""
    host, _, port = settings.smtp.rpartition(":")
    host, number = (host.strip("[]"), port) if host else (port, "25")
    if not host or not number.isdigit():
        raise ValueError("no letter can be sent: name the server that takes them in TAHQIQ_SMTP, as HOST:PORT")
    if not settings.mail_from or "@" not in settings.mail_from:
        raise ValueError("no letter can be sent: name the address they come from in TAHQIQ_MAIL_FROM")
    if settings.smtp_security not in SECURITIES:
        raise ValueError(f"TAHQIQ_SMTP_SECURITY={settings.smtp_security!r}: write {', '.join(SECURITIES)}")
    if settings.smtp_security == "none" and host not in LOOPBACK:
        raise ValueError(f"letters to {host} would cross the network for all to read: set TAHQIQ_SMTP_SECURITY to starttls or tls")

    def post(letter: EmailMessage) -> None:
        context = ssl.create_default_context()
        if settings.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, int(number), timeout=_TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(host, int(number), timeout=_TIMEOUT_S)
        with server:
            if settings.smtp_security == "starttls":
                server.starttls(context=context)
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(letter)

    return post
