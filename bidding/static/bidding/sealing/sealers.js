// Sealing on several cores: a few workers that encrypt and hash, each a run of chunks at a time. In
// Chromium encryption runs in the thread that asks for it, so more calls in flight gain nothing there.
import { SealingError } from "./errors.js";
import { sealHere } from "./stream.js";

/** @typedef {import("./stream.js").Sealed} Sealed */

const ADDRESS = new URL("./sealer-worker.js", import.meta.url);
const MOST = 4; // workers; more only wait for the file to be read

const LEAST = 4 * 1024 * 1024; // bytes: below that a worker takes longer to come up than to seal

/**
 * Start workers for one stream; `end` stops them. Without workers of workers it is done in this thread.
 * What is handed over to a worker that has ended is gone at once: the collector would let a hundred
 * megabytes of sealed parts lie about before it looked.
 * @param {import("./stream.js").StreamKey} key
 * @param {number} size of the plaintext
 * @returns {import("./stream.js").Sealers & {end: () => void}}
 */
export function startSealers(key, size) {
  const count = Math.min(MOST, navigator.hardwareConcurrency || 1);
  if (count < 2 || size < LEAST || !globalThis.Worker) return { ...sealHere(key), end: () => {} };
  const crew = Array.from({ length: count }, () => new Sealer(key.secret));
  const grave = new Worker(ADDRESS, { type: "module" });
  grave.terminate();
  return {
    atOnce: count + 1, // one waits for the first that is free
    free: (parts) => {
      for (const { sealed } of parts) grave.postMessage(null, [sealed.buffer]);
    },
    async seal(plain, first, chunks) {
      const least = crew.reduce((left, right) => (right.busy < left.busy ? right : left));
      return least.seal(plain, first, chunks);
    },
    end: () => {
      for (const sealer of crew) sealer.end();
    },
  };
}

class Sealer {
  /** @param {{aead: CryptoKey, base: Uint8Array}} secret */
  constructor(secret) {
    /** @type {{resolve: (sealed: any) => void, reject: (reason: unknown) => void}[]} */
    this.asked = []; // answers come in the order of the questions
    this.worker = new Worker(ADDRESS, { type: "module" });
    this.worker.onmessage = ({ data }) => {
      const waiting = this.asked.shift();
      if (data.failed) waiting?.reject(new SealingError("client.broken", { reason: data.failed }));
      else waiting?.resolve(data);
    };
    this.worker.onerror = ({ message }) => this.fail(message);
    this.worker.postMessage({ secret });
  }

  get busy() {
    return this.asked.length;
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} plain
   * @param {number} first
   * @param {number} count
   * @returns {Promise<{parts: Sealed[], spare: ArrayBuffer}>}
   */
  seal(plain, first, count) {
    return new Promise((resolve, reject) => {
      this.asked.push({ resolve, reject });
      this.worker.postMessage({ plain, first, count }, [plain.buffer]);
    });
  }

  fail(reason = "") {
    for (const { reject } of this.asked.splice(0))
      reject(new SealingError("client.broken", { reason }));
  }

  end() {
    this.worker.terminate();
    this.fail();
  }
}
