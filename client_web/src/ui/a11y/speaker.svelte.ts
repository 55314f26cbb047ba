/**
 * What the polite live region says. A sentence that is said twice must change the text in between, or a screen reader
 * stays silent: the two regions of `Announcer` take turns.
 */
export class Speaker {
  /** Text of the two regions; exactly one is filled. */
  regions = $state<[string, string]>(["", ""]);
  #turn = 0;

  say(text: string): void {
    if (text === "") return;
    this.#turn = 1 - this.#turn;
    this.regions = this.#turn === 0 ? [text, ""] : ["", text];
  }
}
