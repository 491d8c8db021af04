// The prices a bidder is offered are made in whole fen; the curve is a line of steps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pathOf } from "../../bidding/static/bidding/auction/price-curve.js";
import {
  fromFen,
  nextPrices,
  stepsAbove,
  toFen,
} from "../../bidding/static/bidding/auction/steps.js";

test("amounts are read and written to the fen", () => {
  for (const text of ["0.01", "10", "2600000", "99999999999999.99"])
    assert.equal(fromFen(toFen(text)), text);
  assert.equal(toFen("1.5"), 150n);
  assert.equal(fromFen(150n), "1.50");
});

test("the next prices go up by steps, and down where the price falls", () => {
  assert.deepEqual(nextPrices("100", "0.10", "high"), ["100", "100.10", "100.20", "100.50"]);
  assert.deepEqual(nextPrices("100", "50", "low"), ["100", "50"]);
});

test("how far a price lies beyond the next one is counted in whole steps", () => {
  assert.equal(stepsAbove("2820000", "2620000", "20000"), 10);
  assert.equal(stepsAbove("2620000.00", "2620000", "20000"), 0);
  assert.equal(stepsAbove("26200000", "2620000", "20000"), 1179);
  for (const wrong of ["", "1e9", "-1", "12.345"]) assert.equal(stepsAbove(wrong, "1", "1"), 0);
});

test("the curve goes right, then up; one price alone is a point", () => {
  const points = [
    { at: 0, price: 10 },
    { at: 5, price: 20 },
    { at: 10, price: 40 },
  ];
  assert.equal(pathOf(points), "M12 208H500V142.7H988V12");
  assert.equal(pathOf([{ at: 3, price: 7 }]), "M12 208");
  assert.equal(pathOf([]), "");
});
