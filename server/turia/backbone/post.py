"""How letters leave: by a mail server, or into a folder where there is none. The only importer of ``aiosmtplib``."""

from __future__ import annotations

import asyncio
import os
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Final, Protocol

import aiosmtplib

from turia.event.mail import Posted
from turia.settings import Settings

#: A mail server that does not answer within this time is tried again later.
TIMEOUT_S: Final = 20.0
#: Where letters lie that are not sent, in the data folder.
MAIL_FOLDER: Final = "mail"
#: Replies from here on mean: never.
_PERMANENT: Final = 500


class PostError(Exception):
    """A letter did not leave. ``final``: trying again does not help; ``why``: for the organiser."""

    def __init__(self, why: str, *, final: bool) -> None:
        super().__init__(why)
        self.why = why
        self.final = final


class Post(Protocol):
    """Takes letters."""

    async def send(self, key: str, message: EmailMessage) -> Posted:
        """SENT or FILED once it has left; raises PostError."""
        ...

    async def forget(self, key: str) -> None:
        """The letter was deleted, with whomever it was for: keep no copy of it. Raises PostError."""
        ...


class FolderPost:
    """Letters become files ``<key>.eml``, complete or not there at all; only the server's user may read them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, key: str, message: EmailMessage) -> Posted:
        """See :class:`Post`."""
        try:
            await asyncio.to_thread(self._write, key, message.as_bytes())
        except OSError as error:
            raise PostError(f"The folder {self._folder} cannot be written to: {error.strerror}.", final=False) from None
        return Posted.FILED

    async def forget(self, key: str) -> None:
        """See :class:`Post`."""
        try:
            await asyncio.to_thread((self._folder / f"{key}.eml").unlink, missing_ok=True)
        except OSError as error:
            raise PostError(f"{key}.eml in {self._folder} cannot be deleted: {error.strerror}.", final=False) from None

    def _write(self, key: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / f".{key}.part"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._folder / f"{key}.eml")


class SmtpPost:
    """A connection for each letter: letters are few, and nothing is held open that could break."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def send(self, key: str, message: EmailMessage) -> Posted:
        """See :class:`Post`."""
        del key
        settings = self._settings
        try:
            await aiosmtplib.send(
                message,
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_user or None,
                password=settings.smtp_password or None,
                use_tls=settings.smtp_tls == "tls",
                start_tls=settings.smtp_tls == "starttls",
                timeout=TIMEOUT_S,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            why = f"The mail server refused the address: {refused.message}"
            raise PostError(why, final=_never(refused.code)) from None
        except aiosmtplib.SMTPAuthenticationError as error:
            raise PostError(f"The mail server refused our name and password: {error.message}", final=False) from None
        except aiosmtplib.SMTPResponseException as error:
            raise PostError(f"The mail server said {error.code}: {error.message}", final=_never(error.code)) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise PostError(_unreachable(error), final=False) from None
        return Posted.SENT

    async def forget(self, key: str) -> None:
        """See :class:`Post`: nothing was kept."""


def _unreachable(error: BaseException) -> str:
    """What is wrong with the way to the server, and what to do where it is not known already."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"The mail server’s certificate is not trusted: {cause.verify_message}. "
                "Give it one for the name in smtp_host, or name its authority’s file in the variable SSL_CERT_FILE."
            )
        cause = cause.__cause__ or cause.__context__
    return f"The mail server cannot be reached: {error}"


def _never(code: int) -> bool:
    return code >= _PERMANENT


def make_post(settings: Settings) -> Post:
    """The post of these settings."""
    return SmtpPost(settings) if settings.smtp_host else FolderPost(settings.data_dir / MAIL_FOLDER)


def how(settings: Settings) -> str:
    """``smtp`` or ``folder``: what becomes of letters, for the pages."""
    return "smtp" if settings.smtp_host else "folder"
