"""What the two pages of bench ``glass`` do, in JavaScript. Times are milliseconds of the wall clock, the same in all
pages of a machine: ``performance.timeOrigin + performance.now()``.

The picture is a clock: 24 bits of the milliseconds at which it was drawn, Gray-coded so that a frame caught between two
pictures is off by one bit at most, and 8 bits to check them, as 32 black and white cells. The sound is a soft tone with
a burst each second, whose pitch says which second it is.
"""

from __future__ import annotations

from typing import Final

#: Of the clock: columns and rows of cells.
COLUMNS: Final = 8
ROWS: Final = 4
#: Bursts: pitches from BASE_HZ in steps of STEP_HZ, PITCHES of them; the soft tone is always there.
BASE_HZ: Final = 600
STEP_HZ: Final = 200
PITCHES: Final = 8

_SHARED: Final = f"""
  const COLUMNS = {COLUMNS}, ROWS = {ROWS}, BASE = {BASE_HZ}, STEP = {STEP_HZ}, PITCHES = {PITCHES};
  const now = () => performance.timeOrigin + performance.now();
  const check = (value) => (value ^ (value >> 8) ^ (value >> 16)) & 0xff;
"""

#: Before anything else, in both pages: notes each frame that leaves or arrives, by its head (docs/media.md).
WIRE: Final = (
    """(() => {"""
    + _SHARED
    + """
  const wire = (window.__wire = []);
  const note = (data) => {
    if (!(data instanceof ArrayBuffer)) return;
    const bytes = new Uint8Array(data), view = new DataView(data);
    for (let i = 0; i < Math.min(60, bytes.length - 28); i++) {
      if (bytes[i] !== 0xa1 || bytes[i + 1] !== 0x6d) continue;
      const width = { 0xc4: 1, 0xc5: 2, 0xc6: 4 }[bytes[i + 2]];
      if (width === undefined) continue;
      const head = i + 3 + width;
      if (bytes[head + 3] === 0 && wire.length < 20000)
        wire.push([view.getUint16(head, true), bytes[head + 5],
                   view.getUint32(head + 14, true) + 2 ** 32 * view.getUint16(head + 18, true), now(),
                   bytes.length, bytes[head + 2] & 1]);
      return;
    }
  };
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(url, protocols) {
      super(url, protocols);
      this.__media = String(url).includes("/media.io/");
      if (this.__media) this.addEventListener("message", (event) => note(event.data));
    }
    send(data) {
      if (this.__media) note(ArrayBuffer.isView(data)
        ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) : data);
      super.send(data);
    }
  };
  // Whatever goes to the loudspeaker is looked at, too.
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...more) {
    if (to instanceof AudioDestinationNode && window.__tap === undefined) {
      window.__tap = new AnalyserNode(to.context, { fftSize: 32768 });
      connect.call(this, window.__tap);
    }
    return connect.call(this, to, ...more);
  };
})();"""
)

#: The speaker's page: publishes; ``window.__bursts()`` tells when each burst was made since the last call.
SPEAK: Final = (
    """async ({room, session, width, height, rate, sound, picture}) => {"""
    + _SHARED
    + """
  const canvas = Object.assign(document.createElement("canvas"), {width, height});
  const brush = canvas.getContext("2d", {alpha: false});
  const draw = () => {
    const value = Math.round(now()) % 2 ** 24, gray = value ^ (value >> 1);
    const cells = gray + check(gray) * 2 ** 24;
    for (let i = 0; i < COLUMNS * ROWS; i++) {
      brush.fillStyle = Math.floor(cells / 2 ** i) % 2 ? "#f0f0f0" : "#101010";
      const x = i % COLUMNS, y = Math.floor(i / COLUMNS);
      brush.fillRect(x * width / COLUMNS, y * height / ROWS, width / COLUMNS, height / ROWS);
    }
  };
  draw();
  setInterval(draw, 1000 / rate);

  const context = new AudioContext({latencyHint: "interactive", sampleRate: 48000});
  const out = context.createMediaStreamDestination();
  const burst = new GainNode(context, {gain: 0});
  const pitch = new OscillatorNode(context, {frequency: BASE});
  pitch.connect(burst).connect(out);
  pitch.start();
  const bed = new OscillatorNode(context, {frequency: 300});
  bed.connect(new GainNode(context, {gain: 0.05})).connect(out);
  bed.start();
  // When the context renders what: the least difference is the truth, anything more was this page being late.
  let offsets = [], made = [], number = 0;
  const first = context.currentTime + 1;
  setInterval(() => {
    offsets.push([now(), now() - context.currentTime * 1000]);
    if (offsets.length > 400) offsets = offsets.slice(-200);
    while (first + number < context.currentTime + 0.5) {
      const at = first + number;
      pitch.frequency.setValueAtTime(BASE + STEP * (number % PITCHES), at - 0.01);
      burst.gain.setValueAtTime(0.6, at);
      burst.gain.setValueAtTime(0, at + 0.06);
      made.push([number++, at]);
    }
  }, 20);
  window.__bursts = () => {
    const done = made.filter(([, at]) => at < context.currentTime - 1);
    made = made.filter(([, at]) => at >= context.currentTime - 1);
    return done.map(([number, at]) => {
      const near = offsets.filter(([when, offset]) => Math.abs(when - offset - at * 1000) < 1000);
      return [number, at * 1000 + Math.min(...near.map(([, offset]) => offset))];
    }).filter(([, at]) => Number.isFinite(at));
  };
  const media = await window.__turia.openMedia();
  const where = {room, session, twoQualities: false};
  window.__talk = [];
  if (picture) window.__talk.push(media.publish("camera", canvas.captureStream().getVideoTracks()[0], where));
  if (sound) window.__talk.push(media.publish("microphone", out.stream.getAudioTracks()[0], where));
}"""
)

