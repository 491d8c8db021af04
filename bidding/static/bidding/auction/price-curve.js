// The prices of an auction as a line of steps: a price stands until the next one. The table beside it says the same in figures.
const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, MARGIN] = [1000, 220, 12];

/** @param {{at: number, price: number}[]} points in order of time, at least two */
export function curveOf(points) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", pathOf(points));
  line.setAttribute("vector-effect", "non-scaling-stroke");
  svg.append(line);
  return svg;
}

/** @param {{at: number, price: number}[]} points */
export function pathOf(points) {
  const x = scale(
    points.map((point) => point.at),
    [MARGIN, WIDTH - MARGIN],
  );
  const y = scale(
    points.map((point) => point.price),
    [HEIGHT - MARGIN, MARGIN],
  );
  const [first, ...rest] = points;
  if (!first) return "";
  return [
    `M${x(first.at)} ${y(first.price)}`,
    ...rest.map((point) => `H${x(point.at)}V${y(point.price)}`),
  ].join("");
}

/**
 * Map the span of some numbers to another span; numbers that are all one map to its beginning.
 * @param {number[]} values
 * @param {[number, number]} span
 */
function scale(values, [from, to]) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const width = high - low || 1;
  return (/** @type {number} */ value) =>
    Math.round((from + ((value - low) / width) * (to - from)) * 10) / 10;
}
