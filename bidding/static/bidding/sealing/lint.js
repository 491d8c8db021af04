// Predict, before sealing, every formal rejection that can be predicted: the findings, codes and facts
// of bidding/sealing/lint.py. The sentence of each code is in the page.
import {
  checkName,
  folded,
  MAX_BODY,
  MAX_FILES,
  parseFields,
  parsePrice,
  toFen,
} from "./contents.js";
import { codeOf, SealingError } from "./errors.js";
import { PRICED } from "./format.js";
import { inCapitals, parseCapitals } from "./money.js";
import { paddedLength } from "./stream.js";
import { write } from "./strict.js";

/**
 * What the tender document demands of one stage of a bid for one lot.
 * @typedef {object} Requirements
 * @property {string} stage
 * @property {string} currency
 * @property {string | null} ceiling plain decimal, in yuan
 * @property {string | null} floor plain decimal, in yuan
 * @property {string[]} fields names of fields that must be filled in
 * @property {{field: string, least: string, most: string, takes_off?: boolean}[]} figures numbers
 *   that the tender prices; one may be the rate which, taken off the ceiling, makes the price
 * @property {{title: string, words: string[]}[]} items documents; a file's name holds one of the words
 * @property {string[]} endings of file names, in small letters; empty allows all
 * @property {number} maxFile bytes
 * @property {number} maxTotal bytes
 * @property {string[]} hiddenNames the bidder's names, which must not be told
 *
 * @typedef {{name: string, size: number, metadata: Record<string, string>}} DraftFile
 * @typedef {{fields: Record<string, string>, files: DraftFile[]}} Draft
 * @typedef {{level: "error" | "warning", code: string, facts: Record<string, string>}} Finding
 */

export const FIGURE = /^(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,2})?$/; // so few digits compare exactly

/** What a tender that says nothing else allows. */
export const LIMITS = {
  currency: "CNY",
  ceiling: null,
  floor: null,
  fields: [],
  figures: [],
  items: [],
  endings: [],
  maxFile: MAX_BODY - 1,
  maxTotal: MAX_BODY - 1,
  hiddenNames: [],
};

/**
 * List everything that would be refused at sealing, opening or the formal review.
 * @param {Draft} draft
 * @param {Requirements} requirements
 * @returns {Finding[]}
 */
export const lint = (draft, requirements) =>
  [malformed, missingFields, figures, price, words, names, sizes, items, metadata].flatMap(
    (check) => [...check(draft, requirements)],
  );

/**
 * Tell whether sealing should be refused.
 * @param {Finding[]} findings
 */
export const hasErrors = (findings) => findings.some(({ level }) => level === "error");

/**
 * @param {string} code
 * @param {Record<string, string>} [facts]
 * @returns {Finding}
 */
const refused = (code, facts = {}) => ({ level: "error", code, facts });

/**
 * @param {string} code
 * @param {Record<string, string>} facts
 * @returns {Finding}
 */
const doubted = (code, facts) => ({ level: "warning", code, facts });

/**
 * Give the code with which a check refuses, or null.
 * @param {() => unknown} check
 */
function codeFrom(check) {
  try {
    check();
  } catch (error) {
    return codeOf(error);
  }
  return null;
}

/**
 * @param {Draft} draft
 * @param {Requirements} requirements
 */
function* malformed({ fields }, { stage }) {
  const code = codeFrom(() => parseFields(write(fields), stage));
  if (code) yield refused(code);
}

/**
 * @param {Draft} draft
 * @param {Requirements} requirements
 */
function* missingFields(draft, { fields }) {
  for (const field of fields)
    if (!draft.fields[field]?.trim()) yield refused("lint.field_missing", { field });
}

/**
 * Ask for each number that the tender prices: without it a bid cannot be compared.
 * @param {Draft} draft
 * @param {Requirements} requirements
 */
function* figures(draft, { figures: asked, ceiling }) {
  for (const { field, least, most, takes_off } of asked) {
    const said = (draft.fields[field] ?? "").trim();
    const inside =
      FIGURE.test(said) && Number(said) >= Number(least) && Number(said) <= Number(most);
    if (!inside) yield refused("lint.figure", { field, least, most });
    else if (takes_off && ceiling !== null) yield* leftBy(said, draft, ceiling);
  }
}

/**
 * Hold the price to what the rate leaves of the ceiling.
 * @param {string} rate
 * @param {Draft} draft
 * @param {string} ceiling
 */
function* leftBy(rate, draft, ceiling) {
  const [amount, expected] = [amountOf(draft), sumAfter(ceiling, rate)];
  if (amount && amount.fen !== expected)
    yield refused("lint.rate_price", { price: amount.text, expected: yuan(expected) });
}

