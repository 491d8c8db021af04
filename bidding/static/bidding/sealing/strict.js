// Strict JSON: the parser rules of sealing.md 4.1, with the verdict and the code of Python's
// bidding/sealing/strict.py. JSON.parse cannot serve: it drops duplicate keys and rounds numbers.
import { binary, fromUtf8, utf8 } from "./bytes.js";
import { SealingError } from "./errors.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {{[key: string]: unknown}} Found */

export const MAX_DEPTH = 8;
const TOKEN = /"(?:[^"\\]|\\.)*"|[[{]|[\]}]/gs;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings must not hold any
const STRING = /[^"\\\u0000-\u001f]*/y;
const BLANK = /[ \t\n\r]*/y;
/** @type {Record<string, string>} */
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS = /** @type {const} */ ([
  ["null", null],
  ["true", true],
  ["false", false],
]);
const NO_NUMBERS = ["NaN", "Infinity", "-Infinity"];

/**
 * Read one JSON text, refusing whatever two parsers could read differently.
 * @param {Bytes} content
 * @param {number} limit
 * @returns {unknown}
 */
export function parse(content, limit) {
  if (content.length > limit) throw new SealingError("seal.too_large", { limit });
  const text = fromUtf8(content);
  if (text.startsWith("\ufeff")) throw new SealingError("seal.json_utf8");
  checkDepth(text);
  const value = new Reader(text).whole();
  checkText(value);
  return value;
}

/**
 * Count brackets outside strings, before any recursive parser sees them.
 * @param {string} text
 */
function checkDepth(text) {
  let depth = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > MAX_DEPTH) throw new SealingError("seal.json_depth");
  }
}

class Reader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  whole() {
    const value = this.value();
    this.blank();
    if (this.at !== this.text.length) this.syntax();
    return value;
  }

  /** @returns {never} */
  syntax() {
    throw new SealingError("seal.json_syntax");
  }

  /** @returns {never} */
  number() {
    throw new SealingError("seal.json_number");
  }

  /** @param {RegExp} pattern sticky */
  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  blank() {
    this.match(BLANK);
  }

  /** @param {string} word */
  take(word) {
    const found = this.text.startsWith(word, this.at);
    if (found) this.at += word.length;
    return found;
  }

  /** @returns {unknown} */
  value() {
    this.blank();
    if (this.take('"')) return this.string();
    if (this.take("{")) return this.object();
    if (this.take("[")) return this.list();
    for (const [word, value] of WORDS) if (this.take(word)) return value;
    if (NO_NUMBERS.some((word) => this.text.startsWith(word, this.at))) this.number();
    return this.integer();
  }

  integer() {
    const found = this.match(NUMBER) ?? this.syntax();
    const value = Number(found[0]);
    if (found[1] || found[2] || found[0] === "-0" || !Number.isSafeInteger(value)) this.number();
    return value;
  }

  string() {
    let value = "";
    for (;;) {
      value += this.match(STRING)?.[0] ?? "";
      if (this.take('"')) return value;
      if (!this.take("\\")) this.syntax();
      value += this.escape();
    }
  }

  escape() {
    const mark = this.text[this.at++] ?? this.syntax();
    if (mark !== "u") return ESCAPES[mark] ?? this.syntax();
    const digits = this.text.slice(this.at, this.at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.syntax();
    this.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  list() {
    /** @type {unknown[]} */
    const items = [];
    this.blank();
    if (this.take("]")) return items;
    for (;;) {
      items.push(this.value());
      this.blank();
      if (this.take("]")) return items;
      if (!this.take(",")) this.syntax();
    }
  }

  object() {
    /** @type {Found} */
    const found = Object.create(null);
    let pairs = 0;
    this.blank();
    if (this.take("}")) return found;
    for (;;) {
      this.blank();
      if (!this.take('"')) this.syntax();
      const key = this.string();
      this.blank();
      if (!this.take(":")) this.syntax();
      found[key] = this.value();
      pairs += 1;
      this.blank();
      if (this.take("}")) return this.unique(found, pairs);
      if (!this.take(",")) this.syntax();
    }
  }

  /**
   * @param {Found} found
   * @param {number} pairs
   */
  unique(found, pairs) {
    if (Object.keys(found).length !== pairs) throw new SealingError("seal.json_duplicate");
    return found;
  }
}

/**
 * Refuse lone surrogates, which have no UTF-8 form.
 * @param {unknown} value
 */
function checkText(value) {
  if (typeof value === "string") {
    if (/\p{Surrogate}/u.test(value)) throw new SealingError("seal.json_surrogate");
  } else if (Array.isArray(value)) value.forEach(checkText);
  else if (typeof value === "object" && value !== null)
    for (const [key, item] of Object.entries(value)) {
      checkText(key);
      checkText(item);
    }
}

/**
 * Write JSON the way our clients do; readers hash it as sent and never write it again.
 * @param {unknown} value
 */
export const write = (value) => utf8(JSON.stringify(value));

/**
 * Tell whether a value is an object of JSON.
 * @param {unknown} value
 * @returns {value is Found}
 */
export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Check that a value is an object with these keys; others must start with x-.
 * @param {unknown} value
 * @param {readonly string[]} required
 * @param {readonly string[]} [optional]
 * @returns {Found}
 */
export function members(value, required, optional = []) {
  if (!isObject(value)) throw new SealingError("seal.value");
  for (const key of required)
    if (!(key in value)) throw new SealingError("seal.key_missing", { key });
  for (const key of Object.keys(value))
    if (!required.includes(key) && !optional.includes(key) && !key.startsWith("x-"))
      throw new SealingError("seal.key_unknown", { key });
  return value;
}

/**
 * Give a text member of `least` to `limit` UTF-8 bytes.
 * @param {Found} found
 * @param {string} key
 * @param {number} [limit]
 * @param {number} [least]
 */
export function textOf(found, key, limit = 128, least = 1) {
  const value = found[key];
  const size = typeof value === "string" ? utf8(value).length : -1;
  if (typeof value !== "string" || size < least || size > limit)
    throw new SealingError("seal.value", { key });
  return value;
}

/**
 * Give an integer member that is at least `least`.
 * @param {Found} found
 * @param {string} key
 * @param {number} [least]
 */
export function numberOf(found, key, least = 0) {
  const value = found[key];
  if (typeof value !== "number" || value < least) throw new SealingError("seal.value", { key });
  return value;
}

/**
 * Give a list member of at most `limit` items.
 * @param {Found} found
 * @param {string} key
 * @param {number} limit
 * @returns {unknown[]}
 */
export function listOf(found, key, limit) {
  const value = found[key];
  if (!Array.isArray(value) || value.length > limit) throw new SealingError("seal.value", { key });
  return value;
}

/**
 * Give a list member of binary values of one size.
 * @param {Found} found
 * @param {string} key
 * @param {number} limit
 * @param {number} size
 */
export const binaries = (found, key, limit, size) =>
  listOf(found, key, limit).map((item) => binary(item, size));
