// <clock-drift data-fast="… {n} … {e}" data-slow="…" data-same="…">: how far this device's clock is from the server's, measured anew with it.
// Bids are timed by the server alone: whoever looks at another clock should know how far it is off.
import { drift, keepTime } from "./clock.js";
import { driftInWords } from "./drift.js";

const TOO_FAR = 1_000;

class ClockDrift extends HTMLElement {
  said = "";

  connectedCallback() {
    keepTime();
    this.tick();
    this.timer = setInterval(() => this.tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    const measured = drift();
    const { fast = "", slow = "", same = "" } = this.dataset;
    const text = driftInWords(measured, { fast, slow, same });
    if (!text || text === this.said) return;
    this.textContent = this.said = text;
    this.toggleAttribute("data-far", Math.abs(measured.ahead) > TOO_FAR);
  }
}

customElements.define("clock-drift", ClockDrift);
