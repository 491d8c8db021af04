// The shared vectors of tests/vectors/sealing: the same files, verdicts and codes as in Python.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { base64url } from "../../bidding/static/bidding/sealing/bytes.js";
import { SealingError } from "../../bidding/static/bidding/sealing/errors.js";
import { OPERATIONS } from "./operations.mjs";

const FOLDER = new URL("../vectors/sealing/", import.meta.url);
const VECTORS = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")));

/**
 * Give a vector's members, over those of its base if it names one; a null member is absent.
 * @param {any} vector
 * @returns {Record<string, any>}
 */
function givenOf(vector) {
  const base = VECTORS.find(({ name }) => name === vector.base);
  const found = { ...(base && givenOf(base)), ...vector.given };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== null));
}

/**
 * @param {unknown} value
 * @returns {unknown}
 */
const asText = (value) =>
  JSON.parse(
    JSON.stringify(value, (_key, item) => (item instanceof Uint8Array ? base64url(item) : item)),
  );

for (const vector of VECTORS) {
  const { name, kind, expect } = vector;
  test(`vector ${name} gives the expected verdict`, async () => {
    let found;
    try {
      found = { ok: true, ...(await OPERATIONS[kind]?.(givenOf(vector))) };
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      found = { ok: false, code: error.code };
    }
    const told = /** @type {Record<string, unknown>} */ (asText(found));
    const asked = Object.keys(expect).map((key) => [key, told[key]]);
    assert.deepEqual(Object.fromEntries(asked), expect);
  });
}

test("every kind of operation has vectors", () => {
  assert.deepEqual(new Set(VECTORS.map(({ kind }) => kind)), new Set(Object.keys(OPERATIONS)));
});
