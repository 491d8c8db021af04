// One of the workers that encrypt and hash. In: {secret} once, then {plain, first, count}; out, in the
// same order: {parts, spare} | {failed}. Memory is handed over both ways, never copied.
import { sealChunks, sealerOf } from "./stream.js";

/** @type {ReturnType<typeof sealerOf> | null} */
let key = null;
/** @type {Promise<unknown>} */
let before = Promise.resolve();

self.onmessage = ({ data }) => {
  if (data.secret) key = sealerOf(data.secret);
  else before = before.then(() => seal(data)); // one after another, so that answers keep the order
};

/** @param {{plain: Uint8Array<ArrayBuffer>, first: number, count: number}} order */
async function seal({ plain, first, count }) {
  try {
    if (!key) throw new Error("no key yet");
    const parts = await sealChunks(key, plain, first, count);
    const spare = plain.buffer;
    const moved = [spare, ...parts.map(({ sealed }) => sealed.buffer)];
    self.postMessage({ parts, spare }, { transfer: moved });
  } catch (error) {
    self.postMessage({ failed: String(error) });
  }
}
