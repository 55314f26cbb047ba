import type { Preflight, Quality } from "../../app/ports";

export interface DeviceSummary {
  readonly tone: "wait" | "good" | "warn";
  readonly text: string;
}

const QUALITY: Readonly<Record<Quality, string>> = {
  high: "full detail",
  medium: "medium detail",
  low: "less detail, so that it stays smooth",
};

/** One sentence about this device for the entry page. */
export function deviceSummary(preflight: Preflight): DeviceSummary {
  if (!preflight.can3d && preflight.done)
    return { tone: "warn", text: "This browser cannot show the venue in 3D. The flat view works." };
  if (!preflight.done) return { tone: "wait", text: "Checking this device. You can enter already." };
  const bad = preflight.items.filter((item) => !item.ok);
  const detail = `Shown in ${QUALITY[preflight.quality]}.`;
  if (bad.length === 0) return { tone: "good", text: `This device is ready. ${detail}` };
  const what = bad.map((item) => item.title.toLowerCase()).join(", ");
  return { tone: "warn", text: `You can enter with this device. Not as good as it could be: ${what}. ${detail}` };
}
