"""Sound and pictures between real browsers, driven without panels: what is drawn moves, what is heard is the tone.

The speaker's page draws a moving picture and makes a tone itself, so that nothing depends on a machine's devices.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.e2e.conftest import make_server
from tests.e2e.people import Contexts, Person, organiser
from tests.e2e.visitor import PATIENCE_S

from turia.testing.server_process import ServerProcess

pytestmark = pytest.mark.e2e

ROOM = "plenary"
#: As loud as the tone is played, and what rounding and fades leave of it.
TONE, HEARD = 0.25, 0.15

_SPEAK = """async ({room, session, tone}) => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 640, height: 360});
  const brush = canvas.getContext("2d");
  let x = 0;
  setInterval(() => {
    brush.fillStyle = "#204060"; brush.fillRect(0, 0, 640, 360);
    brush.fillStyle = "#ffcc00"; brush.fillRect((x += 16) % 640, 100, 120, 120);
  }, 50);
  const context = new AudioContext();
  const volume = new GainNode(context, {gain: tone});
  const out = context.createMediaStreamDestination();
  const oscillator = new OscillatorNode(context, {frequency: 440});
  oscillator.connect(volume).connect(out);
  oscillator.start();
  const media = await window.__turia.openMedia();
  const where = {room, session};
  window.talk = {
    camera: media.publish("camera", canvas.captureStream(20).getVideoTracks()[0], where),
    microphone: media.publish("microphone", out.stream.getAudioTracks()[0], where),
  };
}"""
_WATCH = """async (room) => {
  const media = await window.__turia.openMedia();
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "position: fixed; left: 0; top: 0; width: 320px; height: 180px; z-index: 9999";
  document.body.append(canvas);
  window.watched = {canvas, media, begun: performance.now(), first: null};
  media.watch(room);
  media.rooms.subscribe((rooms) => {
    const picture = rooms.get(room)?.pictures[0];
    if (picture === undefined || picture.id === window.watched.id) return;
    window.watched.id = picture.id;
    media.attachCanvas(picture, canvas);
    media.onFrame(picture, () => { window.watched.first ??= performance.now() - window.watched.begun; }, {width: 320});
  });
}"""
#: Where the yellow square is in the canvas, as a share of its width; null while it is not there.
_SQUARE = """() => {
  const {canvas} = window.watched;
  if (canvas.width < 100) return null;
  const row = canvas.getContext("2d").getImageData(0, Math.round(canvas.height * 0.44), canvas.width, 1).data;
  for (let x = 0; x < canvas.width; x++)
    if (row[4 * x] > 180 && row[4 * x + 1] > 140 && row[4 * x + 2] < 110) return x / canvas.width;
  return null;
}"""
#: What a browser is like that knows no WebCodecs.
_WITHOUT_CODECS = (
    "for (const name of ['VideoDecoder', 'VideoEncoder', 'AudioDecoder', 'AudioEncoder']) delete window[name];"
)


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """An event without guests."""
    with make_server(tmp_path_factory.mktemp("media"), profile="event") as running:
        yield running


def media(person: Person) -> Any:
    """What goes on in his page with sound and pictures."""
    return person.page.evaluate("() => window.__turia.getMedia()")


def until(person: Person, what: str, wanted: Any) -> Any:
    """Wait until the media of his page are as wanted."""
    deadline = time.monotonic() + PATIENCE_S
    while (found := media(person)) is None or not wanted(found):
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE_S:.0f} s; last: {found}"
        person.page.wait_for_timeout(100)
    return found


def hears(person: Person, *, loud: bool) -> None:
    """Wait until the tone comes out of his loudspeaker, or nothing does."""
    until(person, f"heard: {loud}", lambda now: now["heard"] > HEARD if loud else now["heard"] < 0.01)


def sees_it_move(person: Person) -> None:
    """Wait until the square is seen in three places."""
    places: set[float] = set()
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        place = person.page.evaluate(_SQUARE)
        if place is not None:
            places.add(round(place, 2))
        if len(places) >= 3:
            return
        person.page.wait_for_timeout(100)
    raise AssertionError(f"the square was seen at {places} only; {media(person)}")


def phase(speaker: Person, source: str) -> dict[str, Any]:
    """State of what he publishes."""
    state: dict[str, Any] = speaker.page.evaluate(f"() => window.talk.{source}.state.get()")
    return state


def test_a_talk_is_seen_and_heard_and_a_mute_reaches_everybody(venue: ServerProcess, contexts: Contexts) -> None:
    olga = organiser(Person(contexts(), venue), venue)
    session = olga.run_session("A talk", ROOM)
    mona = olga.admit(Person(contexts(), venue), "Mona")
    olga.do("roles.grant", person=mona.person, role="speaker", scope={"session": session})
    mona.enter_registered(flat=True)
    mona.page.evaluate(_SPEAK, {"room": ROOM, "session": session, "tone": TONE})
    until(mona, "refused off the air", lambda now: {each["code"] for each in now["publications"]} == {"not_on_air"})
    assert "Go on air first" in phase(mona, "camera")["message"]

    mona.do("stage.go_on_air", session=session, sources=["camera", "microphone"])
    mona.page.evaluate("() => { for (const each of Object.values(window.talk)) each.retry(); }")
    until(mona, "live", lambda now: all(each["phase"] == "live" for each in now["publications"]))

    nils = olga.admit(Person(contexts(), venue), "Nils").enter_registered(flat=True)
    odd = contexts()
    odd.add_init_script(_WITHOUT_CODECS)
    wim = olga.admit(Person(odd, venue), "Wim").enter_registered(flat=True)
    for person in (nils, wim):
        person.page.evaluate(_WATCH, ROOM)
    sees_it_move(nils)
    hears(nils, loud=True)
    hears(wim, loud=True)
    support = wim.page.evaluate("() => window.watched.media.support")
    assert support["audio"] == "wasm"
    assert "you hear them, and see slides and captions" in support["note"]
    assert not [track for track in media(mona)["tracks"] if track["framesReceived"]], "her own sound came back to her"

    mona.page.evaluate("() => window.talk.microphone.mute(true)")
    hears(nils, loud=False)
    mona.page.evaluate("() => window.talk.microphone.mute(false)")
    hears(nils, loud=True)

    olga.do("microphone.mute", person=mona.person, room=ROOM, reason="There is an echo")
    hears(nils, loud=False)
    hears(wim, loud=False)
    until(mona, "told why", lambda _: "There is an echo" in phase(mona, "microphone")["message"])
    sees_it_move(nils)

    nils.page.evaluate("() => window.watched.media.setLowBandwidth(true)")
    until(nils, "no picture", lambda now: all(each["arrival"] == "idle" for each in now["tracks"]))
    assert not media(nils)["errors"]
