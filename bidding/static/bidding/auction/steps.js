// Prices are decimal text: sums are made in whole fen, never in floating point.
const FIRST = [0, 1, 2, 5];

/** @param {string} price */
export const toFen = (price) => {
  const [whole = "0", part = ""] = price.split(".");
  return BigInt(whole) * 100n + BigInt(part.padEnd(2, "0").slice(0, 2) || "0");
};

/** @param {bigint} fen */
export const fromFen = (fen) => {
  const part = String(fen % 100n).padStart(2, "0");
  return part === "00" ? String(fen / 100n) : `${fen / 100n}.${part}`;
};

/**
 * Give the next prices one may offer: the least that will do, then one, two and five steps beyond.
 * @param {string} next
 * @param {string} increment
 * @param {string} direction
 */
export function nextPrices(next, increment, direction) {
  const [from, step] = [toFen(next), toFen(increment) * (direction === "low" ? -1n : 1n)];
  const prices = FIRST.map((count) => from + step * BigInt(count)).filter((fen) => fen > 0n);
  return [...new Set(prices)].map(fromFen);
}

/**
 * Tell how many steps a price lies beyond the least that will do; 0 for text that is no price.
 * @param {string} price
 * @param {string} next
 * @param {string} increment
 */
export function stepsAbove(price, next, increment) {
  const step = toFen(increment);
  if (!/^\d{1,14}(\.\d{1,2})?$/.test(price) || !step) return 0;
  const beyond = toFen(price) - toFen(next);
  return Number((beyond < 0n ? -beyond : beyond) / step);
}
