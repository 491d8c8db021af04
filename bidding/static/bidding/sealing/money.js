// Amounts in capitals (大写金额) both ways, with the verdicts of kernel/money.py; amounts are whole fen.
import { SealingError } from "./errors.js";

const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const LARGEST = 9_999_999_999_999_999n;
const CAPITALS =
  /^(负?)(?:([零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+)元)?(?:零?([壹贰叁肆伍陆柒捌玖])角)?(?:零?([壹贰叁肆伍陆柒捌玖])分)?(整?)$/;

/**
 * Write an amount in capitals.
 * @param {bigint} fen
 */
export function inCapitals(fen) {
  const amount = fen < 0n ? -fen : fen;
  if (amount > LARGEST) throw new SealingError("money.out_of_range");
  const sign = fen < 0n ? "负" : "";
  const [yuan, rest] = [wholeWords(amount / 100n), Number(amount % 100n)];
  if (!rest) return `${sign}${yuan || "零"}元整`;
  return sign + (yuan && `${yuan}元`) + partWords(rest, yuan !== "");
}

/**
 * Write a whole number; the empty string for zero.
 * @param {bigint} number
 * @returns {string}
 */
function wholeWords(number) {
  if (number >= 10n ** 8n)
    return joined(`${wholeWords(number / 10n ** 8n)}亿`, number % 10n ** 8n, 10n ** 7n);
  if (number >= 10n ** 4n)
    return joined(`${section(number / 10n ** 4n)}万`, number % 10n ** 4n, 1000n);
  return section(number);
}

/**
 * @param {string} high
 * @param {bigint} rest
 * @param {bigint} needsZeroBelow
 */
const joined = (high, rest, needsZeroBelow) =>
  high + (0n < rest && rest < needsZeroBelow ? "零" : "") + wholeWords(rest);

/**
 * Write a number below ten thousand, with one 零 for each run of empty places inside it.
 * @param {bigint} number
 */
function section(number) {
  const digits = [...String(number)].map(Number);
  const words = digits.map((digit, at) =>
    digit ? `${DIGITS[digit]}${PLACES[digits.length - 1 - at]}` : "零",
  );
  return words.join("").replace(/零+/g, "零").replace(/零$/, "");
}

/**
 * @param {number} fen
 * @param {boolean} afterYuan
 */
function partWords(fen, afterYuan) {
  const [jiao, rest] = [Math.floor(fen / 10), fen % 10];
  const tenths = jiao ? `${DIGITS[jiao]}角` : afterYuan ? "零" : "";
  return tenths + (rest ? `${DIGITS[rest]}分` : "");
}

/**
 * Read an amount in capitals. 圆 and 正 pass for 元 and 整; a 零 the rules leave open may be missing;
 * all else must be right.
 * @param {string} text
 */
export function parseCapitals(text) {
  const unified = text.trim().replaceAll("圆", "元").replaceAll("正", "整");
  const plain = unified.replace(/^(负?)拾/, "$1壹拾");
  const found = CAPITALS.exec(plain);
  const refused = new SealingError("money.capitals_malformed");
  if (!found) throw refused;
  const [, sign, whole = "", jiao = "零", fen = "零"] = found;
  const part = BigInt(DIGITS.indexOf(jiao) * 10 + DIGITS.indexOf(fen));
  const amount = (sign ? -1n : 1n) * (amountOf(whole) * 100n + part);
  const size = amount < 0n ? -amount : amount;
  if (size > LARGEST || !agrees(plain, inCapitals(amount))) throw refused;
  return amount;
}

/**
 * Add up the words of a whole number; their order is checked by writing it again.
 * @param {string} words
 * @returns {bigint}
 */
function amountOf(words) {
  for (const [unit, factor] of /** @type {const} */ ([
    ["亿", 10n ** 8n],
    ["万", 10n ** 4n],
  ])) {
    const at = words.lastIndexOf(unit);
    if (at >= 0) return amountOf(words.slice(0, at)) * factor + amountOf(words.slice(at + 1));
  }
  let [total, digit] = [0n, 0n];
  for (const one of words) {
    const place = PLACES.indexOf(one);
    if (place > 0) [total, digit] = [total + digit * 10n ** BigInt(place), 0n];
    else digit = BigInt(DIGITS.indexOf(one));
  }
  return total + digit;
}

/**
 * Compare without the 零 and 整 the rules leave open; a doubled 零 was never legal.
 * @param {string} given
 * @param {string} canonical
 */
function agrees(given, canonical) {
  const even = (/** @type {string} */ words) => words.replace(/整+$/, "");
  if (even(given) === even(canonical)) return true;
  if (given.includes("零零") || /^负?零|零[元万亿]/.test(given)) return false;
  return even(given.replaceAll("零", "")) === even(canonical.replaceAll("零", ""));
}
