// <time-left at="ISO time" over="时间已到" [spoken]>: counts down by the server's clock.
// At zero it says `over`, sets data-over and sends the event "time-over". `spoken` says 10, 5 and 1 minutes aloud.
import { keepTime, serverNow } from "./clock.js";
import { say, word } from "./words.js";

const ALOUD = [600, 300, 60];
const NEAR = 600;
/** @type {Set<TimeLeft>} */
const running = new Set();

/** @param {number} number */
const two = (number) => String(number).padStart(2, "0");

/** @param {number} seconds */
function inWords(seconds) {
  const clock = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
  if (seconds >= 86_400) clock[0] = (seconds / 3600) % 24;
  const time = clock.map((part) => two(Math.floor(part))).join(":");
  const days = Math.floor(seconds / 86_400);
  return days ? `${days} ${word(days === 1 ? "day" : "days")} ${time}` : time;
}

class TimeLeft extends HTMLElement {
  shown = "";

  connectedCallback() {
    keepTime();
    running.add(this);
    this.tick();
  }

  disconnectedCallback() {
    running.delete(this);
  }

  tick() {
    const left = (Date.parse(this.getAttribute("at") ?? "") - serverNow()) / 1000;
    if (Number.isNaN(left)) return;
    const seconds = Math.max(0, Math.ceil(left));
    if (!seconds) return this.finish();
    const text = inWords(seconds);
    if (text === this.shown) return;
    this.textContent = this.shown = text;
    this.toggleAttribute("data-near", seconds <= NEAR);
    if (this.hasAttribute("spoken") && ALOUD.includes(seconds))
      say(`${word("left")} ${seconds / 60} ${word("minutes")}`);
  }

  /** The event is for a clock seen running out; one that had run out before the page came stays silent. */
  finish() {
    running.delete(this);
    this.textContent = this.getAttribute("over") ?? "";
    this.removeAttribute("data-near");
    this.setAttribute("data-over", "");
    if (this.shown) this.dispatchEvent(new CustomEvent("time-over", { bubbles: true }));
  }
}

setInterval(() => {
  for (const one of running) one.tick();
}, 200);
customElements.define("time-left", TimeLeft);
