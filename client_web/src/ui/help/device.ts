export type InputDevice = "keyboard" | "touch" | "gamepad";

/** What the guide explains first: the device used last wins, then what is plugged in. */
export function guideDevice(touch: boolean, gamepad: boolean): InputDevice {
  if (touch) return "touch";
  return gamepad ? "gamepad" : "keyboard";
}

/** Whether a gamepad is connected and awake. */
export function gamepadPresent(): boolean {
  try {
    return navigator.getGamepads().some((pad) => pad?.connected ?? false);
  } catch {
    // Forbidden by a permissions policy: there is none for us.
    return false;
  }
}
