// Amounts in capitals (大写金额) while one types; the server's kernel.money.in_capitals is the authority, and
// tests/js/capitals.test.mjs compares the two.
const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿", "万亿"];

/**
 * Write four digits or fewer, with one 零 for each run of empty places inside.
 * @param {string} digits
 */
function section(digits) {
  const words = [...digits].map((digit, index) =>
    digit === "0" ? "零" : `${DIGITS[Number(digit)]}${PLACES[digits.length - 1 - index]}`,
  );
  return words.join("").replace(/零+/g, "零").replace(/零$/, "");
}

/** @param {string} whole */
function yuan(whole) {
  const padded = whole.padStart(Math.ceil(whole.length / 4) * 4, "0");
  const parts = padded.match(/\d{4}/g) ?? [];
  const high = parts.length === 4 && parts[1] === "0000";
  const words = parts.map((part, index) => {
    const place = parts.length - 1 - index;
    const unit = place === 3 && !high ? "万" : GROUPS[place];
    return section(part) ? section(part) + unit : "零";
  });
  return words
    .join("")
    .replace(/零+/g, "零")
    .replace(/^零|零$/g, "");
}

/**
 * Give the capitals of an amount in yuan, or the empty string when the text is no amount.
 * @param {string} text
 */
export function inCapitals(text) {
  const found = /^0*(\d{1,14})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (!found?.[1]) return "";
  const whole = found[1].replace(/^0+/, "");
  const [jiao = "0", fen = "0"] = (found[2] ?? "").padEnd(2, "0");
  if (jiao + fen === "00") return `${yuan(whole) || "零"}元整`;
  const tenths = jiao === "0" ? (whole ? "零" : "") : `${DIGITS[Number(jiao)]}角`;
  const hundredths = fen === "0" ? "" : `${DIGITS[Number(fen)]}分`;
  return (whole ? `${yuan(whole)}元` : "") + tenths + hundredths;
}
