"""The day of an event in real browsers: set up, registered, entered, led, closed, full."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import Shoot, make_server
from tests.e2e.people import FOUNDERS_LINK, Contexts, Person, organiser
from tests.e2e.schedules import schedule
from tests.e2e.test_together import walk_to_a_seat
from tests.e2e.visitor import distance

from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """An event without guests; nobody organises it yet."""
    with make_server(tmp_path_factory.mktemp("event"), profile="event") as running:
        yield running


@pytest.fixture
def olga(venue: ServerProcess, contexts: Contexts) -> Person:
    """The organiser at a browser of her own, signed in."""
    return organiser(Person(contexts(), venue), venue)


def test_an_organiser_sets_up_the_event(tmp_path: Path, contexts: Contexts, shoot: Shoot) -> None:
    with make_server(tmp_path, profile="event") as server:
        link = server.said(FOUNDERS_LINK)
        # Programs that look at mail and chats open links, too; the part after # never reaches the server.
        assert urllib.request.urlopen(link.partition("#")[0]).status == 200
        olga = Person(contexts(viewport={"width": 1024, "height": 700}), server)
        found_by_link(olga, link, shoot)
        set_facts_and_rules(olga, shoot)
        import_programme(olga, tmp_path, shoot)
        ana, ben = Person(contexts(), server), Person(contexts(), server)
        register_by_form(ana, "Ana", "ana@example.org")
        sign_in_by_code(ana, "ana@example.org")
        register_by_form(ben, "Ben", "ben@example.org")
        sign_in_by_link(ben, "ben@example.org")
        approve_both(olga, shoot)
        for name in ("ana", "ben"):
            letter = olga.letters.wait(f"{name}@example.org", "You are registered: Assembly of a test")
            assert "Welcome from the organisers" in letter.text
            assert b"BEGIN:VCALENDAR" in letter.attachment(".ics")


def found_by_link(olga: Person, link: str, shoot: Shoot) -> None:
    """The one-time link, the form behind it, and the pages of organisers."""
    olga.page.goto(link)
    olga.page.get_by_label("Your name").fill("Olga")
    olga.page.get_by_label("E-mail address").fill("olga@example.org")
    consent = olga.page.get_by_role("checkbox")
    if consent.is_visible():
        consent.check()
    shoot(olga.page, "day-founder")
    olga.button("Sign in").last.click()
    olga.page.get_by_role("heading", name="Organise", level=1).wait_for()
    assert "#" not in olga.page.url
    shoot(olga.page, "day-organise")


def set_facts_and_rules(olga: Person, shoot: Shoot) -> None:
    """Title, approval, a block of text and the code of conduct; the public page shows them at once."""
    page = olga.page
    olga.at("/organise/settings", "Organise")
    facts = page.locator("#facts")
    facts.get_by_label("Title", exact=True).fill("Assembly of a test")
    # Nobody is to write to the people of the default event.
    facts.get_by_label("Name", exact=False).first.fill("Olga")
    facts.get_by_label("E-mail address").fill("olga@example.org")
    facts.get_by_label("Telephone").fill("")
    olga.button("Save", facts).click()
    olga.told("Saved.")
    rules = page.locator("#rules")
    rules.get_by_role("radio", name="With approval").check()
    olga.button("Save", rules).click()
    page.get_by_role("button", name="Add a block").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title", exact=True).fill("How to get there")
    dialog.get_by_label("Text", exact=True).fill("Open **the page**, register, come in.")
    shoot(page, "day-block")
    olga.button("Save", dialog).click()
    dialog.wait_for(state="hidden")
    conduct = page.locator("#conduct")
    conduct.get_by_label("Text", exact=True).fill("Be kind to each other.")
    olga.button("Save", conduct).click()
    olga.told("Saved as a new version.")
    shoot(page, "day-settings")
    olga.at("/event", "Assembly of a test").page.get_by_role("heading", name="How to get there").wait_for()
    olga.reads("the organisers approve each registration")
    olga.at("/conduct", "Code of conduct").reads("Be kind to each other.")


def import_programme(olga: Person, folder: Path, shoot: Shoot) -> None:
    """A file, what it would change, and its sessions in the programme that everybody sees."""
    file = folder / "schedule.json"
    file.write_bytes(schedule("A day", [("Opening of the day", 10, "Plenary auditorium"), ("A round", 75, "Room X")]))
    olga.at("/organise/programme", "Organise")
    olga.button("Import").click()
    dialog = olga.page.get_by_role("dialog", name="Import a programme")
    dialog.get_by_label("Programme file").set_input_files(file)
    dialog.get_by_text("2 sessions are new").wait_for()
    dialog.get_by_role("radio", name="Remove them").check()
    dialog.get_by_text("Not in the file (17)").click()
    dialog.get_by_text("Removed", exact=True).first.wait_for()
    expect(dialog.get_by_text("Room X").first).to_be_visible()
    shoot(olga.page, "day-import")
    olga.button("Apply these changes", dialog).click()
    olga.told("Imported")
    titles = {value["title"] for _, value in olga.things("session").values()}
    assert titles == {"Opening of the day", "A round"}
    olga.at("/programme", "Draft programme").reads("Opening of the day")
    shoot(olga.page, "day-programme")


def register_by_form(person: Person, name: str, address: str) -> None:
    """The form, and the page that says what comes next."""
    person.at("/register", "Register")
    page = person.page
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("radio", name="Member State").check()
    country = page.get_by_role("combobox", name="Country")
    country.fill("Spain")
    country.press("Enter")
    page.get_by_label("Organisation").first.fill("City of Somewhere")
    page.get_by_role("checkbox", name="I have read").check()
    person.button("Register").click()
    page.get_by_role("heading", name="One more step: open your letter").wait_for()
    person.reads("This server sends no mail")


def sign_in_by_code(person: Person, address: str) -> None:
    """The code of the letter, on the page that follows the form; small letters do as well."""
    form = person.page.locator("form").filter(has=person.page.get_by_role("textbox", name="Code"))
    form.get_by_role("textbox", name="Code").fill(person.letters.wait(address).code.lower())
    person.button("Sign in", form).click()
    person.page.get_by_role("heading", name="My registration", level=1).wait_for()


def sign_in_by_link(person: Person, address: str) -> None:
    """The link of the letter, after a program that looks at mail has opened it, too."""
    link = person.letters.wait(address).link
    assert urllib.request.urlopen(link.partition("#")[0]).status == 200
    person.page.goto(link)
    person.button("Sign in", person.page.locator("form")).click()
    person.page.get_by_role("heading", name="My registration", level=1).wait_for()


def approve_both(olga: Person, shoot: Shoot) -> None:
    """Two people at once, with a note that stands in their letters."""
    page = olga.at("/organise/people", "Organise").page
    page.get_by_role("checkbox", name="Choose Ana").check()
    page.get_by_role("checkbox", name="Choose Ben").check()
    page.get_by_text("2 people chosen").wait_for()
    shoot(page, "day-people")
    olga.button("Approve").click()
    dialog = page.get_by_role("dialog", name="Approve 2 people")
    dialog.get_by_label("Note for the letter").fill("Welcome from the organisers")
    shoot(page, "day-approve")
    olga.button("Approve", dialog).click()
    olga.told("Approved: 2 people")


def test_people_hear_where_they_stand_and_find_their_seat(
    venue: ServerProcess, olga: Person, contexts: Contexts, shoot: Shoot
) -> None:
    olga.set_policies(registration="approval", capacity=0)
    olga.run_session("Opening of the day", "plenary")
    cleo, dan, eve = (Person(contexts(), venue) for _ in range(3))
    for person, name in ((cleo, "Cleo"), (dan, "Dan"), (eve, "Eve")):
        register_by_form(person, name, f"{name.lower()}@example.org")
        sign_in_by_code(person, f"{name.lower()}@example.org")
        person.reads("The organisers look at your registration.")
    refused_at_the_door(cleo, "have not decided about your registration yet")
    shoot(cleo.page, "day-not-yet")

    olga.decide("people.decline", "Dan", note="All talks are about other things.")
    dan.reads("You are not signed in on this device")
    assert "All talks are about other things." in dan.letters.wait("dan@example.org", "Your registration for").text
    refused_at_the_door(dan, "admits registered people only")

    olga.set_policies(capacity=olga.taken() + 1)
    olga.decide("people.approve", "Cleo")
    olga.decide("people.approve", "Eve")
    eve.at("/my", "My registration").reads("You are number 1 on the list.")
    shoot(eve.page, "day-waiting")
    refused_at_the_door(eve, "waiting list")

    cleo.page.goto(f"{cleo.url}/enter")
    cleo.button("Enter").click()
    cleo.reads("Read it and agree to it: everybody here does.")
    shoot(cleo.page, "day-conduct")
    cleo.enter_registered()
    programme = cleo.panel("Draft programme", "Programme")
    programme.get_by_role("searchbox").fill("opening of the day")
    programme.get_by_role("button", name="Opening of the day").first.click()
    shoot(cleo.page, "day-panel-programme")
    cleo.button("Go to Plenary auditorium", programme).click()
    cleo.is_in("Plenary auditorium")
    walk_to_a_seat(cleo)
    shoot(cleo.page, "day-seated")
    olga.set_policies(capacity=0)


def refused_at_the_door(person: Person, words: str) -> None:
    """The entry page says why, and has no button that enters."""
    person.page.goto(f"{person.url}/enter")
    person.reads(words)
    assert not person.button("Enter").is_visible()


def test_a_moderator_lets_people_in_and_declines_them(
    venue: ServerProcess, olga: Person, contexts: Contexts, shoot: Shoot
) -> None:
    olga.run_session("A round", "seminar_3")
    mona, fay, gil = (olga.admit(Person(contexts(), venue), name) for name in ("Mona", "Fay", "Gil"))
    give_role(olga, "Mona", "Moderator", "Room: Seminar room 3", shoot)
    # A badge that says who he is, and does not open this door.
    olga.do("roles.grant", person=fay.person, role="speaker", scope={"room": "plenary"})
    for person in (mona, fay):
        person.enter_registered()

    card = mona.room_card("Seminar room 3")
    mona.button("Manage", card).click()
    card.get_by_label("Who may come in").select_option("waiting_room")
    card.get_by_text("Waiting room", exact=True).first.wait_for()
    ask_in(fay, "Seminar room 3")
    shoot(fay.page, "day-asked")
    waiting = card.get_by_role("region", name="Manage Seminar room 3").get_by_role("listitem").filter(has_text="Fay")
    waiting.get_by_text("Speaker", exact=True).wait_for()
    waiting.get_by_text("City of Somewhere").wait_for()
    shoot(mona.page, "day-waiting-room")
    mona.button("Let in", waiting).click()
    fay.told("You may go into")
    fay.room_card("Seminar room 3").get_by_text("You may go in", exact=True).wait_for()
    fay.go_from_card("Seminar room 3")
    fay.is_in("Seminar room 3")
    shoot(fay.page, "day-admitted")

    fay.context.close()
    gil.enter_registered()
    ask_in(gil, "Seminar room 3")
    waiting = card.get_by_role("listitem").filter(has_text="Gil")
    mona.button("Decline …", waiting).click()
    waiting.get_by_label("A note for Gil").fill("The round is for its members.")
    shoot(mona.page, "day-decline")
    mona.button("Decline", waiting).click()
    gil.room_card("Seminar room 3").get_by_text("The round is for its members.").wait_for()
    shoot(gil.page, "day-declined")
    gil.go_from_card("Seminar room 3")
    gil.told("You were not let in: The round is for its members.")
    assert gil.state()["self"]["room"] != "Seminar room 3"


def ask_in(person: Person, room: str) -> None:
    """Ask to be let in, from the panel."""
    card = person.room_card(room)
    card.get_by_text("A moderator lets people in one by one.").wait_for()
    person.button("Ask to be let in", card).click()
    card.get_by_text("You are next in the line").wait_for()


def give_role(olga: Person, name: str, role: str, where: str, shoot: Shoot) -> None:
    """By the pages of organisers."""
    page = olga.at("/organise/people", "Organise").page
    olga.button(name).click()
    dialog = page.get_by_role("dialog", name=name)
    olga.button("Give a role", dialog).click()
    dialog.get_by_label("Role", exact=True).select_option(label=role)
    dialog.get_by_label("Where").select_option(label=where)
    shoot(page, "day-give-role")
    olga.button("Give it", dialog).click()
    olga.told("The role was given.")


def test_the_chair_opens_and_ends_the_session_and_the_doors_follow(
    venue: ServerProcess, olga: Person, contexts: Contexts, shoot: Shoot
) -> None:
    olga.edit_room("seminar_2", idle_door="closed", session_door="open", lead_out=True)
    olga.run_session("Second round", "seminar_2", live=False)
    hugo, ines = (olga.admit(Person(contexts(), venue), name) for name in ("Hugo", "Ines"))
    olga.do("roles.grant", person=hugo.person, role="chair", scope={"room": "seminar_2"})
    for person in (hugo, ines):
        person.enter_registered()
    card = ines.room_card("Seminar room 2")
    card.get_by_text("The room is closed at the moment.").wait_for()
    led = hugo.room_card("Seminar room 2")
    hugo.button("Manage", led).click()
    shoot(hugo.page, "day-chair")
    hugo.button("Open the doors", led).click()
    card.get_by_text("Doors open", exact=True).wait_for()
    ines.go_from_card("Seminar room 2")
    ines.is_in("Seminar room 2")

    hugo.button("Begin", led).click()
    ines.room_card("Seminar room 2").get_by_text("Live", exact=True).wait_for()
    shoot(ines.page, "day-live")
    hugo.button("End", led).click()
    hugo.button("End", hugo.page.get_by_role("alertdialog")).click()
    ines.until(lambda state: state["self"]["room"] != "Seminar room 2")
    said = ines.told("is closed now.")
    assert "Seminar room 2" in said
    # He stands at other doors now.
    assert "Seminar room 4" not in said
    shoot(ines.page, "day-led-out")
    card = ines.room_card("Seminar room 2")
    card.get_by_text("The room is closed at the moment.").wait_for()
    ines.go_from_card("Seminar room 2")
    ines.told("The room is closed at the moment.")
    assert ines.state()["self"]["room"] != "Seminar room 2"


def test_the_room_fills_up_and_the_next_one_follows_in_the_flat_view(
    venue: ServerProcess, olga: Person, contexts: Contexts, shoot: Shoot
) -> None:
    olga.edit_room("seminar_4", capacity=1, reserved=0)
    olga.run_session("Small round", "seminar_4")
    jan, kim = (olga.admit(Person(contexts(), venue), name) for name in ("Jan", "Kim"))
    jan.enter_registered(flat=True)
    jan.go_from_card("Seminar room 4")
    jan.is_in("Seminar room 4")
    kim.enter_registered()
    card = kim.room_card("Seminar room 4")
    card.get_by_text("Full: 1 inside").wait_for()
    kim.go_from_card("Seminar room 4")
    kim.told("The room is full.")
    assert kim.state()["self"]["room"] != "Seminar room 4"
    shoot(kim.page, "day-full")
    place = kim.stands()
    kim.button("Follow it in the flat view").click()
    flat = kim.until(lambda state: state["view"] == "flat")
    assert distance(flat["self"], place) < 0.5
    shoot(kim.page, "day-flat")
    kim.panel("Draft programme", "Programme").get_by_text("Small round").first.wait_for()
    jan.page.get_by_text("2", exact=True).first.wait_for()
    jan.go_from_card("Foyer")
    jan.is_in("Foyer")
    kim.room_card("Seminar room 4").get_by_text("0 of 1 inside").wait_for()
    kim.go_from_card("Seminar room 4")
    kim.is_in("Seminar room 4")
    kim.button("More").click()
    kim.button("3D view").click()
    kim.until(lambda state: state["view"] == "picture")
    kim.is_in("Seminar room 4")