/**
 * Give what a rate in percent leaves of a limit, in fen, halves up.
 * @param {string} limit
 * @param {string} rate
 */
export function sumAfter(limit, rate) {
  const [whole, part = ""] = rate.split(".");
  const left = 10_000n - BigInt(`${whole}${part.padEnd(2, "0")}`);
  return (toFen(limit) * left + 5000n) / 10_000n;
}

/** @param {Draft} draft */
function amountOf({ fields }) {
  const text = fields.price ?? "";
  return codeFrom(() => parsePrice(text)) ? null : { text, fen: parsePrice(text) };
}

/**
 * @param {Draft} draft
 * @param {Requirements} requirements
 */
function* price(draft, { stage, currency: expected, ceiling, floor }) {
  const found = draft.fields.currency ?? expected;
  if (PRICED.includes(stage) && found !== expected)
    yield refused("lint.currency", { expected, found });
  const amount = amountOf(draft);
  if (amount && ceiling !== null && amount.fen > toFen(ceiling))
    yield refused("lint.over_ceiling", { price: amount.text, ceiling });
  if (amount && floor !== null && amount.fen < toFen(floor))
    yield refused("lint.below_floor", { price: amount.text, floor });
}

/**
 * Compare the amount in words with the figures; the words would prevail at the review.
 * @param {Draft} draft
 */
function* words(draft) {
  const [given, amount] = [draft.fields.price_in_words, amountOf(draft)];
  if (!given || !amount) return;
  const unwritable = codeFrom(() => inCapitals(amount.fen)); // beyond what the law's words reach
  const expected = unwritable ? amount.text : inCapitals(amount.fen);
  if (codeFrom(() => parseCapitals(given)))
    yield refused("lint.words_unreadable", { words: given, expected });
  else if (parseCapitals(given) !== amount.fen) {
    const stated = yuan(parseCapitals(given));
    yield refused("lint.words_differ", { stated, price: amount.text, expected });
  }
}

/** @param {bigint} fen */
function yuan(fen) {
  const digits = String(fen < 0n ? -fen : fen).padStart(3, "0");
  return `${fen < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/**
 * @param {Draft} draft
 * @param {Requirements} requirements
 */
function* names({ files }, { endings }) {
  if (files.length > MAX_FILES) yield refused("seal.file_count");
  const seen = new Set();
  for (const { name } of files) {
    const [code, plain] = [codeFrom(() => checkName(name)), folded(name)];
    if (code) yield refused(code, { file: name });
    if (seen.has(plain)) yield refused("seal.file_name_same", { file: name });
    seen.add(plain);
    if (endings.length && !endings.some((ending) => plain.endsWith(ending)))
      yield refused("lint.file_type", { file: name, endings: endings.join(" ") });
  }
}

/**
 * @param {Draft} draft
 * @param {Requirements} requirements
 */
function* sizes({ files }, { maxFile, maxTotal }) {
  for (const { name, size } of files) {
    if (!size) yield doubted("lint.file_empty", { file: name });
    if (size > maxFile) yield refused("lint.file_size", { file: name, limit: String(maxFile) });
  }
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > maxTotal || paddedLength(total) >= MAX_BODY)
    yield refused("lint.total_size", { total: String(total), limit: String(maxTotal) });
}

/**
 * @param {Draft} draft
 * @param {Requirements} requirements
 */
function* items({ files }, { items: wanted }) {
  const given = files.map(({ name }) => folded(name));
  for (const { title, words: known } of wanted) {
    const marks = (known.length ? known : [title]).map(folded);
    if (!marks.some((mark) => given.some((name) => name.includes(mark))))
      yield refused("lint.item_missing", { item: title });
  }
}

/**
 * Warn of document properties that name the bidder, or anybody, in the open for the review.
 * @param {Draft} draft
 * @param {Requirements} requirements
 */
function* metadata({ files }, { hiddenNames }) {
  const hidden = hiddenNames.filter(Boolean).map(folded);
  for (const file of files)
    for (const [property, value] of Object.entries(file.metadata).sort(byName)) {
      const told = hidden.some((name) => folded(value).includes(name));
      const code = told ? "lint.metadata_names_bidder" : "lint.metadata";
      yield doubted(code, { file: file.name, property, value });
    }
}

/**
 * @param {[string, string]} left
 * @param {[string, string]} right
 */
const byName = ([left], [right]) => (left < right ? -1 : 1);

/**
 * Let a check that must pass throw its first error.
 * @param {Finding[]} findings
 */
export function refuseErrors(findings) {
  const first = findings.find(({ level }) => level === "error");
  if (first) throw new SealingError(first.code, first.facts);
}
