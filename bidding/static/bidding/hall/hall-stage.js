// <hall-stage>: shows a read-out, a handed-in share and every line of the log straight from the frame that
// tells of it, so that thousands who watch three hundred bids being read ask the server for nothing.
// All markup is in its templates: data-read, data-badge, data-fields, data-log, data-titles.
import { beijing } from "/static/js/clock.js";
import { word } from "/static/js/words.js";

/** @typedef {import("../../../../static/js/live-stream.js").Frame} Frame */
const LINES = 40;
const UNLOCKS = ["opening.share_accepted", "opening.recovery_used"];

class HallStage extends HTMLElement {
  connectedCallback() {
    this.closest("live-stream")?.addEventListener("fact", this);
  }

  disconnectedCallback() {
    this.closest("live-stream")?.removeEventListener("fact", this);
  }

  /** @param {Event} event */
  handleEvent(event) {
    const frame = /** @type {CustomEvent<Frame>} */ (event).detail;
    if (frame.kind === "bid.read") this.read(frame.data);
    if (UNLOCKS.includes(frame.kind)) this.unlocked(frame.data);
    if (frame.kind === "opening.objections_invited") this.mark(null);
    if (frame.kind === "opening.seal_checked")
      this.verdict(frame, frame.data.intact ? "intact" : "broken");
    if (frame.kind === "opening.confirmed") this.verdict(frame, "confirmed");
    this.note(frame);
  }

  /** @param {string} name */
  piece(name) {
    const found = this.querySelector(`template[${name}]`);
    if (!(found instanceof HTMLTemplateElement)) throw new Error(`<hall-stage> needs ${name}`);
    return /** @type {DocumentFragment} */ (found.content.cloneNode(true));
  }

  /** @param {Record<string, any>} bid */
  read(bid) {
    const shown = this.piece("data-read");
    const words = this.piece("data-fields");
    const place = words.querySelector("[data-place]")?.textContent ?? "";
    const price = bid.price ? money(bid.price) : "";
    put(shown, "place", fill(place, bid));
    put(shown, "bidder", bid.bidder);
    put(shown, "price", price);
    put(shown, "words", bid.price_in_words ?? "");
    shown.querySelector("[data-put=differs]")?.toggleAttribute("hidden", !bid.differs);
    const list = shown.querySelector("[data-put=fields]");
    for (const title of words.querySelectorAll("[data-field]")) {
      const value = bid.fields[title.getAttribute("data-field") ?? ""];
      if (value) list?.append(element("dt", title.textContent ?? ""), element("dd", value));
    }
    this.querySelector(".stage")?.replaceChildren(shown);
    const row = this.row(bid.commit);
    this.mark(row);
    this.badge(row, "read");
    if (row && price) put(row, "amount", price);
  }

  /** Shows which bid is being read out. @param {Element | null} row */
  mark(row) {
    for (const marked of this.querySelectorAll("[data-commit][data-tone=best]"))
      marked.removeAttribute("data-tone");
    row?.setAttribute("data-tone", "best");
    if (row?.closest(".board-list")) row.scrollIntoView({ block: "nearest" });
  }

  /** @param {Record<string, any>} bid */
  unlocked(bid) {
    this.badge(this.row(bid.commit), "unlocked");
    const count = this.querySelector("[data-put=unlocked]");
    if (!count) return;
    const number = Number(count.textContent) + 1;
    count.textContent = String(number);
    const bar = this.querySelector(".stage progress");
    if (bar instanceof HTMLProgressElement) bar.value = number;
  }

  /**
   * What somebody who is present found or confirmed.
   * @param {Frame} frame
   * @param {string} said
   */
  verdict({ actor = "" }, said) {
    const present = this.querySelector(`[data-person="${CSS.escape(actor)}"]`);
    present
      ?.querySelector("[data-put=verdict]")
      ?.replaceChildren(this.piece(`data-badge="${said}"`));
  }

  /** @param {string} commit */
  row(commit) {
    return this.querySelector(`[data-commit="${CSS.escape(commit)}"]`);
  }

  /**
   * @param {Element | null} row
   * @param {string} state
   */
  badge(row, state) {
    row?.querySelector("[data-put=state]")?.replaceChildren(this.piece(`data-badge="${state}"`));
  }

  /** @param {Frame} frame */
  note(frame) {
    const title = this.piece("data-titles").querySelector(
      `[data-kind="${CSS.escape(frame.kind)}"]`,
    );
    const list = this.querySelector("#hall-log .timeline");
    if (!title || !list) return;
    const line = this.piece("data-log");
    const [time, text, number] = ["time", "li > span", "small > span"].map((at) =>
      line.querySelector(at),
    );
    const who = frame.data?.bidder ?? frame.data?.name;
    if (time) time.textContent = frame.at ? beijing(Date.parse(frame.at)).slice(-8) : "";
    if (text) text.textContent = (title.textContent ?? "") + (who ? word("colon") + who : "");
    if (number) number.textContent = String(frame.number);
    list.prepend(line);
    while (list.childElementCount > LINES) list.lastElementChild?.remove();
  }
}

/** @param {string} amount as a decimal */
const money = (amount) => {
  const [whole = "", cents = "00"] = amount.split(".");
  return `¥ ${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents.padEnd(2, "0")}`;
};

/**
 * @param {ParentNode} root
 * @param {string} name
 * @param {string} text
 */
function put(root, name, text) {
  const place = root.querySelector(`[data-put="${name}"]`);
  if (place) place.textContent = text;
}

/**
 * @param {string} name
 * @param {string} text
 */
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/**
 * @param {string} text
 * @param {Record<string, any>} facts
 */
const fill = (text, facts) =>
  text.replace(/%\((\w+)\)s/g, (all, name) => String(facts[name] ?? all));

customElements.define("hall-stage", HallStage);
