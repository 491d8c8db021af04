// <live-stream stream="tender.GP-2026-0007" since="41"> … </live-stream>
// Watches a stream. Inside it, an element with data-src and data-refresh="tender.* bid.read" is fetched again when a fact of
// such a kind arrives; each frame is also sent as the event "fact" (detail: the frame) for elements that read it directly.
// With parts="<language>" the last frame brings the public fragments it changed, so that nobody asks for them; a part with
// data-personal shows more than the public's and is always fetched. data-own="<commit> …": of facts about one bid only these
// concern the part. also="#status": a part that stands outside.
// After a lost connection it asks for what came after the last number it saw, and says meanwhile that it is not connected.
import { word } from "./words.js";

/** @typedef {{stream: string, number: number, kind: string, at?: string, actor?: string, data?: any, parts?: Record<string, string>}} Frame */
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
    document.addEventListener("htmx:beforeSwap", this.held);
    this.number = Number(this.getAttribute("since") ?? "0");
    this.watch();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:beforeSwap", this.held);
    this.source?.close();
    clearTimeout(this.timer);
    this.mark(false);
  }

  watch() {
    const stream = encodeURIComponent(this.getAttribute("stream") ?? "");
    const language = this.getAttribute("parts");
    const parts = language ? `&parts=${language}` : "";
    this.source = new EventSource(`/live/${stream}?since=${this.number}${parts}`);
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
    const brought = frames.at(-1)?.parts ?? {};
    for (const part of this.parts()) {
      if (!gap && !concerns(part, frames)) continue;
      const html = "personal" in part.dataset ? undefined : brought[part.dataset.src ?? ""];
      if (html === undefined || isInUse(part)) this.refresh(part);
      else this.put(part, html);
    }
  }

  /** @returns {HTMLElement[]} */
  parts() {
    const also = this.getAttribute("also");
    const outside = also ? document.querySelectorAll(also) : [];
    const found = [...this.querySelectorAll("[data-refresh][data-src]"), ...outside];
    return found.filter((part) => part instanceof HTMLElement);
  }

  /**
   * @param {HTMLElement} part
   * @param {string} html
   */
  put(part, html) {
    clearTimeout(this.waiting.get(part));
    this.waiting.delete(part);
    part.innerHTML = html;
    /** @type {any} */ (globalThis).htmx.process(part);
  }

  /**
   * Who began to type while the answer was on its way keeps what was typed: a price must not change in the hand.
   * @param {Event} event
   */
  held = (event) => {
    const part = event.target;
    const { requestConfig } = /** @type {CustomEvent} */ (event).detail;
    const isOurs = requestConfig?.elt === part && requestConfig?.verb === "get";
    if (!(part instanceof HTMLElement) || !isOurs || !this.parts().includes(part)) return;
    if (!isInUse(part)) return;
    /** @type {CustomEvent} */ (event).detail.shouldSwap = false;
    this.refresh(part);
  };

  /**
   * Fetch a part again, once for a burst of facts, and not while somebody is at work in it.
   * @param {HTMLElement} part
   */
  refresh(part) {
    clearTimeout(this.waiting.get(part));
    const fetchNow = () => {
      if (isInUse(part)) return this.refresh(part);
      this.waiting.delete(part);
      const htmx = /** @type {any} */ (globalThis).htmx;
      htmx.ajax("GET", part.dataset.src, { source: part, target: part, swap: "innerHTML" });
    };
    this.waiting.set(part, setTimeout(fetchNow, TOGETHER * (0.2 + Math.random())));
  }
}

/**
 * @param {HTMLElement} part
 * @param {Frame[]} frames
 */
function concerns(part, frames) {
  const own = part.dataset.own?.split(" ");
  const mine = frames.filter(({ data }) => !own || !data?.commit || own.includes(data.commit));
  return listens(
    part,
    mine.map((frame) => frame.kind),
  );
}

/**
 * Whether replacing a part would take something out of somebody's hands: what is being typed or was written and not sent
 * (<auto-save> has sent its own), a file that was chosen, or an act under way, whose form would be gone when it wants to
 * send it.
 * @param {HTMLElement} part
 */
function isInUse(part) {
  const held = [...part.querySelectorAll("input, textarea")].some(
    (field) => isWritten(field) && !field.closest("auto-save"),
  );
  const typed = document.activeElement?.closest("input, textarea, select") ?? null;
  return held || part.contains(typed) || part.querySelector("[aria-busy=true]") !== null;
}

/**
 * Whether somebody wrote into a field what was not sent: what the page itself puts in becomes the field's default.
 * @param {Element} field
 */
function isWritten(field) {
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (!(field instanceof HTMLInputElement)) return false;
  if (field.type === "file") return Boolean(field.files?.length);
  if (["checkbox", "radio"].includes(field.type)) return false;
  return field.value !== field.defaultValue;
}

/**
 * @param {HTMLElement} part
 * @param {string[]} kinds
 */
function listens(part, kinds) {
  const wanted = (part.dataset.refresh ?? "").split(/\s+/);
  return wanted.some((name) =>
    kinds.some((kind) => (name.endsWith("*") ? kind.startsWith(name.slice(0, -1)) : kind === name)),
  );
}

customElements.define("live-stream", LiveStream);
