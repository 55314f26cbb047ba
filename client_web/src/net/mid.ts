/** Ids of commands: 128 random bits in 32 characters; unique for ever, also on pages without a secure origin. */
export function newMid(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
