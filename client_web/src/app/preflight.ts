/** What this device can do, found in under a second, in words for people; picks the quality to start with. */

import type { Preflight, PreflightItem, Quality } from "./ports";

/** What is looked at: given, so that tests need no browser. */
export interface Device {
  /** Name of the graphics chip, "" if not told, null without WebGL2. */
  readonly gpu: string | null;
  readonly secure: boolean;
  /** Secure because it is this very machine, without https. */
  readonly local: boolean;
  readonly webSocket: boolean;
  /** Gigabytes, or null where the browser does not tell. */
  readonly memoryGb: number | null;
  readonly cores: number;
  readonly touch: boolean;
  readonly roundTripMs: number | null;
}

const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;
const WEAK = /mali-4|mali-t|adreno \(tm\) [345]|powervr|intel.*(hd|gma)/i;

export function judge(device: Device): Preflight {
  const items = [webgl(device), gpu(device), network(device), socket(device), secure(device), memory(device)];
  return {
    done: true,
    items,
    quality: qualityOf(device),
    can3d: device.gpu !== null && device.webSocket,
    roundTripMs: device.roundTripMs,
  };
}

export function qualityOf(device: Device): Quality {
  if (device.gpu === null || SOFTWARE.test(device.gpu) || device.cores <= 2) return "low";
  if (WEAK.test(device.gpu) || (device.memoryGb !== null && device.memoryGb <= 2)) return "low";
  if (device.touch || (device.memoryGb !== null && device.memoryGb <= 4)) return "medium";
  return "high";
}

function webgl({ gpu }: Device): PreflightItem {
  return {
    id: "webgl2",
    title: "3D graphics",
    ok: gpu !== null,
    text:
      gpu !== null
        ? "This browser can draw the venue."
        : "This browser has no WebGL2, which the 3D picture needs. Turn on hardware acceleration in its settings, or use another browser or device.",
  };
}

function gpu({ gpu: name }: Device): PreflightItem {
  const software = name !== null && SOFTWARE.test(name);
  return {
    id: "gpu",
    title: "Graphics speed",
    ok: name !== null && !software,
    text: software
      ? "Graphics are computed without the graphics chip: the picture will be slow and simple. Turn on hardware acceleration in the browser's settings if you can."
      : name === null
        ? "No graphics chip can be used."
        : "Graphics are computed by the graphics chip.",
  };
}

function network({ roundTripMs }: Device): PreflightItem {
  const measured = roundTripMs !== null;
  const good = measured && roundTripMs < 400;
  return {
    id: "network",
    title: "Network",
    ok: good,
    text: !measured
      ? "The venue did not answer in time. Check your connection."
      : good
        ? `The venue answers in ${Math.round(roundTripMs)} ms.`
        : `The venue answers in ${Math.round(roundTripMs)} ms: others will move with a delay.`,
  };
}

function socket({ webSocket }: Device): PreflightItem {
  return {
    id: "websocket",
    title: "Live connection",
    ok: webSocket,
    text: webSocket
      ? "Live connections are possible."
      : "This browser has no WebSocket connections. Use a current browser.",
  };
}

function secure({ secure: ok, local }: Device): PreflightItem {
  return {
    id: "secure",
    title: "Secure address",
    ok,
    text: !ok
      ? "The page is not on a secure address (https): walking works, camera and microphone will not."
      : local
        ? "The venue runs on this machine, so nothing needs to be encrypted on the way."
        : "What you send and see is encrypted on the way (https).",
  };
}

function memory({ memoryGb }: Device): PreflightItem {
  const ok = memoryGb === null || memoryGb > 1;
  return {
    id: "memory",
    title: "Memory",
    ok,
    text: ok ? "There is enough memory." : "This device has little memory: close other tabs if the picture stops.",
  };
}

/** Looks at this browser. */
export function lookAtDevice(roundTripMs: number | null): Device {
  const nav = navigator as Navigator & { deviceMemory?: number };
  return {
    gpu: gpuName(),
    secure: window.isSecureContext,
    local: window.isSecureContext && location.protocol === "http:",
    webSocket: typeof WebSocket === "function",
    memoryGb: nav.deviceMemory ?? null,
    cores: nav.hardwareConcurrency || 4,
    touch: matchMedia("(pointer: coarse)").matches,
    roundTripMs,
  };
}

function gpuName(): string | null {
  try {
    const context = document.createElement("canvas").getContext("webgl2");
    if (context === null) return null;
    const info = context.getExtension("WEBGL_debug_renderer_info");
    const name: unknown = context.getParameter(info === null ? context.RENDERER : info.UNMASKED_RENDERER_WEBGL);
    // Browsers allow few contexts: give this one back at once.
    context.getExtension("WEBGL_lose_context")?.loseContext();
    return typeof name === "string" ? name : "";
  } catch {
    return null;
  }
}
