// <observe-hall data-fact="12" data-fact-title="唱标" data-titles='{"bid.read":"唱标"}'><form>…</form></observe-hall>
// Two keys and a sentence: 1 to 6 chooses the category and stamps what is on the screen before anybody types; Enter files. The
// form works without this; then the instant of filing counts.
import { keepTime, serverNow } from "/static/js/clock.js";
import { say, word } from "/static/js/words.js";

const TIME = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
});

class ObserveHall extends HTMLElement {
  /** @type {AbortController | undefined} */
  listening;

  connectedCallback() {
    keepTime();
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("keydown", (event) => this.onKey(event), { signal });
    document.addEventListener("fact", (event) => this.onFact(event), { signal });
    this.addEventListener("change", (event) => {
      if (event.target instanceof HTMLInputElement && event.target.type === "radio") this.begin();
    });
    this.addEventListener("input", () => this.stamped || this.stamp());
    this.form.addEventListener("submit", (event) => this.send(event));
    this.form.addEventListener("reset", () => this.forget());
  }

  disconnectedCallback() {
    this.listening?.abort();
  }

  get form() {
    return /** @type {HTMLFormElement} */ (this.querySelector("form"));
  }

  /** @param {string} name */
  field(name) {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name));
  }

  get stamped() {
    return this.field("observed_at").value !== "";
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.key === "Escape" && this.contains(document.activeElement)) return this.form.reset();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const radios = /** @type {NodeListOf<HTMLInputElement>} */ (
      this.querySelectorAll("[name=category]")
    );
    const chosen = radios[Number(event.key) - 1];
    if (!chosen) return;
    event.preventDefault();
    chosen.checked = true;
    this.begin();
  }

  /** The instant is taken first; a screen that moves on while somebody types changes nothing. */
  begin() {
    this.stamp();
    this.field("text").focus();
  }

  stamp() {
    const video = /** @type {any} */ (document.querySelector("room-video"));
    const shown = video?.instant;
    const instant = new Date(Number.isFinite(shown) ? shown : serverNow());
    this.field("observed_at").value = instant.toISOString();
    this.field("fact").value = this.dataset.fact ?? "";
    this.answer(`${this.dataset.wordStamped} ${TIME.format(instant)} · ${this.dataset.factTitle}`);
  }

  /** @param {Event} event */
  onFact(event) {
    const fact = /** @type {CustomEvent} */ (event).detail;
    /** @type {Record<string, string>} */
    const titles = JSON.parse(this.dataset.titles ?? "{}");
    const title = titles[fact.kind];
    if (!title) return;
    this.dataset.fact = String(fact.number);
    const whose = fact.data?.bidder;
    this.dataset.factTitle = whose ? title + word("colon") + whose : title;
  }

  /** @param {SubmitEvent} event */
  async send(event) {
    event.preventDefault();
    const answer = await fetch(this.form.action, {
      method: "POST",
      body: new FormData(this.form),
      headers: { Accept: "application/json" },
    }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (!answer?.ok) return this.answer(told?.message ?? document.body.dataset.wordFailed ?? "");
    this.form.reset();
    this.answer(`${this.dataset.wordFiled} ${told.number}`);
    say(this.dataset.wordFiled ?? "");
    this.dispatchEvent(new CustomEvent("filed", { bubbles: true, detail: told }));
  }

  forget() {
    this.field("observed_at").value = "";
    this.field("fact").value = "";
    this.answer("");
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }

  /** @param {string} words */
  answer(words) {
    const place = this.querySelector("output");
    if (place) place.textContent = words;
  }
}

/** @param {EventTarget | null} target */
export function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  const isChoice = target instanceof HTMLInputElement && target.type === "radio";
  return !isChoice && target.matches("input, textarea, select, [contenteditable]");
}

customElements.define("observe-hall", ObserveHall);
