// <auction-room data-code data-you data-bidder data-next data-increment data-direction data-token-url>: the room of a live auction. From each
// frame it tells an entrant who leads and offers the next prices; it sends acts and shows their answer, and draws the curve of the
// prices in its table. An act that gets no answer is sent again under the same name: it counts once. Without scripts the forms work.
import { inCapitals } from "/static/js/capitals.js";
import { keepTime } from "/static/js/clock.js";
import { csrfToken, word } from "/static/js/words.js";
import { fill, isAsked } from "./filling.js";
import { fitPhase, toggle } from "./phases.js";
import { curveOf } from "./price-curve.js";
import { nextPrices, stepsAbove } from "./steps.js";

/** @typedef {import("../../../../static/js/live-stream.js").Frame} Frame */
const TRIES = 4;
const PATIENCE = 6_000;
const MANY_STEPS = 10;

class AuctionRoom extends HTMLElement {
  /** @type {string | null} */
  token = null;
  next = "";
  /** @type {Record<string, any>} */
  shown = {};

  connectedCallback() {
    keepTime();
    this.closest("live-stream")?.addEventListener("fact", this);
    this.addEventListener("submit", (event) => this.onSubmit(event));
    this.addEventListener("input", () => this.weigh());
    // While somebody is asked to confirm, what is sent stays what was seen; afterwards it catches up.
    this.addEventListener("confirm-closed", () => this.catchUp());
    // One's own part comes anew with each phase: its buttons are made again.
    this.addEventListener("htmx:afterSwap", () => this.offer());
    this.next = this.dataset.next ?? "";
    this.offer();
    this.draw();
  }

  disconnectedCallback() {
    this.closest("live-stream")?.removeEventListener("fact", this);
  }

  /** @param {Event} event */
  handleEvent(event) {
    const frame = /** @type {CustomEvent<Frame>} */ (event).detail;
    if (frame.data?.shown) this.show(frame.data.shown);
    // The table comes with the same frame, just after this event.
    if (frame.kind === "auction.offers" || frame.kind === "auction.moved")
      setTimeout(() => this.draw());
  }

  /** @param {Record<string, any>} shown */
  show(shown) {
    this.shown = shown;
    this.next = shown.next_price ?? "";
    if (shown.phase) fitPhase(this, /** @type {any} */ (shown));
    this.catchUp();
    this.showRank(shown.ranking ?? []);
    const place = this.querySelector("[data-put=standing]");
    if (!place || !shown.leader) return;
    const badge = shown.leader === this.dataset.you ? "you" : "other";
    const template = this.querySelector(`template[data-badge=${badge}]`);
    if (template instanceof HTMLTemplateElement)
      place.replaceChildren(template.content.cloneNode(true));
  }

  /** Where offers fall, each learns its own place. @param {[string, string][]} ranking codes and prices, the best first */
  showRank(ranking) {
    const place = this.querySelector("[data-put=rank]");
    const rank = ranking.findIndex(([code]) => code === this.dataset.you) + 1;
    if (place && rank) place.textContent = String(rank);
  }

  /** Bring prices and promises to what was shown last. */
  catchUp() {
    this.offer();
    if (this.shown.phase === undefined) return;
    this.showPrice(String(this.shown.price ?? ""));
    this.showCondition(this.shown);
  }

  /** Whoever exercises a right takes the price it sees, and no other. @param {string} price */
  showPrice(price) {
    for (const input of this.querySelectorAll("input[data-put=price]"))
      if (input instanceof HTMLInputElement && !isAsked(input)) {
        fill(input, price);
        if (input.form) input.form.dataset.confirmDetail = price ? `¥ ${grouped(price)}` : "";
      }
    for (const place of this.querySelectorAll("[data-put=current]"))
      place.textContent = price ? `¥ ${grouped(price)}` : "";
  }

  /** At the highest price the most that is promised leads; what somebody is typing stays. @param {Record<string, any>} shown */
  showCondition({ condition, next_condition: next }) {
    for (const place of this.querySelectorAll("[data-put=condition]"))
      place.textContent = condition ?? "—";
    for (const place of this.querySelectorAll("[data-put=next-condition]"))
      place.textContent = next ?? "—";
    const input = this.querySelector("#condition-amount");
    if (input instanceof HTMLInputElement && document.activeElement !== input)
      fill(input, next ?? "");
    this.nameCondition();
  }

