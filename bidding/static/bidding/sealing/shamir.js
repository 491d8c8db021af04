// Shamir's k-of-n secret sharing over GF(256) with polynomial 0x11b, byte by byte.
import { SealingError } from "./errors.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

export const MAX_PARTS = 16;
const LEAST = 2;

/**
 * @param {number} x
 * @param {number} y
 */
function multiply(x, y) {
  let product = 0;
  for (let rest = y, power = x; rest; rest >>= 1) {
    if (rest & 1) product ^= power;
    power = (power << 1) ^ (power & 0x80 ? 0x11b : 0);
  }
  return product;
}

/** @param {number} value */
function inverse(value) {
  let result = 1;
  for (let step = 0; step < 254; step += 1) result = multiply(result, value);
  return result;
}

/**
 * Refuse a threshold of one, which lets a custodian open alone, or one above the parts.
 * @param {number} k
 * @param {number} n
 */
export function checkThreshold(k, n) {
  if (!(LEAST <= k && k <= n && n <= MAX_PARTS)) throw new SealingError("seal.threshold", { k, n });
}

/**
 * Split a secret into parts 1 to n; any k of them give it back, fewer tell nothing.
 * @param {Bytes} secret
 * @param {number} k
 * @param {number} n
 * @param {(size: number) => Bytes} random
 */
export function split(secret, k, n, random) {
  checkThreshold(k, n);
  const coefficients = Array.from({ length: k - 1 }, () => random(secret.length));
  return Array.from({ length: n }, (_, place) => evaluate(secret, coefficients, place + 1));
}

/**
 * @param {Bytes} secret
 * @param {Bytes[]} coefficients
 * @param {number} x
 */
function evaluate(secret, coefficients, x) {
  return secret.map((byte, at) => {
    const total = coefficients.reduceRight((sum, one) => multiply(sum ^ (one[at] ?? 0), x), 0);
    return total ^ byte;
  });
}

/**
 * Interpolate the parts at zero; the caller checks the result against its commitment.
 * @param {Map<number, Bytes>} parts
 */
export function combine(parts) {
  const indexes = [...parts.keys()].sort((left, right) => left - right);
  const sizes = new Set([...parts.values()].map((part) => part.length));
  if (sizes.size !== 1 || !indexes.every((index) => 0 < index && index <= MAX_PARTS))
    throw new SealingError("seal.parts_index");
  const total = new Uint8Array(Math.max(...sizes));
  for (const i of indexes) {
    const weight = indexes
      .filter((j) => j !== i)
      .reduce((product, j) => multiply(product, multiply(j, inverse(i ^ j))), 1);
    parts.get(i)?.forEach((byte, at) => {
      total[at] = (total[at] ?? 0) ^ multiply(byte, weight);
    });
  }
  return total;
}

/**
 * Give the secret of every k-subset in turn: a dishonest dealer may make subsets disagree.
 * @param {Map<number, Bytes>} parts
 * @param {number} k
 * @returns {Generator<Bytes>}
 */
export function* candidates(parts, k) {
  const places = [...parts].sort(([left], [right]) => left - right);
  for (const chosen of combinations(places, k)) yield combine(new Map(chosen));
}

/**
 * @template T
 * @param {T[]} items
 * @param {number} k
 * @returns {Generator<T[]>}
 */
function* combinations(items, k) {
  if (k === 0) yield [];
  else
    for (const [at, item] of items.entries())
      for (const rest of combinations(items.slice(at + 1), k - 1)) yield [item, ...rest];
}
