"""Letters over TLS, to a mail server of a few lines with a certificate of its own making, both ways it is done."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from turia.backbone.post import PostError, SmtpPost
from turia.event.mail import Posted
from turia.settings import Settings
from turia.web.tls import self_signed, server_context

USER, PASSWORD = "venue", "a secret of the venue"
PLAIN = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()


class TlsServer:
    """``heard``: (line, whether it came through TLS). Signing in is offered, and taken, through TLS alone."""

    def __init__(self, context: ssl.SSLContext, *, from_the_start: bool, offers: str = "STARTTLS") -> None:
        self.context = context
        self.from_the_start = from_the_start
        self.offers = offers
        self.heard: list[tuple[str, bool]] = []
        self.lines: list[Line] = []
        self.port = 0

    def line(self) -> Line:
        self.lines.append(Line(self))
        return self.lines[-1]

    def answer(self, word: str, line: str, secure: bool) -> str:
        if word == "EHLO":
            return "250-here\r\n250 AUTH PLAIN" if secure else f"250-here\r\n250 {self.offers}"
        if word == "STARTTLS":
            return "220 go on" if self.offers == "STARTTLS" else "502 not here"
        if word == "AUTH":
            return "235 welcome" if secure and line.endswith(PLAIN) else "535 wrong name or password"
        return {"QUIT": "221 bye", "DATA": "354 go on", ".": "250 taken"}.get(word, "250 OK")

    def words(self, *, secure: bool) -> list[str]:
        return [line.split()[0].upper() for line, safely in self.heard if line and safely is secure]


class Line(asyncio.Protocol):
    """One connection. No streams: those of Python 3.11 lose a line that ends in the middle of STARTTLS."""

    def __init__(self, server: TlsServer) -> None:
        self.server = server
        self.secure = server.from_the_start
        self.inside = False
        self.waiting = b""
        #: None: nothing was agreed on.
        self.transport: asyncio.Transport | None = None
        self.upgrading: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 here\r\n")

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        self.take_all()

    def take_all(self) -> None:
        while b"\r\n" in self.waiting and (self.upgrading is None or self.secure):
            line, _, self.waiting = self.waiting.partition(b"\r\n")
            self.take(line.decode())

    def take(self, line: str) -> None:
        self.server.heard.append((line, self.secure))
        word = line.split()[0].upper() if line else ""
        if self.inside and line != ".":
            return
        self.inside = word == "DATA"
        assert self.transport is not None
        self.transport.write(f"{self.server.answer(word, line, self.secure)}\r\n".encode())
        if word == "STARTTLS" and self.server.offers == "STARTTLS":
            self.upgrading = asyncio.create_task(self.upgrade())
        elif word == "QUIT":
            self.transport.close()

    async def upgrade(self) -> None:
        loop = asyncio.get_running_loop()
        assert self.transport is not None
        with contextlib.suppress(OSError):  # who does not trust the certificate hangs up
            upgraded = await loop.start_tls(self.transport, self, self.server.context, server_side=True)
            if upgraded is not None:
                self.transport, self.secure = upgraded, True
                self.take_all()

    async def hang_up(self) -> None:
        if self.transport is not None:
            self.transport.abort()
        if self.upgrading is not None:
            await asyncio.wait_for(self.upgrading, 60)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    return self_signed(tmp_path, ["127.0.0.1", "localhost"])


@contextlib.asynccontextmanager
async def mail_server(certificate: tuple[Path, Path], way: str, offers: str = "STARTTLS") -> AsyncIterator[TlsServer]:
    context = server_context(*certificate)
    made = TlsServer(context, from_the_start=way == "tls", offers=offers)
    tls = context if way == "tls" else None
    listening = await asyncio.get_running_loop().create_server(made.line, "127.0.0.1", 0, ssl=tls)
    made.port = listening.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        listening.close()
        for line in made.lines:
            await line.hang_up()
        await listening.wait_closed()


def post(server: TlsServer, way: str, **more: str) -> SmtpPost:
    given = {"smtp_user": USER, "smtp_password": PASSWORD, "smtp_host": "127.0.0.1", **more}
    return SmtpPost(Settings(smtp_port=server.port, smtp_tls=way, **given))  # type: ignore[arg-type]


def message() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "desk@example.org", "ana@example.org", "Hello"
    made.set_content("A link of one's own")
    return made


@pytest.mark.parametrize("way", ["starttls", "tls"])
async def test_a_letter_and_the_password_go_through_tls_alone(
    certificate: tuple[Path, Path], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    async with mail_server(certificate, way) as server:
        assert await post(server, way).send("k1", message()) is Posted.SENT
    assert server.words(secure=False) == ([] if way == "tls" else ["EHLO", "STARTTLS"])
    through = [line for line, secure in server.heard if secure]
    assert f"AUTH PLAIN {PLAIN}" in through
    assert "RCPT TO:<ana@example.org>" in through
    assert "A link of one's own" in through


@pytest.mark.parametrize("way", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_hears_nothing(certificate: tuple[Path, Path], way: str) -> None:
    async with mail_server(certificate, way) as server:
        with pytest.raises(PostError) as caught:
            await post(server, way).send("k1", message())
    assert not caught.value.final, "it is tried again: certificates are mended"
    assert "certificate" in caught.value.why
    assert "SSL_CERT_FILE" in caught.value.why, "what to do about it"
    assert server.words(secure=True) == []
    assert set(server.words(secure=False)) <= {"EHLO", "STARTTLS", "QUIT"}


async def test_a_certificate_for_another_name_hears_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = self_signed(tmp_path, ["mail.example.org"])
    monkeypatch.setenv("SSL_CERT_FILE", str(other[0]))
    async with mail_server(other, "tls") as server:
        with pytest.raises(PostError, match="certificate"):
            await post(server, "tls").send("k1", message())
    assert server.heard == []


async def test_a_server_without_starttls_hears_neither_letter_nor_password(certificate: tuple[Path, Path]) -> None:
    async with mail_server(certificate, "starttls", offers="HELP") as server:
        with pytest.raises(PostError) as caught:
            await post(server, "starttls").send("k1", message())
    assert not caught.value.final
    assert set(server.words(secure=False)) <= {"EHLO", "QUIT"}


async def test_a_wrong_password_is_said_and_tried_again(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    async with mail_server(certificate, "starttls") as server:
        with pytest.raises(PostError, match="name and password") as caught:
            await post(server, "starttls", smtp_password="old").send("k1", message())
    assert not caught.value.final
    assert "MAIL" not in server.words(secure=True)