  /** Offer the next prices as buttons; what somebody is typing stays. */
  offer() {
    const steps = this.querySelector("[data-put=steps]");
    if (!(steps instanceof HTMLElement)) return;
    const { increment = "0", direction = "high" } = this.dataset;
    const prices = this.next ? nextPrices(this.next, increment, direction) : [];
    steps.hidden = prices.length === 0;
    steps.replaceChildren(...prices.map((price) => this.button(price)));
    for (const place of this.querySelectorAll("[data-put=next]"))
      place.textContent = this.next ? `¥ ${grouped(this.next)}` : "";
    const input = this.querySelector("#bid-price");
    if (!(input instanceof HTMLInputElement)) return;
    fill(input, this.next);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** A promise is asked about with the very amount that would be sent. */
  nameCondition() {
    const input = this.querySelector("#condition-amount");
    if (input instanceof HTMLInputElement && input.form)
      input.form.dataset.confirmDetail = input.value;
  }

  /** A price far above what would do is perhaps a slip; one a step or ten above asks nothing. */
  weigh() {
    this.nameCondition();
    const input = this.querySelector("#bid-price");
    if (!(input instanceof HTMLInputElement) || !input.form) return;
    const { increment = "0" } = this.dataset;
    const isFar = this.next && stepsAbove(input.value, this.next, increment) > MANY_STEPS;
    if (isFar) {
      input.form.dataset.confirm = this.words("confirm");
      input.form.dataset.confirmDetail = `¥ ${grouped(input.value)} ${inCapitals(input.value)}`;
    } else delete input.form.dataset.confirm;
  }

  /** @param {string} price */
  button(price) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button";
    made.textContent = `¥ ${grouped(price)}`;
    made.addEventListener("click", () => {
      const input = this.querySelector("#bid-price");
      if (!(input instanceof HTMLInputElement)) return;
      input.value = price;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.form?.requestSubmit();
    });
    return made;
  }

  /** @param {SubmitEvent} event */
  async onSubmit(event) {
    const form = event.target;
    if (!(form instanceof HTMLFormElement && form.dataset.form)) return;
    event.preventDefault();
    const given = new FormData(form);
    const price = String(given.get("price") ?? "").trim();
    const kind = String(given.get("kind"));
    const named = { auction: this.dataset.code, kind, key: crypto.randomUUID() };
    const act = { ...named, ...(price ? { price } : {}), ...promised(form) };
    form.setAttribute("aria-busy", "true");
    this.say(this.words("sending"));
    const answer = await this.send(act, TRIES).finally(() => form.removeAttribute("aria-busy"));
    if (answer.accepted) this.say(this.words(kind) || this.words("accepted"), true);
    else this.say(answer.sentence ?? answer.message ?? word("failed"));
    if (answer.accepted) form.reset(); // what was taken is no longer being typed: the next price may take its place
    if (answer.accepted && kind === "quote") this.renew(form);
    if (answer.accepted) toggle(form.closest("section.question"), kind);
    if (answer.shown) this.show(answer.shown);
  }

  /** A sealed quote is told to nobody: no frame brings its own part anew. @param {HTMLFormElement} form */
  renew(form) {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    const part = form.closest("[data-personal]");
    const stream = this.closest("live-stream");
    if (part) /** @type {any} */ (stream)?.refresh(part);
  }

  /**
   * @param {Record<string, unknown>} act
   * @param {number} tries
   * @returns {Promise<Record<string, any>>}
   */
  async send(act, tries) {
    try {
      this.token ??= await this.newToken();
      const answer = await fetch("/outcry/acts", {
        method: "POST",
        headers: { Authorization: `Bearer ${this.token}` },
        body: JSON.stringify({ ...act, sent_at: new Date().toISOString() }),
        signal: AbortSignal.timeout(PATIENCE),
      });
      const body = await answer.json();
      if (body.code === "intake.token" && tries > 1) this.token = null;
      else if (answer.status !== 503 || tries <= 1) return body;
    } catch {
      if (tries <= 1) return { message: word("failed") };
    }
    this.say(this.words("again"));
    await new Promise((done) => setTimeout(done, 300 * (TRIES - tries + 1)));
    return this.send(act, tries - 1);
  }

  async newToken() {
    const answer = await fetch(this.dataset.tokenUrl ?? "", {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken(), "Content-Type": "application/json" },
      body: JSON.stringify({ uscc: this.dataset.bidder }),
    });
    return String((await answer.json()).token);
  }

  /** @param {string} name */
  words(name) {
    const template = this.querySelector("template[data-words]");
    if (!(template instanceof HTMLTemplateElement)) return "";
    return template.content.querySelector(`[data-word=${name}]`)?.textContent ?? "";
  }

  /**
   * @param {string} sentence
   * @param {boolean} [isGood]
   */
  say(sentence, isGood = false) {
    const place = this.querySelector("[data-put=answer]");
    if (!(place instanceof HTMLElement)) return;
    place.hidden = false;
    place.className = isGood ? "said-good" : "why-not";
    place.textContent = sentence;
  }

  draw() {
    const figure = this.querySelector(".price-curve");
    if (!(figure instanceof HTMLElement)) return;
    const rows = [...this.querySelectorAll("tr[data-price]")].reverse();
    const points = rows.map((row) => ({
      at: Date.parse(row.getAttribute("data-at") ?? ""),
      price: Number(row.getAttribute("data-price")),
    }));
    figure.hidden = points.length < 2;
    figure.querySelector("svg")?.remove();
    if (points.length >= 2) figure.prepend(curveOf(points));
  }
}

/** What a weighted quote promises beside its price. @param {HTMLFormElement} form */
function promised(form) {
  const inputs = [...form.querySelectorAll("input[data-item]")];
  const items = inputs.map((input) =>
    input instanceof HTMLInputElement ? [input.dataset.item, input.value.trim()] : [],
  );
  return items.length ? { items: Object.fromEntries(items) } : {};
}

/** @param {string} price */
function grouped(price) {
  const [whole = "0", part = ""] = price.split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${part.padEnd(2, "0").slice(0, 2)}`;
}

customElements.define("auction-room", AuctionRoom);
