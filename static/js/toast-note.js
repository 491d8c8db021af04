// <toast-note>: can be closed; good news leaves by itself, a refusal stays until it is read.
const STAY = 8_000;

class ToastNote extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-dismiss]")?.addEventListener("click", () => this.remove());
    if (this.dataset.tone === "good") this.timer = setTimeout(() => this.remove(), STAY);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }
}

customElements.define("toast-note", ToastNote);
