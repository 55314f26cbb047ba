/** Fields at their default do not travel: fills them in, also in what lies inside. */

import { SHAPES } from "../net/event.gen";

type Fields = Record<string, unknown>;

/** `value` with everything that `shape` (a key of SHAPES) leaves out on the wire. Returns it as it is without a shape. */
export function complete(shape: string | undefined, value: unknown): unknown {
  const known = shape === undefined ? undefined : SHAPES[shape];
  if (known === undefined || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => complete(shape, each));
  const filled: Fields = { ...known.defaults, ...value };
  for (const [field, inner] of Object.entries(known.inside)) filled[field] = complete(inner, filled[field]);
  return filled;
}
