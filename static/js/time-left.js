// <time-left at="ISO time" over="时间已到" [spoken]>: counts down by the server's clock.
// At zero it says `over`, sets data-over and sends the event "time-over". `spoken` says 10, 5 and 1 minutes aloud.
import { keepTime, serverNow } from "./clock.js";
import { say, word } from "./words.js";

const ALOUD = [600, 300, 60];
/** @type {Set<TimeLeft>} */
const running = new Set();

/** @param {number} number */
const two = (number) => String(number).padStart(2, "0");

/**
 * @param {number} seconds
 * @param {string} days
 */
export function inWords(seconds, days) {
  const clock = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
  if (seconds >= 86_400) clock[0] = (seconds / 3600) % 24;
  const time = clock.map((part) => two(Math.floor(part))).join(":");
  return seconds >= 86_400 ? `${Math.floor(seconds / 86_400)} ${days} ${time}` : time;
}

class TimeLeft extends HTMLElement {
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
    const seconds = Math.max(0, Math.ceil(left));
    const text = seconds ? inWords(seconds, word("days")) : (this.getAttribute("over") ?? "");
    if (Number.isNaN(left) || text === this.textContent) return;
    this.textContent = text;
    this.toggleAttribute("data-near", seconds > 0 && seconds <= 600);
    if (this.hasAttribute("spoken") && ALOUD.includes(seconds))
      say(`${word("left")} ${seconds / 60} ${word("minutes")}`);
    if (!seconds) this.finish();
  }

  finish() {
    running.delete(this);
    this.setAttribute("data-over", "");
    this.dispatchEvent(new CustomEvent("time-over", { bubbles: true }));
  }
}

setInterval(() => {
  for (const one of running) one.tick();
}, 200);
customElements.define("time-left", TimeLeft);
