/** Below this share of the radius the stick rests: fingers are never quite still. */
const DEAD = 0.12;

/**
 * Pixels from the middle of the stick to what Actions.joystick takes: x right, y forward (up on the screen), at most a
 * length of 1, the dead middle cut out so that it starts softly.
 */
export function stick(dx: number, dy: number, radius: number): { x: number; y: number } {
  const length = Math.hypot(dx, dy) / radius;
  if (!(length > DEAD)) return { x: 0, y: 0 };
  const wanted = Math.min(1, (length - DEAD) / (1 - DEAD));
  const factor = wanted / (length * radius);
  return { x: dx * factor, y: dy === 0 ? 0 : -dy * factor };
}
