"""Letters leave once they were decided, at least once each, and nothing in them can become a header. T16, T17, T18."""

from __future__ import annotations

import asyncio
import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import icalendar
import pytest

from turia.backbone.access import Access
from turia.backbone.journal import Journal
from turia.backbone.letter_texts import Facts, Text, text_of
from turia.backbone.letters import Content, Envelope, compose, one_line
from turia.backbone.mailer import PAUSES_S, Mailer
from turia.backbone.post import FolderPost, PostError, SmtpPost, how, make_post
from turia.event.commands import Actor
from turia.event.entries import EVENT_MAIL
from turia.event.erasing import EraseMine
from turia.event.mail import Mail, Posted, Template
from turia.event.managing import AddPerson
from turia.event.posting import SendAgain
from turia.event.register import Register
from turia.event.registering import NewRegistration
from turia.event.seeding import Seed
from turia.event.settings import Info
from turia.settings import Settings
from turia.store.credentials import MemoryCredentials
from turia.store.memory import MemoryStore
from turia.store.ports import unavailable
from turia.testing.manual_clock import ManualClock
from turia.testing.memory_post import MemoryPost
from turia.testing.memory_post import text_of as plain_text

BASE = "https://venue.example.org"
INFO = Info(
    "Assembly",
    zone="Europe/Madrid",
    first_day="2025-11-03",
    city="Valencia",
    country="ES",
    contact_email="desk@example.org",
)


