// <auto-save action="/…/">fields <output class="saved"></output></auto-save>: posts a field when it changes, says when it
// was saved, and tries again while the network is away. A refusal (4xx) is shown and not repeated.
import { beijing, keepTime, serverNow } from "./clock.js";
import { csrfToken, word } from "./words.js";

const AGAIN = 3_000;

class AutoSave extends HTMLElement {
  /** @type {Map<string, string>} */
  pending = new Map();
  busy = false;

  connectedCallback() {
    keepTime();
    this.addEventListener("change", (event) => this.note(event.target));
    window.addEventListener("beforeunload", (event) => this.pending.size && event.preventDefault());
  }

  /** @param {EventTarget | null} field */
  note(field) {
    if (!(field instanceof HTMLElement) || !("name" in field) || !("value" in field)) return;
    const off = field instanceof HTMLInputElement && field.type === "checkbox" && !field.checked;
    this.pending.set(String(field.name), off ? "" : String(field.value));
    this.send();
  }

  async send() {
    if (this.busy || !this.pending.size) return;
    this.busy = true;
    this.tell("saving", word("saving"));
    const sent = new Map(this.pending);
    const answer = await fetch(this.getAttribute("action") ?? location.href, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: new URLSearchParams([...sent]),
    }).catch(() => null);
    this.busy = false;
    if (!answer || answer.status >= 500) return this.retry();
    for (const [name, value] of sent)
      if (this.pending.get(name) === value) this.pending.delete(name);
    if (answer.ok) this.tell("saved", `${word("saved")} ${beijing(serverNow()).slice(-8)}`);
    else this.tell("failed", (await answer.json().catch(() => ({}))).message ?? word("failed"));
    this.send();
  }

  retry() {
    this.tell("failed", word("unsaved"));
    setTimeout(() => this.send(), AGAIN * (0.5 + Math.random()));
  }

  /**
   * @param {string} state
   * @param {string} sentence
   */
  tell(state, sentence) {
    this.dataset.state = state;
    const place = this.querySelector("output.saved");
    if (place) place.textContent = sentence;
  }
}

customElements.define("auto-save", AutoSave);
