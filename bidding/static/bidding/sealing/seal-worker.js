// The worker that seals bodies away from the page. In: {type: "seal", body, files, doors} | {type:
// "stop"}. Out: {type: "progress", bytes, total, rate, remaining} | {type: "waiting", seconds, reached} |
// {type: "done", digests} | {type: "failed", code, facts, told}. An import map does not reach
// workers, so everything here is imported by relative address.
import { SealingError, understood } from "./errors.js";
import { intakeAt, Refusal } from "./intake.js";
import { startSealers } from "./sealers.js";
import { sealAndSend } from "./sending.js";
import { digestsOf, keepDigests } from "./store.js";

/**
 * @typedef {{type: "seal", body: import("./sending.js").Body, files: Blob[],
 *   doors: import("./intake.js").Doors}} Order
 */

const stop = new AbortController();
const tell = (/** @type {unknown} */ message) => self.postMessage(message);

self.onmessage = async (/** @type {MessageEvent<Order | {type: "stop"}>} */ { data }) => {
  if (data.type === "stop") stop.abort();
  else await seal(data).catch(fail);
};

/** @param {Order} order */
async function seal({ body, files, doors }) {
  const onWait = (/** @type {number} */ seconds, /** @type {boolean} */ reached) =>
    tell({ type: "waiting", seconds, reached });
  const intake = intakeAt(doors, { signal: stop.signal, onWait });
  const journal = { digests: await digestsOf(body.object), keep: keepDigests };
  const onProgress = (/** @type {object} */ progress) => tell({ type: "progress", ...progress });
  /** @type {ReturnType<typeof startSealers> | null} */
  let sealers = null;
  const start = (/** @type {import("./stream.js").StreamKey} */ key) => {
    sealers = startSealers(key, body.size);
    return sealers;
  };
  await sealAndSend(body, files, intake, journal, onProgress, start)
    .then((digests) => tell({ type: "done", digests }))
    .finally(() => sealers?.end());
}

/** @param {unknown} thrown */
function fail(thrown) {
  const error = understood(thrown);
  const told = error instanceof Refusal ? error.told : "";
  if (!(error instanceof SealingError)) {
    tell({ type: "failed", code: "client.broken", facts: { reason: String(error) }, told });
    throw error;
  }
  tell({ type: "failed", code: error.code, facts: error.facts, told });
}
