/** Pose numbers: 16 bits that wrap. */

export const nextSeq = (seq: number): number => (seq + 1) & 0xffff;

/** Whether `a` was given after `b` (within half of the circle). */
export const isAfter = (a: number, b: number): boolean => {
  const ahead = (a - b) & 0xffff;
  return ahead !== 0 && ahead < 0x8000;
};
