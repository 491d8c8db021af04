// <file-list data-most data-largest data-together data-word-…>…<input type="file" multiple accept=".pdf,…">
//   <ul hidden></ul><output></output></file-list>: lists what was chosen with its size, adds what is chosen later, takes one
// out again, and says before anything is sent what would be refused. Without it the browser's own input does.

class ChosenFiles extends HTMLElement {
  connectedCallback() {
    this.input = /** @type {HTMLInputElement} */ (this.querySelector("input[type=file]"));
    /** @type {File[]} */
    this.chosen = [];
    this.input.addEventListener("change", () => this.add());
    // Before anybody asks whether to send: a question about what cannot be sent is a waste.
    window.addEventListener("submit", this, { capture: true });
  }

  disconnectedCallback() {
    window.removeEventListener("submit", this, { capture: true });
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event.target !== this.closest("form") || !this.wrong()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.show();
    const told = this.querySelector("output");
    if (told && told.dataset.tone !== "bad")
      [told.textContent, told.dataset.tone] = [this.word("mend"), "bad"];
    const button = this.querySelector("li:has(.error) > button");
    (button instanceof HTMLButtonElement ? button : this.input)?.focus();
  }

  add() {
    const known = new Set(this.chosen?.map(nameAndTime));
    const more = [...(this.input?.files ?? [])].filter((file) => !known.has(nameAndTime(file)));
    this.keep([...(this.chosen ?? []), ...more]);
  }

  /** @param {File[]} files */
  keep(files) {
    const basket = new DataTransfer();
    for (const file of files) basket.items.add(file);
    this.chosen = files;
    if (this.input) this.input.files = basket.files;
    this.show();
  }

  show() {
    const [list, told] = [this.querySelector("ul"), this.querySelector("output")];
    const files = this.chosen ?? [];
    if (!list || !told) return;
    list.hidden = files.length === 0;
    list.replaceChildren(...files.map((file) => this.line(file)));
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const over = this.over(total);
    told.textContent = files.length
      ? `${this.word("total")} ${files.length} / ${this.dataset.most} · ${size(total)} ${over}`
      : "";
    told.dataset.tone = over ? "bad" : "";
  }

  /** @param {File} file */
  line(file) {
    const [line, text, button, hidden] = ["li", "span", "button", "span"].map((name) =>
      document.createElement(name),
    );
    if (!line || !text || !button || !hidden) throw new Error("no element");
    text.append(`${file.name} `, small("soft small", size(file.size)));
    const trouble = this.trouble(file);
    if (trouble) text.append(" ", small("error", trouble));
    button.setAttribute("type", "button");
    button.className = "button button-quiet";
    hidden.className = "visually-hidden";
    hidden.textContent = ` ${file.name}`;
    button.append(this.word("remove"), hidden);
    button.addEventListener("click", () => this.takeOut(file));
    line.append(text, button);
    return line;
  }

  /** @param {File} file */
  takeOut(file) {
    const place = this.chosen?.indexOf(file) ?? 0;
    this.keep((this.chosen ?? []).filter((other) => other !== file));
    const buttons = [...this.querySelectorAll("button")];
    (buttons[Math.min(place, buttons.length - 1)] ?? this.input)?.focus();
  }

  /** @param {File} file */
  trouble(file) {
    const name = file.name.toLowerCase();
    const kinds = this.input?.accept.split(",") ?? [];
    const same = this.chosen?.filter((other) => other.name.toLowerCase() === name) ?? [];
    if (!kinds.some((kind) => name.endsWith(kind))) return this.word("type");
    if (file.size === 0) return this.word("empty");
    if (file.size > Number(this.dataset.largest)) return this.word("large");
    return same.length > 1 ? this.word("same") : "";
  }

  /** @param {number} total */
  over(total) {
    if ((this.chosen?.length ?? 0) > Number(this.dataset.most)) return this.word("many");
    return total > Number(this.dataset.together) ? this.word("much") : "";
  }

  wrong() {
    const files = this.chosen ?? [];
    const total = files.reduce((sum, file) => sum + file.size, 0);
    return files.some((file) => this.trouble(file)) || this.over(total) !== "";
  }

  /** @param {string} name */
  word(name) {
    return this.getAttribute(`data-word-${name}`) ?? "";
  }
}

/** @param {File} file */
const nameAndTime = (file) => `${file.name}/${file.size}/${file.lastModified}`;

/**
 * @param {string} style
 * @param {string} text
 */
function small(style, text) {
  const span = document.createElement("span");
  span.className = style;
  span.textContent = text;
  return span;
}

/**
 * Write a size as the server does.
 * @param {number} bytes
 */
function size(bytes) {
  const units = ["B", "KB", "MB"];
  const step = bytes < 1024 ? 0 : bytes < 1024 ** 2 ? 1 : 2;
  return `${(bytes / 1024 ** step).toFixed(step ? 1 : 0)} ${units[step]}`;
}

customElements.define("file-list", ChosenFiles);
