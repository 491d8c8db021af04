// What is said of a device's clock holds within the error of measuring it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { driftInWords } from "../../static/js/drift.js";

const words = { fast: "fast {n} ±{e}", slow: "slow {n} ±{e}", same: "same ±{e}" };

test("a device's clock is fast, slow or, within the error of measuring, the same", () => {
  /** @type {(ahead: number, error: number) => string} */
  const of = (ahead, error) => driftInWords({ ahead, error }, words);
  assert.equal(of(3240, 12), "fast 3.2 ±0.01");
  assert.equal(of(-61_500, 40), "slow 61.5 ±0.04");
  assert.equal(of(-7_200_000, 40), "slow 7200 ±0.04");
  assert.equal(of(99, 5), "same ±0.01");
  assert.equal(of(-800, 900), "same ±0.90");
});

test("before it was measured nothing is said", () => {
  assert.equal(driftInWords({ ahead: Number.NaN, error: Number.NaN }, words), "");
  assert.equal(driftInWords({ ahead: 5, error: Number.NaN }, words), "");
});