class Office:
    """A journal, and a mailer that works when told to."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryStore()
        self.kept = MemoryCredentials()
        self.post = MemoryPost()
        self.access = Access(self.kept, b"k" * 32, self.clock)
        self.journal = Journal(self.store, self.clock)
        self.mailer = self.new_mailer()

    def new_mailer(self, sender: str = "") -> Mailer:
        return Mailer(self.journal, self.access, self.post, self.clock, base=BASE, sender=sender)

    async def register(self, name: str = "Ana", address: str = "ana@example.org") -> str:
        form = NewRegistration(name=name, email=address, category="individual", country="ES", contribute=True)
        await self.journal.do("people.register", form)
        person = self.journal.state.view(Register).by_address(address)
        assert isinstance(person, str)
        return person

    def letters(self) -> list[Mail]:
        return list(self.journal.state.all(EVENT_MAIL, Mail).values())


@pytest.fixture
async def office() -> Any:
    made = Office()
    await made.journal.open()
    await made.journal.do("event.seed", Seed(info=INFO))
    made.mailer.take_up()
    yield made
    await made.journal.close()


async def test_a_registration_brings_a_letter_with_a_link_and_a_code_that_work(office: Office) -> None:
    person = await office.register()
    await office.mailer.step()
    (message,) = office.post.letters
    assert str(message["To"]) == "Ana <ana@example.org>"
    assert str(message["From"]) == "Assembly <desk@example.org>"
    assert message["Subject"] == "Confirm your address: Assembly"
    assert message["Auto-Submitted"] == "auto-generated"
    found = await office.access.of_link(office.post.token)
    assert found is not None
    assert (found.person, found.address) == (person, "ana@example.org")
    assert await office.access.of_code(person, office.post.code) is not None
    assert [each.posted for each in office.letters()] == [Posted.SENT]


async def test_t17_no_stream_holds_a_token_or_code(office: Office) -> None:
    await office.register()
    await office.mailer.step()
    kept = repr([entry for log in office.store.log.values() for entry in log])
    assert office.post.token
    assert office.post.code
    assert office.post.token not in kept
    assert office.post.code not in kept
    assert office.post.code.replace("-", "") not in kept


async def test_a_letter_leaves_once(office: Office) -> None:
    await office.register()
    for _ in range(3):
        await office.mailer.step()
    assert len(office.post.letters) == 1


async def test_a_mailer_that_starts_takes_up_what_was_left(office: Office) -> None:
    """Killed after the letter left and before it was marked: it goes again, and is known by its id."""
    await office.register()
    office.store.failing = unavailable("the disk is full")
    await office.mailer.step()
    assert len(office.post.letters) == 1
    assert [each.posted for each in office.letters()] == [Posted.QUEUED]
    office.store.failing = None
    fresh = office.new_mailer()
    fresh.take_up()
    await fresh.step()
    first, second = office.post.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert [each.posted for each in office.letters()] == [Posted.SENT]


async def test_of_two_servers_each_sends_its_own_letters_and_those_of_one_that_ended(office: Office) -> None:
    other = Journal(office.store, office.clock)
    await other.open()
    post = MemoryPost()
    away = Mailer(other, office.access, post, office.clock, base=BASE, elsewhere_s=30.0)
    away.take_up()
    await office.register()
    await other.look()
    assert await away.step() == 30.0
    assert post.letters == []
    await office.mailer.step()
    office.clock.advance(30)
    await other.look()
    await away.step()
    assert (len(office.post.letters), post.letters) == (1, []), "the one that decided it sent it"
    await office.register("Ben", "ben@example.org")
    await other.look()
    office.clock.advance(29)
    await away.step()
    assert post.letters == []
    office.clock.advance(1)
    await away.step()
    assert [str(each["To"]) for each in post.letters] == ["Ben <ben@example.org>"]
    await other.close()


async def test_a_letter_that_left_is_only_marked_again(office: Office) -> None:
    await office.register()
    office.store.failing = unavailable("the disk is full")
    await office.mailer.step()
    office.store.failing = None
    office.clock.advance(60)
    await office.mailer.step()
    assert len(office.post.letters) == 1
    assert [each.posted for each in office.letters()] == [Posted.SENT]


async def test_a_mail_server_that_is_away_is_tried_again_with_pauses(office: Office) -> None:
    await office.register()
    office.post.failing = PostError("The mail server cannot be reached", final=False)
    assert await office.mailer.step() == PAUSES_S[0]
    (letter,) = office.letters()
    assert (letter.posted, letter.attempts) == (Posted.QUEUED, 1)
    assert "cannot be reached" in letter.error
    await office.mailer.step()
    assert office.post.attempts == 1, "not before its time"
    office.clock.advance(PAUSES_S[0])
    office.post.failing = None
    await office.mailer.step()
    (letter,) = office.letters()
    assert (letter.posted, letter.attempts, letter.error) == (Posted.SENT, 2, "")


async def test_after_the_last_attempt_a_letter_has_failed_and_can_be_sent_again_by_hand(office: Office) -> None:
    await office.register()
    office.post.failing = PostError("The mail server cannot be reached", final=False)
    for pause in (0.0, *PAUSES_S):
        office.clock.advance(pause)
        await office.mailer.step()
    ((key, letter),) = office.journal.state.all(EVENT_MAIL, Mail).items()
    assert (letter.posted, letter.attempts) == (Posted.FAILED, len(PAUSES_S) + 1)
    office.clock.advance(1e6)
    await office.mailer.step()
    assert office.post.attempts == len(PAUSES_S) + 1
    office.post.failing = None
    await office.journal.do("mail.send_again", SendAgain(key))
    await office.mailer.step()
    assert [each.posted for each in office.letters()] == [Posted.SENT]


async def test_an_address_that_is_refused_for_ever_is_not_tried_again(office: Office) -> None:
    await office.register()
    office.post.failing = PostError("No such mailbox", final=True)
    await office.mailer.step()
    (letter,) = office.letters()
    assert (letter.posted, letter.error) == (Posted.FAILED, "No such mailbox")


async def test_one_letter_that_fails_holds_up_no_other(office: Office) -> None:
    await office.register()
    office.post.failing = PostError("No such mailbox", final=True)
    await office.mailer.step()
    office.post.failing = None
    await office.register("Ben", "ben@example.org")
    await office.mailer.step()
    assert [str(each["To"]) for each in office.post.letters] == ["Ben <ben@example.org>"]


async def test_a_letter_to_somebody_who_was_deleted_goes_nowhere(office: Office) -> None:
    person = await office.register()
    await office.journal.do("people.erase_mine", EraseMine(sure=True), Actor(person))
    await office.mailer.step()
    assert not office.post.letters


async def test_confirmations_bring_the_event_as_a_calendar_file(office: Office) -> None:
    given = AddPerson(name="Ana", email="ana@example.org", category="individual", country="ES", contribute=True)
    await office.journal.do("people.add", given)
    await office.mailer.step()
    message = email.message_from_bytes(office.post.letters[0].as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_filename() == "event.ics"
    calendar = icalendar.Calendar.from_ical(attached.get_content())
    (event,) = calendar.walk("VEVENT")
    assert str(event["summary"]) == "Assembly"
    assert event.decoded("dtstart").isoformat() == "2025-11-03"
    assert event.decoded("dtend").isoformat() == "2025-11-04"
    assert "on 3 November 2025, in Valencia, Spain" in office.post.last


async def test_who_waits_at_a_screen_comes_before_hundreds_of_others(office: Office) -> None:
    for n in range(30):
        given = AddPerson(name=f"p{n}", email=f"p{n}@example.org", category="individual", country="ES", contribute=True)
        await office.journal.do("people.add", given)
    send = office.post.send

    async def one_by_one(key: str, message: EmailMessage) -> Posted:
        if len(office.post.letters) == 4:
            await office.register("Zoe", "zoe@example.org")
        return await send(key, message)

    office.post.send = one_by_one  # type: ignore[method-assign]
    await office.mailer.step()
    order = [str(each["To"]) for each in office.post.letters]
    assert len(order) == len(set(order)) == 31
    assert order.index("Zoe <zoe@example.org>") < 10


# -- what is in letters ------------------------------------------------------------------------------

ENVELOPE: dict[str, Any] = {
    "to": "ana@example.org",
    "name": "Ana",
    "sender": "desk@example.org",
    "sender_name": "Assembly",
    "reply_to": "",
    "key": "k1",
    "host": "venue.example.org",
    "at": 1_762_160_400_000,
}
TEXT = Text(subject="Hello", paragraphs=("One.", "Two."), button="Go")


def message_of(text: Text = TEXT, **envelope: Any) -> EmailMessage:
    made = compose(Envelope(**{**ENVELOPE, **envelope}), Content(text=text, link=f"{BASE}/sign-in#x", foot="Foot"))
    again = email.message_from_bytes(made.as_bytes(), policy=default)
    assert isinstance(again, EmailMessage)
    return again


BREAKS = ["\r\nBcc: eve@example.org", "\nBcc: eve@example.org", "\r\n\r\nA body", "\u2028Bcc: eve@example.org", "\x00"]


@pytest.mark.parametrize("breaks", BREAKS)
def test_t18_names_and_titles_add_no_header_and_no_recipient(breaks: str) -> None:
    message = message_of(
        Text(subject=f"Hello{breaks}", paragraphs=()), name=f"Ana{breaks}", sender_name=f"Assembly{breaks}"
    )
    assert message["Bcc"] is None
    assert [each.addr_spec for each in message["To"].addresses] == ["ana@example.org"]
    assert set(message.keys()) == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    }


@pytest.mark.parametrize(
    "address",
    [
        "ana@example.org, eve@example.org",
        "ana@example.org\r\nBcc: eve@example.org",
        "Ana <ana@example.org>",
        "ana",
        "@example.org",
        "ana@",
        "a@b@c",
        "",
    ],
)
def test_t18_what_is_no_address_gets_no_letter(address: str) -> None:
    with pytest.raises(ValueError, match="no e-mail address"):
        message_of(to=address)


def test_t18_markup_in_a_letter_is_text() -> None:
    nasty = '<script>alert(1)</script><img src=x onerror=alert(1)> & "quoted"'
    message = message_of(Text(subject=nasty, paragraphs=(nasty,), button=nasty), name=nasty)
    html = message.get_body(("html",))
    assert html is not None
    content = html.get_content()
    assert "<script" not in content
    assert "<img" not in content
    assert content.count("&lt;script&gt;") == 5
    assert nasty in plain_text(message)


def test_a_name_with_a_comma_or_quotes_stays_one_name() -> None:
    message = message_of(name='Ana "A", of <here>')
    (to,) = message["To"].addresses
    assert (to.display_name, to.addr_spec) == ('Ana "A", of <here>', "ana@example.org")


@pytest.mark.parametrize("name", ["Ñandú Ωmega", "محمد", "👩‍🚀 Ada"])
def test_names_of_any_script_arrive(name: str) -> None:
    message = message_of(Text(subject=f"Für {name}", paragraphs=(f"Grüße, {name}",)), name=name)
    assert message["To"].addresses[0].display_name == name
    assert message["Subject"] == f"Für {name}"
    assert f"Grüße, {name}" in plain_text(message)


def test_a_letter_loads_nothing_from_anywhere() -> None:
    html = message_of().get_body(("html",))
    assert html is not None
    content = html.get_content()
    assert "src=" not in content
    assert "url(" not in content
    assert content.count("http") == 1


def test_a_long_link_stays_whole_in_the_file() -> None:
    raw = compose(Envelope(**ENVELOPE), Content(text=TEXT, link=f"{BASE}/sign-in#{'x' * 200}")).as_bytes()
    assert f"/sign-in#{'x' * 200}\r\n".encode() in raw


@pytest.mark.parametrize("template", list(Template))
def test_every_template_has_a_text(template: Template) -> None:
    details = {"note": "A note", "role": "speaker", "session": "Keynote"}
    text = text_of(template, Facts(event="Assembly", name="Ana", when="on 3 November 2025", details=details))
    assert "Assembly" in text.subject
    assert text.paragraphs
    said = " ".join([text.subject, *text.paragraphs, *text.after])
    assert "None" not in said
    assert ("A note" in said) == (
        template in {Template.APPROVED, Template.DECLINED, Template.WAITING, Template.INVITATION, Template.CHANGE}
    )


def test_one_line_has_no_line_ends() -> None:
    assert one_line(" a\r\n b\u2029c\x07 ") == "a b c"


async def test_a_deleted_person_leaves_no_letter_behind(office: Office, tmp_path: Path) -> None:
    office.mailer._post = FolderPost(tmp_path)
    person = await office.register()
    await office.register("Ben", "ben@example.org")
    await office.mailer.step()
    assert len(files_of(tmp_path)) == 2
    await office.journal.do("people.erase_mine", EraseMine(sure=True), Actor(person))
    await office.mailer.step()
    (left,) = files_of(tmp_path)
    assert b"ben@example.org" in left


def files_of(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir()]


# -- folder and mail server ----------------------------------------------------------------------------


async def test_without_a_mail_server_letters_are_files_that_only_we_read(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert how(settings) == "folder"
    post = make_post(settings)
    assert isinstance(post, FolderPost)
    assert await post.send("k1", message_of()) is Posted.FILED
    (path,) = (tmp_path / "mail").iterdir()
    assert path.name == "k1.eml"
    assert path.stat().st_mode & 0o077 == 0
    assert b"Subject: Hello" in path.read_bytes()


async def test_a_folder_that_cannot_be_written_to_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file in the way")
    with pytest.raises(PostError) as caught:
        await FolderPost(tmp_path / "mail").send("k1", message_of())
    assert not caught.value.final


class Server:
    """A mail server of a few lines: what it is told, and what it answers to RCPT."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.answer = answer
        self.heard: list[str] = []
        self.port = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 here")
        inside = False
        while line := (await reader.readline()).decode():
            self.heard.append(line.rstrip())
            if inside:
                inside = line != ".\r\n"
                if not inside:
                    say("250 taken")
            elif line.startswith("EHLO"):
                say("250 here")
            elif line.startswith("RCPT"):
                say(self.answer)
            elif line.startswith("DATA"):
                inside = True
                say("354 go on")
            elif line.startswith("QUIT"):
                say("221 bye")
                break
            else:
                say("250 OK")
        writer.close()


