// <copy-text><code>…</code><button type="button">复制</button></copy-text>: copies the code, or the attribute `text`.
import { say, word } from "./words.js";

class CopyText extends HTMLElement {
  connectedCallback() {
    this.querySelector("button")?.addEventListener("click", (event) => this.copy(event));
  }

  /** @param {Event} event */
  async copy(event) {
    const text = this.getAttribute("text") ?? this.querySelector("code, samp")?.textContent ?? "";
    await navigator.clipboard.writeText(text.trim());
    const label = /** @type {HTMLElement} */ (event.currentTarget ?? this.querySelector("button"));
    const before = label?.textContent ?? "";
    if (label) label.textContent = word("copied");
    say(word("copied"));
    setTimeout(() => {
      if (label) label.textContent = before;
    }, 2_000);
  }
}

customElements.define("copy-text", CopyText);
