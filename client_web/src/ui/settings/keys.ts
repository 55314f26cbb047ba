/** Remapping keys: conflicts and changes. Pure. */

import type { KeyAction, Settings } from "../../app/ports";

export type KeyMap = Settings["keys"];

/** Keys that always do what every page does with them, so nothing may be bound to them. */
const RESERVED = new Set(["Escape", "Tab", "Enter", "NumpadEnter", "F5", "F11", "F12", "MetaLeft", "MetaRight"]);

export const isReserved = (code: string): boolean => RESERVED.has(code);

/** The other actions that listen to one of this action's keys. */
export function conflictsOf(keys: KeyMap, action: KeyAction): KeyAction[] {
  const own = new Set(keys[action]);
  return (Object.keys(keys) as KeyAction[]).filter(
    (other) => other !== action && keys[other].some((code) => own.has(code)),
  );
}

/** Puts `code` first for the action; its further keys stay. A key that was there before is not doubled. */
export function bind(keys: KeyMap, action: KeyAction, code: string): KeyMap {
  const [, ...rest] = keys[action];
  return { ...keys, [action]: [code, ...rest.filter((other) => other !== code)] };
}

/** Takes the keys of `action` away from everybody else. */
export function resolve(keys: KeyMap, action: KeyAction): KeyMap {
  const own = new Set(keys[action]);
  return Object.fromEntries(
    Object.entries(keys).map(([other, codes]) => [
      other,
      other === action ? codes : codes.filter((code) => !own.has(code)),
    ]),
  ) as unknown as KeyMap;
}

export const unbind = (keys: KeyMap, action: KeyAction): KeyMap => ({ ...keys, [action]: [] });
