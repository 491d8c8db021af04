// How a device's clock compares with the server's, in the words of the page.

/**
 * Seconds with one decimal place; whole ones above a hundred.
 * @param {number} milliseconds
 */
const seconds = (milliseconds) =>
  (milliseconds / 1000).toFixed(milliseconds >= 100_000 ? 0 : milliseconds < 1000 ? 2 : 1);

/**
 * Say by how much the device is fast or slow; what lies within the error of measuring, or below a tenth of a second, is "same".
 * Nothing while nothing was measured.
 * @param {{ ahead: number, error: number }} measured milliseconds
 * @param {{ fast: string, slow: string, same: string }} words sentences with {n} (seconds) and {e} (error, seconds)
 */
export function driftInWords({ ahead, error }, { fast, slow, same }) {
  if (Number.isNaN(ahead) || Number.isNaN(error)) return "";
  const far = Math.abs(ahead);
  const sentence = far <= Math.max(error, 100) ? same : ahead > 0 ? fast : slow;
  return sentence.replace("{n}", seconds(far)).replace("{e}", seconds(error));
}
