// <live-stream stream="tender.GP-2026-0007" since="41"> … </live-stream>
// Watches a stream. Inside it, an element with data-src and data-refresh="tender.* bid.read" is fetched again when a fact of
// such a kind arrives; each frame is also sent as the event "fact" (detail: the frame) for elements that read it directly.
// After a lost connection it asks for what came after the last number it saw, and says meanwhile that it is not connected.
import { word } from "./words.js";

/** @typedef {{stream: string, number: number, kind: string, at?: string, actor?: string, data?: any}} Frame */
const PATIENCE = 3_000;
const LONGEST = 60_000;
const TOGETHER = 250;
/** @type {Set<Element>} */
const lost = new Set();

class LiveStream extends HTMLElement {
  /** @type {EventSource | undefined} */
  source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  tries = 0;
  number = 0;
  /** @type {Map<HTMLElement, ReturnType<typeof setTimeout>>} */
  waiting = new Map();

  connectedCallback() {
    this.number = Number(this.getAttribute("since") ?? "0");
    this.watch();
  }

  disconnectedCallback() {
    this.source?.close();
    clearTimeout(this.timer);
    this.mark(false);
  }

  watch() {
    const stream = encodeURIComponent(this.getAttribute("stream") ?? "");
    this.source = new EventSource(`/live/${stream}?since=${this.number}`);
    this.source.onopen = () => {
      this.tries = 0;
      this.mark(false);
    };
    this.source.onmessage = (message) => this.receive(JSON.parse(message.data));
    this.source.onerror = () => this.again();
  }

  /** Full jitter: a hall of thousands that lost the server does not come back in one second. */
  again() {
    this.source?.close();
    this.mark(true);
    const wait = Math.random() * Math.min(LONGEST, PATIENCE * 2 ** this.tries++);
    this.timer = setTimeout(() => this.watch(), wait);
  }

  /** @param {boolean} isLost */
  mark(isLost) {
    lost[isLost ? "add" : "delete"](this);
    const place = document.querySelector("#link-state");
    if (place) place.textContent = lost.size ? word("lost") : "";
  }

  /** @param {Frame | Frame[]} payload */
  receive(payload) {
    /** @type {Frame[]} */
    const frames = [payload].flat().filter((frame) => frame.number > this.number);
    const first = frames[0];
    if (!first) return;
    const gap = first.number > this.number + 1;
    for (const frame of frames) {
      this.number = frame.number;
      this.dispatchEvent(new CustomEvent("fact", { bubbles: true, detail: frame }));
    }
    const kinds = frames.map((frame) => frame.kind);
    for (const part of this.querySelectorAll("[data-refresh][data-src]"))
      if (part instanceof HTMLElement && (gap || listens(part, kinds))) this.refresh(part);
  }

  /**
   * Fetch a part again, once for a burst of facts, and not while somebody types in it.
   * @param {HTMLElement} part
   */
  refresh(part) {
    clearTimeout(this.waiting.get(part));
    const fetchNow = () => {
      if (part.contains(document.activeElement?.closest("input, textarea, select") ?? null))
        return this.refresh(part);
      this.waiting.delete(part);
      const htmx = /** @type {any} */ (globalThis).htmx;
      htmx.ajax("GET", part.dataset.src, { source: part, target: part, swap: "innerHTML" });
    };
    this.waiting.set(part, setTimeout(fetchNow, TOGETHER * (0.2 + Math.random())));
  }
}

/**
 * @param {HTMLElement} part
 * @param {string[]} kinds
 */
export function listens(part, kinds) {
  const wanted = (part.dataset.refresh ?? "").split(/\s+/);
  return wanted.some((name) =>
    kinds.some((kind) => (name.endsWith("*") ? kind.startsWith(name.slice(0, -1)) : kind === name)),
  );
}

customElements.define("live-stream", LiveStream);
