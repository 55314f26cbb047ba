/**
 * Mouse, pen and fingers on the picture: drag looks round, a click or tap points at something, a second one soon after
 * runs, wheel and pinch zoom. No pointer lock: nobody can be trapped.
 */

export interface PointerEvents {
  /** CSS pixels moved while dragging. */
  onLook(dx: number, dy: number): void;
  /** A click or tap at CSS pixels from the top left of the element. */
  onPoint(x: number, y: number, double: boolean): void;
  onHover(x: number, y: number): void;
  /** Positive comes nearer. */
  onZoom(steps: number): void;
  /** The kind of the last pointer: touch or not. */
  onKind(touch: boolean): void;
}

interface Held {
  x: number;
  y: number;
  readonly startX: number;
  readonly startY: number;
  readonly startedAt: number;
  dragged: boolean;
}

/** A finger trembles, a mouse hardly. */
const SLACK_PX = { touch: 12, mouse: 5 } as const;
const CLICK_MS = 600;
const DOUBLE_MS = 350;
const DOUBLE_PX = 30;
const WHEEL_STEP = 100;
const PINCH_STEP_PX = 40;
const HOVER_MS = 80;

export class PointerInput {
  readonly #events: PointerEvents;
  readonly #held = new Map<number, Held>();
  #last = { x: 0, y: 0, at: -1e9 };
  #hoverAt = -1e9;
  #pinch = 0;

  constructor(events: PointerEvents) {
    this.#events = events;
  }

  attach(element: HTMLElement): () => void {
    const abort = new AbortController();
    const signal = abort.signal;
    const at = (event: MouseEvent): { x: number; y: number } => {
      const box = element.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const on = <K extends keyof HTMLElementEventMap>(name: K, run: (event: HTMLElementEventMap[K]) => void): void =>
      element.addEventListener(name, run, { signal, passive: false });
    on("pointerdown", (event) => {
      if (event.button !== 0 && event.button !== 2) return;
      element.focus({ preventScroll: true });
      capture(element, event.pointerId);
      const { x, y } = at(event);
      this.down(event.pointerId, x, y, event.timeStamp, event.pointerType === "touch");
    });
    on("pointermove", (event) => {
      const { x, y } = at(event);
      this.move(event.pointerId, x, y, event.timeStamp, event.pointerType === "touch");
    });
    on("pointerup", (event) => this.up(event.pointerId, event.timeStamp, event.button === 0));
    on("pointercancel", (event) => this.cancel(event.pointerId));
    on("contextmenu", (event) => event.preventDefault());
    on("wheel", (event) => {
      event.preventDefault();
      const scale = event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 300 : 1;
      this.#events.onZoom(-Math.max(-3, Math.min(3, (event.deltaY * scale) / WHEEL_STEP)));
    });
    return () => abort.abort();
  }

  down(id: number, x: number, y: number, now: number, touch: boolean): void {
    this.#events.onKind(touch);
    this.#held.set(id, { x, y, startX: x, startY: y, startedAt: now, dragged: this.#held.size > 0 });
    if (this.#held.size === 2) {
      for (const held of this.#held.values()) held.dragged = true;
      this.#pinch = this.#spread();
    }
  }

  move(id: number, x: number, y: number, now: number, touch: boolean): void {
    const held = this.#held.get(id);
    if (held === undefined) return this.#hover(x, y, now, touch);
    const dx = x - held.x;
    const dy = y - held.y;
    held.x = x;
    held.y = y;
    if (this.#held.size === 2) return this.#pinched();
    const slack = touch ? SLACK_PX.touch : SLACK_PX.mouse;
    if (!held.dragged && Math.hypot(x - held.startX, y - held.startY) < slack) return;
    held.dragged = true;
    this.#events.onLook(dx, dy);
  }

  up(id: number, now: number, primary: boolean): void {
    const held = this.#held.get(id);
    this.#held.delete(id);
    if (held === undefined || held.dragged || !primary || now - held.startedAt > CLICK_MS) return;
    const near = Math.hypot(held.x - this.#last.x, held.y - this.#last.y) < DOUBLE_PX;
    const double = near && now - this.#last.at < DOUBLE_MS;
    this.#last = { x: held.x, y: held.y, at: double ? -1e9 : now };
    this.#events.onPoint(held.x, held.y, double);
  }

  cancel(id: number): void {
    this.#held.delete(id);
  }

  #hover(x: number, y: number, now: number, touch: boolean): void {
    if (touch || now - this.#hoverAt < HOVER_MS) return;
    this.#hoverAt = now;
    this.#events.onHover(x, y);
  }

  #spread(): number {
    const [a, b] = [...this.#held.values()];
    return a === undefined || b === undefined ? 0 : Math.hypot(a.x - b.x, a.y - b.y);
  }

  #pinched(): void {
    const spread = this.#spread();
    const steps = (spread - this.#pinch) / PINCH_STEP_PX;
    if (Math.abs(steps) < 0.1) return;
    this.#pinch = spread;
    this.#events.onZoom(steps);
  }
}

/** Synthetic pointers (tests, some pens) cannot be captured: dragging works without, inside the element. */
function capture(element: HTMLElement, pointer: number): void {
  try {
    element.setPointerCapture(pointer);
  } catch {
    return;
  }
}
