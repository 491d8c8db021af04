// Read a bid's form, stage by stage: fields that are read out, files, and what the tender demands.
//
//   <fieldset data-stage="price" data-ceiling="1180000.00" data-currency="CNY" data-required="price days"
//             data-items='[{"title": "投标函", "words": ["投标函"]}]' data-endings=".pdf .docx"
//             data-figures='[{"field": "x-fact-1", "least": "0", "most": "90", "stages": ["price"]}]'
//             data-max-file="…" data-max-total="…">
//     <input data-field="price"> <input data-field="currency"> <input data-field="price_in_words">
//     <input data-item="1" data-quantity="3">      unit price of item 1: becomes field x-item-1
//     <input type="file" data-files multiple>
import { toFen } from "./contents.js";
import { understood } from "./errors.js";
import { FIGURE, LIMITS, lint, sumAfter } from "./lint.js";
import { metadataOf } from "./metadata.js";

const AMOUNT = /^\d{1,14}(?:\.\d{1,2})?$/;
const QUANTITY = /^(\d{1,9})(?:\.(\d{1,4}))?$/;

/**
 * @param {HTMLElement} fieldset
 * @returns {import("./bid.js").StageOffer}
 */
export function offerOf(fieldset) {
  /** @type {Record<string, string>} */
  const fields = {};
  for (const input of fieldset.querySelectorAll("[data-field], [data-item]")) {
    if (!(input instanceof HTMLInputElement || isOther(input))) continue;
    const { field, item } = input.dataset;
    const value = input.value.trim();
    if (value) fields[field ?? `x-item-${item}`] = value;
  }
  const files = [...fieldset.querySelectorAll("input[data-files]")].flatMap((input) =>
    input instanceof HTMLInputElement ? [...(input.files ?? [])] : [],
  );
  return { fields, files };
}

/**
 * @param {Element} input
 * @returns {input is HTMLTextAreaElement | HTMLSelectElement}
 */
const isOther = (input) =>
  input instanceof HTMLTextAreaElement || input instanceof HTMLSelectElement;

/**
 * Give all stages of the form.
 * @param {HTMLElement} root
 */
export const stagesOf = (root) =>
  [...root.querySelectorAll("[data-stage]")].flatMap((part) =>
    part instanceof HTMLElement ? [part] : [],
  );

/**
 * Add up the item prices of a stage into its price field; the sum is exact.
 * @param {HTMLElement} fieldset
 */
export function addUp(fieldset) {
  const items = [...fieldset.querySelectorAll("input[data-item]")].flatMap((input) =>
    input instanceof HTMLInputElement ? [input] : [],
  );
  const target = fieldset.querySelector('[data-field="price"]');
  if (!items.length || !(target instanceof HTMLInputElement)) return;
  const amounts = items.map((input) => amountOf(input.value.trim(), input.dataset.quantity ?? "1"));
  const total = amounts.reduce((sum, one) => (one === null || sum === null ? null : sum + one), 0n);
  const digits = total === null ? "" : String(total).padStart(3, "0");
  target.value = digits && `${digits.slice(0, -2)}.${digits.slice(-2)}`;
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Make the price of a stage whose bidders name a rate: what the rate leaves of the ceiling.
 * @param {HTMLElement} fieldset
 */
export function takeOff(fieldset) {
  const rate = fieldset.querySelector("[data-takes-off]");
  const target = fieldset.querySelector('[data-field="price"]');
  const { ceiling } = fieldset.dataset;
  if (!(rate instanceof HTMLInputElement && target instanceof HTMLInputElement && ceiling)) return;
  const said = rate.value.trim();
  const digits = FIGURE.test(said) && Number(said) < 100 ? String(sumAfter(ceiling, said)) : "";
  const padded = digits.padStart(3, "0");
  target.value = digits && `${padded.slice(0, -2)}.${padded.slice(-2)}`;
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Multiply a unit price by a quantity, in fen, halves up; null when either is no number.
 * @param {string} price
 * @param {string} quantity
 */
export function amountOf(price, quantity) {
  const found = QUANTITY.exec(quantity);
  if (!AMOUNT.test(price) || !found) return null;
  const whole = BigInt(`${found[1]}${(found[2] ?? "").padEnd(4, "0")}`);
  return (toFen(price) * whole + 5000n) / 10_000n;
}

/**
 * @param {HTMLElement} fieldset
 * @param {string[]} hiddenNames
 * @returns {import("./lint.js").Requirements}
 */
export function requirementsOf({ dataset }, hiddenNames) {
  const words = (/** @type {string | undefined} */ text) => text?.split(" ").filter(Boolean) ?? [];
  return {
    ...LIMITS,
    stage: dataset.stage ?? "",
    currency: dataset.currency || LIMITS.currency,
    ceiling: dataset.ceiling || null,
    floor: dataset.floor || null,
    fields: words(dataset.required),
    figures: JSON.parse(dataset.figures || "[]").filter(
      (/** @type {{stages: string[]}} */ { stages }) => stages.includes(dataset.stage ?? ""),
    ),
    items: JSON.parse(dataset.items || "[]"),
    endings: words(dataset.endings),
    maxFile: Number(dataset.maxFile) || LIMITS.maxFile,
    maxTotal: Number(dataset.maxTotal) || LIMITS.maxTotal,
    hiddenNames,
  };
}

/**
 * Lint one stage of the form as it stands.
 * @param {HTMLElement} fieldset
 * @param {string[]} hiddenNames
 */
export async function findingsOf(fieldset, hiddenNames) {
  const { fields, files } = offerOf(fieldset);
  const read = [];
  for (const file of files) {
    const metadata = await metadataOf(file).catch((error) => {
      throw understood(error, file.name); // moved, or changed since it was chosen
    });
    read.push({ name: file.name, size: file.size, metadata });
  }
  return lint({ fields, files: read }, requirementsOf(fieldset, hiddenNames));
}
