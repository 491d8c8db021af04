// Asking the platform: a line that falls silent is given up and the same request sent again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SealingError } from "../../bidding/static/bidding/sealing/errors.js";
import { intakeAt } from "../../bidding/static/bidding/sealing/intake.js";

const DOORS = { base: "/intake", tokenUrl: "/token", csrf: "c", bidder: "b" };
const turn = () => new Promise((resolve) => setImmediate(resolve));
const said = (/** @type {unknown} */ told) => new Response(JSON.stringify(told));

/**
 * A network whose first `dead` requests after the token never answer.
 * @param {import("node:test").TestContext} t
 * @param {number} dead
 */
function network(t, dead) {
  /** @type {string[]} */
  const asked = [];
  t.mock.method(
    globalThis,
    "fetch",
    (/** @type {string} */ url, /** @type {RequestInit} */ how) => {
      asked.push(url);
      if (url === "/token") return Promise.resolve(said({ token: "t" }));
      if (asked.length > dead + 1) return Promise.resolve(said({ receipts: [] }));
      return new Promise((_, reject) => {
        const gone = () => reject(new DOMException("aborted", "AbortError"));
        how.signal?.addEventListener("abort", gone);
      });
    },
  );
  return asked;
}

test("a request that is never answered is sent again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const asked = network(t, 2);
  /** @type {boolean[]} */
  const waits = [];
  const answer = intakeAt(DOORS, { onWait: (_, reached) => waits.push(reached) }).receipts("T");
  while (asked.length < 4) {
    await turn();
    t.mock.timers.tick(1000);
  }
  assert.deepEqual(await answer, { receipts: [] });
  assert.deepEqual(waits, [false, false]);
});

test("who gives up is told so, and nothing is sent again", async (t) => {
  const asked = network(t, 9);
  const stop = new AbortController();
  const answer = intakeAt(DOORS, { signal: stop.signal }).receipts("T");
  while (asked.length < 2) await turn();
  stop.abort();
  await assert.rejects(answer, (error) => {
    assert.ok(error instanceof SealingError);
    return error.code === "client.stopped";
  });
  assert.equal(asked.length, 2);
});
