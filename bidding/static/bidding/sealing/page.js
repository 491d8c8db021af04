// How an element speaks with its page: states that show and hide parts, places to write in, buttons
// that do, and sentences looked up by code. All words are in the HTML; scripts hold none.
//
//   data-state on the element           the state it is in
//   [data-for="offer keys"]             shown only in these states
//   [data-do="seal"]                    a button that does this
//   [data-show="rate"]                  where this is written
//   <template data-messages><p data-code="lint.currency">… %(expected)s …</p></template>
//   <template data-finding><li>…<span data-show="message"></span></li></template>
import { SealingError, understood } from "./errors.js";
import { Refusal } from "./intake.js";

/**
 * @param {HTMLElement} root
 * @param {string} name
 */
export const must = (root, name) => {
  const value = root.dataset[name];
  if (!value) throw new Error(`<${root.localName}> needs data-${name}`);
  return value;
};

/**
 * Put the element into a state and show what belongs to it.
 * @param {HTMLElement} root
 * @param {string} state
 */
export function enter(root, state) {
  root.dataset.state = state;
  for (const part of root.querySelectorAll("[data-for]"))
    if (part instanceof HTMLElement) part.hidden = !part.dataset.for?.split(" ").includes(state);
}

/**
 * Write into every place of a name; an empty text hides it.
 * @param {ParentNode} root
 * @param {string} name
 * @param {string} text
 */
export function show(root, name, text) {
  for (const place of root.querySelectorAll(`[data-show="${name}"]`))
    if (place instanceof HTMLElement) {
      if (place instanceof HTMLTextAreaElement) place.value = text;
      else place.textContent = text;
      if (place.hasAttribute("data-optional")) place.hidden = !text;
    }
}

/**
 * Give the sentence of a code with its facts filled in.
 * @param {ParentNode} root
 * @param {string} code
 * @param {Record<string, unknown>} [facts]
 */
export function sentence(root, code, facts = {}) {
  const owned = root.querySelector("template[data-messages]");
  const template = owned ?? document.querySelector("template[data-messages]");
  const found =
    template instanceof HTMLTemplateElement &&
    template.content.querySelector(`[data-code="${CSS.escape(code)}"]`);
  const text = (found ? found.textContent : "") || code;
  return text.replace(/%\((\w+)\)s/g, (all, name) => (name in facts ? String(facts[name]) : all));
}

/**
 * Tell what went wrong in the page's words, or in the platform's own.
 * @param {HTMLElement} root
 * @param {unknown} thrown
 */
export function complain(root, thrown) {
  const error = understood(thrown);
  if (!(error instanceof SealingError)) {
    show(root, "problem", sentence(root, "client.broken", { reason: String(error) }));
    throw error;
  }
  const told = "told" in error ? String(error.told) : "";
  show(root, "problem", told || sentence(root, error.code, error.facts));
  root.dataset.problem = error.code;
  if (error instanceof Refusal) root.dataset.status = String(error.facts.status);
}

/**
 * Let buttons do: one act at a time, its button busy meanwhile, failures told.
 * @param {HTMLElement} root
 * @param {Record<string, () => Promise<unknown> | unknown>} acts
 */
export function listen(root, acts) {
  root.addEventListener("click", async (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-do]");
    const act = button instanceof HTMLElement && acts[button.dataset.do ?? ""];
    if (!act || !(button instanceof HTMLButtonElement)) return;
    event.preventDefault();
    show(root, "problem", "");
    delete root.dataset.problem;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    await Promise.resolve()
      .then(act)
      .catch((error) => complain(root, error))
      .finally(() => {
        button.disabled = false;
        button.removeAttribute("aria-busy");
      });
  });
}

/**
 * Hand a file to the user.
 * @param {string} name
 * @param {BlobPart} content
 * @param {string} type
 */
export function download(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * Give the value of an input inside the element, by its data-in.
 * @param {ParentNode} root
 * @param {string} name
 */
export const entered = (root, name) => {
  const input = root.querySelector(`[data-in="${name}"]`);
  return input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement
    ? input.value
    : "";
};

/**
 * Give the first file chosen in an input inside the element, in bytes; null when none is.
 * @param {ParentNode} root
 * @param {string} name
 */
export async function chosen(root, name) {
  const input = root.querySelector(`[data-in="${name}"]`);
  const file = input instanceof HTMLInputElement ? input.files?.[0] : null;
  return file ? new Uint8Array(await file.arrayBuffer()) : null;
}

/**
 * Django's token: of a form inside, else of the page.
 * @param {ParentNode} root
 */
export function csrfOf(root) {
  const field =
    root.querySelector("[name=csrfmiddlewaretoken]") ??
    document.querySelector("[name=csrfmiddlewaretoken]");
  const given = document.body.getAttribute("hx-headers");
  if (field instanceof HTMLInputElement) return field.value;
  return given ? String(JSON.parse(given)["X-CSRFToken"]) : "";
}

/**
 * Fill a hidden field of the element's form.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
export function fill(form, name, value) {
  const field = form.elements.namedItem(name);
  if (!(field instanceof HTMLInputElement)) throw new Error(`the form needs an input ${name}`);
  field.value = value;
}

/**
 * Write a number of bytes for people.
 * @param {number} bytes
 */
export function size(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${value.toFixed(unit && value < 100 ? 1 : 0)} ${units[unit]}`;
}

/**
 * Write an instant as this platform's clocks show it, to the millisecond.
 * @param {string} text ISO 8601
 */
export function beijing(text) {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return text;
  return at.toLocaleString(document.documentElement.lang || "zh-CN", {
    timeZone: "Asia/Shanghai",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
  });
}

/**
 * Write a duration as a clock does; a dash while it is not known.
 * @param {number} seconds
 */
export function clock(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.ceil(seconds);
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
