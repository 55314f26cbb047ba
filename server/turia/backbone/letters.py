"""Letters as messages: text, HTML of our own, calendar file. Nothing in them is loaded from anywhere.

Everything that people wrote is text: it cannot become a header, a second recipient or markup.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final

import msgspec

from turia.backbone.letter_texts import Text

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]+")
#: Line lengths and headers as mail servers want them; what cannot be written in ASCII is encoded.
_POLICY: Final = SMTP.clone(max_line_length=78)
_MAX_SUBJECT_CHARS: Final = 150
_MAX_LINE_CHARS: Final = 900

_HTML: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{subject}</title></head>
<body style="margin:0;padding:24px;background:#f5f2ec;color:#16222c;\
font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;\
border-radius:12px"><tr><td style="padding:28px">
<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3">{subject}</h1>
{body}
</td></tr></table>
<p style="max-width:560px;margin:16px auto 0;color:#47545f;font-size:13px;text-align:left">{foot}</p>
</td></tr></table></body></html>
"""


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes to whom. ``key``: of the letter, so that one that is sent twice is recognised. ``at``: ms UTC."""

    to: str
    name: str
    sender: str
    sender_name: str
    reply_to: str
    key: str
    host: str
    at: int


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What is in it. ``link``, ``code``: "" for none. ``calendar``: an iCalendar file, or None. ``foot``: last line."""

    text: Text
    link: str = ""
    code: str = ""
    calendar: bytes | None = None
    foot: str = ""


def compose(envelope: Envelope, content: Content) -> EmailMessage:
    """The message. Raises ValueError when an address cannot be one."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(envelope.sender_name, envelope.sender)
    message["To"] = _address(envelope.name, envelope.to)
    if envelope.reply_to:
        message["Reply-To"] = _address("", envelope.reply_to)
    message["Subject"] = one_line(content.text.subject)[:_MAX_SUBJECT_CHARS]
    message["Date"] = format_datetime(datetime.fromtimestamp(envelope.at / 1_000, UTC))
    message["Message-ID"] = f"<{envelope.key}@{envelope.host}>"
    message["Auto-Submitted"] = "auto-generated"
    text = plain(envelope, content)
    message.set_content(text, cte="7bit" if _short(text) else "quoted-printable")
    message.add_alternative(html(envelope, content), subtype="html", cte="quoted-printable")
    if content.calendar is not None:
        message.add_attachment(
            content.calendar.decode(),
            subtype="calendar",
            filename="event.ics",
            params={"method": "PUBLISH"},
            cte="quoted-printable",
        )
    return message


def _short(text: str) -> bool:
    """Whether it can travel as it is: then a long link stays whole in the file, too."""
    return text.isascii() and all(len(line) <= _MAX_LINE_CHARS for line in text.splitlines())


def one_line(text: str) -> str:
    """Text that can stand in a header: no control characters, no line ends."""
    return " ".join(_CONTROL.sub(" ", text).split())


def plain(envelope: Envelope, content: Content) -> str:
    """The text part."""
    parts = [*_greeting(envelope), *content.text.paragraphs]
    if content.link:
        parts.append(f"{content.text.button}:\n{content.link}")
    if content.code:
        parts.append(f"Code: {content.code}")
    return "\n\n".join([*parts, *content.text.after, "-- \n" + content.foot]) + "\n"


def html(envelope: Envelope, content: Content) -> str:
    """The HTML part: the same words."""
    parts = [_paragraph(each) for each in [*_greeting(envelope), *content.text.paragraphs]]
    if content.link:
        link = escape(content.link)
        parts.append(
            f'<p style="margin:24px 0"><a href="{link}" style="display:inline-block;padding:12px 20px;'
            'border-radius:10px;background:#0b5a6f;color:#ffffff;text-decoration:none;font-weight:600">'
            f"{escape(content.text.button)}</a></p>"
        )
    if content.code:
        parts.append(
            '<p style="margin:0 0 16px">Code: <strong style="font:600 20px/1.3 ui-monospace,monospace;'
            f'letter-spacing:2px">{escape(content.code)}</strong></p>'
        )
    parts += [_paragraph(each) for each in content.text.after]
    subject = escape(one_line(content.text.subject))
    return _HTML.format(subject=subject, body="\n".join(parts), foot=escape(content.foot))


def _greeting(envelope: Envelope) -> list[str]:
    return [f"Dear {one_line(envelope.name)},"] if envelope.name else []


def _paragraph(text: str) -> str:
    return f'<p style="margin:0 0 16px">{escape(text).replace(chr(10), "<br>")}</p>'


def _address(name: str, address: str) -> Address:
    """Raises ValueError for what is no address: nothing may be added to it."""
    if _CONTROL.search(address) or address.count("@") != 1 or any(char in address for char in ' ,;<>()[]:\\"'):
        raise ValueError(f"{address[:100]!r} is no e-mail address")
    user, _, domain = address.partition("@")
    if not user or not domain:
        raise ValueError(f"{address[:100]!r} is no e-mail address")
    return Address(one_line(name), user, domain)
