/**
 * How much room there is, in the page's own rem. Media queries count the browser's text size but not our text size
 * setting, so with large text a wide window must become "narrow" here; style sheets read the attributes of the root.
 */
export class Screen {
  width = $state(1280);
  height = $state(800);
  /** Pixels of one rem. */
  rem = $state(16);

  /** The device is made for fingers: nobody has touched the picture yet when the stick must be there. */
  coarse = $state(false);

  /** Side by side becomes one column. */
  readonly narrow = $derived(this.width < 56 * this.rem);
  /** Panels come from below instead of from the side. */
  readonly phone = $derived(this.width < 44 * this.rem);
  readonly small = $derived(this.width < 34 * this.rem);
  /** 320 px, or very large text: one column everywhere. */
  readonly tiny = $derived(this.width < 22 * this.rem);
  /** Little height or width: icons without words. */
  readonly compact = $derived(this.phone || this.height < 30 * this.rem);

  measure(root: HTMLElement): void {
    // Not innerWidth: on phones it counts what sticks out, as the page does before it is told that it is one.
    this.width = root.clientWidth || window.innerWidth;
    this.height = window.innerHeight;
    this.coarse = window.matchMedia("(hover: none) and (pointer: coarse)").matches;
    this.rem = parseFloat(getComputedStyle(root).fontSize) || 16;
  }

  apply(root: HTMLElement): void {
    for (const name of ["narrow", "phone", "small", "tiny", "compact"] as const)
      root.toggleAttribute(`data-${name}`, this[name]);
  }
}
