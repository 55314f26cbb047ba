import { afterEach, describe, expect, it, vi } from "vitest";
import type { CaptureError } from "./api";
import { Devices, openCamera, openMicrophone, openScreen } from "./capture";

class FakeTrack extends EventTarget {
  readonly kind = "video";
  readonly label = "A camera";
  stopped = false;
  stop(): void {
    this.stopped = true;
  }
}

function stub(devices: object | undefined, secure = true): void {
  vi.stubGlobal("navigator", { mediaDevices: devices });
  vi.stubGlobal("window", { isSecureContext: secure });
}

const failing = (name: string): object => {
  const fail = (): Promise<never> => Promise.reject(new DOMException("", name));
  return { getUserMedia: fail, getDisplayMedia: fail };
};

const refused = async (opening: Promise<unknown>): Promise<[string, string]> => {
  const error = (await opening.then(
    () => null,
    (caught: unknown) => caught,
  )) as CaptureError;
  return [error.code, error.message];
};

afterEach(() => vi.unstubAllGlobals());

describe("capture", () => {
  it("says what to do when a device cannot be had", async () => {
    const codes: [string, string][] = [
      ["NotAllowedError", "denied"],
      ["NotFoundError", "none"],
      ["NotReadableError", "busy"],
      ["OverconstrainedError", "unplugged"],
      ["TypeError", "failed"],
    ];
    for (const [name, code] of codes) {
      stub(failing(name));
      const [got, message] = await refused(openMicrophone());
      expect(got).toBe(code);
      expect(message).toMatch(/microphone.*(Allow|Plug|Close|Choose|Try) /);
    }
  });

  it("knows a device that was chosen once and is gone, and a screen that was not chosen", async () => {
    stub(failing("NotFoundError"));
    expect((await refused(openCamera({ device: "gone" })))[0]).toBe("unplugged");
    stub(failing("NotAllowedError"));
    expect((await refused(openScreen()))[0]).toBe("cancelled");
  });

  it("says so where there are no devices at all, or not without https", async () => {
    stub(undefined, false);
    expect((await refused(openCamera()))[1]).toContain("https");
    stub({ getUserMedia: () => undefined });
    expect((await refused(openScreen()))[0]).toBe("unsupported");
  });

  it("tells when a device was unplugged, and stops it", async () => {
    const track = new FakeTrack();
    stub({ getUserMedia: async () => ({ getVideoTracks: () => [track] }) });
    const capture = await openCamera();
    expect([capture.label, capture.ended.get()]).toEqual(["A camera", ""]);
    track.dispatchEvent(new Event("ended"));
    expect(capture.ended.get()).toContain("unplugged");
    capture.stop();
    expect(track.stopped).toBe(true);
    expect(capture.ended.get()).toContain("unplugged");
  });
});

describe("devices", () => {
  it("have names even before the browser tells them, and follow changes", async () => {
    const target = new EventTarget();
    let found = [
      { kind: "videoinput", deviceId: "", label: "" },
      { kind: "audioinput", deviceId: "m", label: "Headset" },
      { kind: "audiooutput", deviceId: "", label: "" },
    ];
    stub(Object.assign(target, { enumerateDevices: async () => found }));
    const devices = new Devices();
    await devices.refresh();
    expect(devices.lists.get()).toEqual({
      cameras: [{ id: "", label: "Camera 1" }],
      microphones: [{ id: "m", label: "Headset" }],
      speakers: [],
    });
    found = [];
    target.dispatchEvent(new Event("devicechange"));
    await new Promise((done) => setImmediate(done));
    expect(devices.lists.get().microphones).toEqual([]);
    devices.close();
  });
});