#: The viewer's page: watches; ``window.__seen()`` tells what was seen and heard since the last call.
WATCH: Final = (
    """async ({room, width}) => {"""
    + _SHARED
    + """
  const media = await window.__turia.openMedia();
  window.__media = media;
  const small = Object.assign(document.createElement("canvas"), {width: COLUMNS * 16, height: ROWS * 16});
  const brush = small.getContext("2d", {alpha: false, willReadFrequently: true});
  let shown = [], unreadable = 0;
  const read = (frame) => {
    const at = now();
    brush.drawImage(frame, 0, 0, small.width, small.height);
    const pixels = brush.getImageData(0, 0, small.width, small.height).data;
    let gray = 0, checked = 0;
    for (let i = 0; i < COLUMNS * ROWS; i++) {
      const x = (i % COLUMNS) * 16 + 8, y = Math.floor(i / COLUMNS) * 16 + 8;
      const white = pixels[4 * (y * small.width + x) + 1] > 127 ? 1 : 0;
      if (i < 24) gray += white * 2 ** i; else checked += white * 2 ** (i - 24);
    }
    if (check(gray) !== checked) { unreadable++; shown.push([null, at, frame.timestamp]); return; }
    let value = gray;
    for (let shift = 1; shift < 24; shift *= 2) value ^= value >> shift;
    const today = Math.round(at);
    let drawn = today - (today % 2 ** 24) + value;
    if (drawn > today + 2 ** 23) drawn -= 2 ** 24;
    shown.push([drawn, at, frame.timestamp]);
  };
  media.watch(room);
  let stop = null, id = null;
  media.rooms.subscribe((rooms) => {
    const picture = rooms.get(room)?.pictures[0];
    if (picture === undefined || picture.id === id) return;
    id = picture.id;
    stop?.();
    stop = media.onFrame(picture, read, {width});
  });

  let heard = [], silent = 0, longest = 0, run = 0, listened = 0, latency = [];
  let last = null, lastLoud = -1, onset = null;
  const window_ = new Float32Array(32768);
  const listen = () => {
    const tap = window.__tap;
    if (tap === undefined || tap.context.state !== "running") return;
    const {context} = tap, at = context.currentTime, rate = context.sampleRate;
    tap.getFloatTimeDomainData(window_);
    const stamp = context.getOutputTimestamp();
    const fresh = Math.abs(stamp.performanceTime - performance.now()) < 1000 && stamp.contextTime > 0;
    // from a context time to when that sample leaves the loudspeaker
    const leaves = (time) => performance.timeOrigin + (fresh
      ? stamp.performanceTime + (time - stamp.contextTime) * 1000
      : performance.now() + (time - at) * 1000 + (context.outputLatency || 0) * 1000);
    latency.push(leaves(at) - now());
    const count = last === null ? 0 : Math.min(window_.length, Math.round((at - last) * rate));
    last = at;
    const hop = 48;
    for (let from = window_.length - count; from + hop <= window_.length; from += hop) {
      let peak = 0;
      for (let i = from; i < from + hop; i++) peak = Math.max(peak, Math.abs(window_[i]));
      const time = at - (window_.length - from) / rate;
      listened++;
      if (peak < 0.008) { silent++; run++; longest = Math.max(longest, run); } else run = 0;
      if (peak > 0.2) {
        if (time - lastLoud > 0.2) onset = {time, left: 30, last: 0, first: -1, crossings: 0, seen: 0};
        lastLoud = time;
      }
      if (onset !== null) {
        for (let i = from; i < from + hop; i++, onset.seen++) {
          if (onset.last < 0 && window_[i] >= 0) {
            if (onset.first < 0) onset.first = onset.seen; else onset.crossings++;
            onset.end = onset.seen;
          }
          onset.last = window_[i];
        }
        if (--onset.left === 0) {
          const pitch = onset.crossings * rate / Math.max(1, onset.end - onset.first);
          heard.push([Math.round((pitch - BASE) / STEP), leaves(onset.time)]);
          onset = null;
        }
      }
    }
  };
  setInterval(listen, 15);
  window.__seen = () => {
    const told = {shown, unreadable, heard, silent, longest, listened, latency: Math.max(0, ...latency.slice(-50)),
                  wire: window.__wire.splice(0), media: window.__turia.getMedia(), statistics: media.statistics.get()};
    shown = []; unreadable = 0; heard = []; silent = 0; longest = 0; listened = 0; latency = []; run = 0;
    return told;
  };
}"""
)
