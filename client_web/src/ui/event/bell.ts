/** A soft sound of our own when somebody waits at a door: two tones, made on the spot. Silent where sound is blocked. */

const TONES_HZ = [660, 880] as const;
const TONE_S = 0.16;
const LOUDNESS = 0.08;

export class Bell {
  #context: AudioContext | null = null;

  ring(): void {
    try {
      this.#context ??= new AudioContext();
      if (this.#context.state !== "running") return;
      TONES_HZ.forEach((hz, index) => this.#tone(this.#context as AudioContext, hz, index * TONE_S));
    } catch {
      // No sound device: the badge and the message say the same.
    }
  }

  #tone(context: AudioContext, hz: number, after: number): void {
    const start = context.currentTime + after;
    const volume = context.createGain();
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 2 * TONE_S);
    volume.connect(context.destination);
    const tone = context.createOscillator();
    tone.frequency.value = hz;
    tone.connect(volume);
    tone.start(start);
    tone.stop(start + 2 * TONE_S);
  }
}
