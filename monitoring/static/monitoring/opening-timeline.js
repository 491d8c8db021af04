// <opening-timeline data-covers="ISO/ISO ISO/ISO"><room-video>…</room-video><figure></figure><table>…</table></opening-timeline>
// Draws the rows of its table in time: phases and recorded stretches as bars, observations and facts as marks. A click on one, or
// on a row's link (#t=2026-11-24T01:03:27.520Z), puts the very frame on the screen. The table is the same for those who do not see.
import { isTyping } from "./observe-hall.js";

const SVG = "http://www.w3.org/2000/svg";
const LANE = 34;
const LANES = ["phase", "cover", "observation", "fact"];
const FASTEST = 4;
const BACK = 5_000;

/** @typedef {{at: number, until: number, lane: string, title: string, row: HTMLElement | null}} Item */

class OpeningTimeline extends HTMLElement {
  /** @type {Item[]} */
  items = [];
  first = 0;
  last = 0;
  /** @type {AbortController | undefined} */
  listening;

  connectedCallback() {
    this.items = [...this.rows(), ...this.covers()].sort((a, b) => a.at - b.at);
    if (!this.items.length) return;
    // What was done in the days before the opening stands in the table; drawn in scale, it would leave the opening no room.
    const bars = this.items.filter((item) => isBar(item));
    this.first = Math.min(...(bars.length ? bars : this.items).map((item) => item.at));
    this.last = Math.max(...this.items.map((item) => item.until || item.at), this.first + 1000);
    this.draw();
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("keydown", (event) => this.onKey(event), { signal });
    window.addEventListener("hashchange", () => this.followLink(), { signal });
    this.addEventListener("ready", () => this.followLink(), { once: true });
    this.addEventListener("instant", (event) =>
      this.show(/** @type {CustomEvent} */ (event).detail),
    );
    this.addEventListener("click", (event) => this.onClick(event));
  }

  disconnectedCallback() {
    this.listening?.abort();
  }

  get player() {
    return /** @type {any} */ (this.querySelector("room-video"));
  }

  /** @returns {Item[]} */
  rows() {
    return [...this.querySelectorAll("tr[data-at]")].map((row) => {
      const { at, until, lane, title } = /** @type {HTMLElement} */ (row).dataset;
      return {
        at: Date.parse(at ?? ""),
        until: until ? Date.parse(until) : 0,
        lane: lane ?? "fact",
        title: title ?? "",
        row: /** @type {HTMLElement} */ (row),
      };
    });
  }

  /** @returns {Item[]} */
  covers() {
    const pairs = (this.dataset.covers ?? "").split(" ").filter(Boolean);
    return pairs.map((pair) => {
      const [from, until] = pair.split("/").map((stamp) => Date.parse(stamp));
      return { at: from ?? 0, until: until ?? 0, lane: "cover", title: "", row: null };
    });
  }

  draw() {
    const figure = this.querySelector("figure");
    const svg = make("svg", { viewBox: `0 0 1000 ${LANES.length * LANE}`, "aria-hidden": "true" });
    svg.setAttribute("preserveAspectRatio", "none");
    for (const item of this.items) if (item.at >= this.first) svg.append(this.shape(item));
    svg.append(make("line", { class: "playhead", y1: 0, y2: LANES.length * LANE, x1: -9, x2: -9 }));
    figure?.prepend(svg);
  }

  /** @param {number} instant */
  x(instant) {
    return ((instant - this.first) / (this.last - this.first)) * 996 + 2;
  }

  /** @param {Item} item */
  shape(item) {
    const y = LANES.indexOf(item.lane) * LANE;
    const width = isBar(item)
      ? Math.max(2, this.x(item.until || this.last) - this.x(item.at) - 1)
      : 5;
    const box = {
      x: this.x(item.at) - (isBar(item) ? 0 : 2.5),
      y: y + 5,
      width,
      height: LANE - 10,
    };
    const shape = make("rect", { ...box, rx: 2, class: item.lane, "data-at": item.at });
    const title = make("title", {});
    title.textContent = item.title;
    shape.append(title);
    return shape;
  }

  /** @param {Event} event */
  onClick(event) {
    const target = /** @type {Element} */ (event.target);
    const svg = target.closest("figure svg");
    if (!(event instanceof MouseEvent) || !svg) return;
    const mark = target.closest("rect.observation, rect.fact");
    const box = svg.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const free = this.first + ((share * 1000 - 2) / 996) * (this.last - this.first);
    this.go(mark ? Number(mark.getAttribute("data-at")) : free);
  }

  /** @param {number} instant */
  go(instant) {
    const link = `#t=${new Date(instant).toISOString()}`;
    if (location.hash === link) this.followLink();
    else location.hash = link;
  }

  followLink() {
    const given = Date.parse(decodeURIComponent(location.hash).replace(/^#t=/, ""));
    if (Number.isNaN(given)) return;
    this.player?.video.pause();
    this.player?.seek(given);
    this.show(given);
  }

  /** @param {number} instant */
  show(instant) {
    if (Number.isNaN(instant)) return;
    const x = String(this.x(instant));
    const line = this.querySelector(".playhead");
    line?.setAttribute("x1", x);
    line?.setAttribute("x2", x);
    const passed = this.marks.filter((item) => item.at <= instant + 20);
    const current = passed[passed.length - 1];
    for (const item of this.marks) item.row?.toggleAttribute("data-current", item === current);
    const place = this.querySelector("output");
    if (place) place.textContent = new Date(instant + 8 * 3_600_000).toISOString().slice(11, 23);
  }

  get marks() {
    return this.items.filter((item) => item.lane === "observation" || item.lane === "fact");
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const target = event.target;
    const isControl = target instanceof HTMLElement && target.matches("button, a, summary, video");
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target) || !this.player) return;
    if (event.key === " " && isControl) return;
    const act = this.acts[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @type {Record<string, () => void>} */
  acts = {
    " ": () => (this.player.video.paused ? this.player.video.play() : this.player.video.pause()),
    j: () => this.player.seek(this.player.instant - BACK),
    k: () => this.player.video.pause(),
    l: () => this.faster(),
    ",": () => this.player.step(-1),
    ".": () => this.player.step(1),
    "[": () => this.hop(-1),
    "]": () => this.hop(1),
  };

  faster() {
    const { video } = this.player;
    video.playbackRate = video.paused ? 1 : Math.min(FASTEST, video.playbackRate * 2);
    video.play();
  }

  /** @param {number} way */
  hop(way) {
    const now = this.player.instant;
    const marks = this.marks.map((item) => item.at);
    const before = marks.filter((at) => at < now - 40);
    const next = way > 0 ? marks.find((at) => at > now + 40) : before[before.length - 1];
    if (next !== undefined) this.go(next);
  }
}

/** @param {Item} item */
function isBar(item) {
  return item.lane === "phase" || item.lane === "cover";
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function make(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

customElements.define("opening-timeline", OpeningTimeline);