@pytest.fixture
async def mail_server() -> Any:
    made = Server()
    listening = await asyncio.start_server(made.talk, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    yield made
    listening.close()
    await listening.wait_closed()


def smtp(port: int) -> SmtpPost:
    return SmtpPost(Settings(smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none"))


async def test_a_letter_reaches_a_mail_server(mail_server: Server) -> None:
    assert await smtp(mail_server.port).send("k1", message_of()) is Posted.SENT
    assert "RCPT TO:<ana@example.org>" in mail_server.heard
    assert "Subject: Hello" in mail_server.heard
    assert f"{BASE}/sign-in#x" in mail_server.heard


@pytest.mark.parametrize(("answer", "final"), [("550 no such mailbox", True), ("450 come back later", False)])
async def test_what_a_mail_server_refuses_is_told_apart(mail_server: Server, answer: str, final: bool) -> None:
    mail_server.answer = answer
    with pytest.raises(PostError) as caught:
        await smtp(mail_server.port).send("k1", message_of())
    assert caught.value.final is final
    assert answer[4:] in caught.value.why


async def test_without_encryption_nothing_is_said_where_it_is_asked_for(mail_server: Server) -> None:
    post = SmtpPost(
        Settings(smtp_host="127.0.0.1", smtp_port=mail_server.port, smtp_user="venue", smtp_password="secret")
    )
    with pytest.raises(PostError) as caught:
        await post.send("k1", message_of())
    assert not caught.value.final
    assert all(line.split()[0] in {"EHLO", "QUIT"} for line in mail_server.heard)


async def test_a_mail_server_that_is_not_there_is_tried_again() -> None:
    listening = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()
    with pytest.raises(PostError) as caught:
        await smtp(port).send("k1", message_of())
    assert not caught.value.final
    assert "cannot be reached" in caught.value.why
