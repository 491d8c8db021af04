// The amounts in capitals a bidder sees while typing are those the server prints on the record.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inCapitals } from "../../static/js/capitals.js";

/** @type {[string, string][]} */
const vectors = JSON.parse(
  readFileSync(new URL("../vectors/capitals.json", import.meta.url), "utf8"),
);

test("amounts are written as the server writes them", () => {
  assert.deepEqual(
    vectors.map(([amount]) => [amount, inCapitals(amount)]),
    vectors,
  );
});

test("what is no amount has no capitals", () => {
  const wrong = ["", "12.345", "1,000", "-1", "1e3", "壹元", "123456789012345", ".5"];
  assert.deepEqual(
    wrong.map(inCapitals),
    wrong.map(() => ""),
  );
});
