// <theme-toggle><button hidden>…</button></theme-toggle>: dark or light, kept in a cookie so that the server writes it
// into the page and nothing flashes.
const system = matchMedia("(prefers-color-scheme: dark)");

class ThemeToggle extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => this.turn());
  }

  turn() {
    const root = document.documentElement;
    const now = root.dataset.theme ?? (system.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    // biome-ignore lint/suspicious/noDocumentCookie: cookieStore is missing in browsers we support
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  }
}

customElements.define("theme-toggle", ThemeToggle);
