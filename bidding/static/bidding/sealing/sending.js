// Seal a body and send it, part by part: only what is missing, several parts on their way at once,
// memory flat. The same keys and files give the same parts again, so a closed tab loses nothing.
import { equal, sha256 } from "./bytes.js";
import { SealingError } from "./errors.js";
import { Rate } from "./rate.js";
import { chunksOf, HEAD, SEALED_CHUNK, sealedLength, sealRuns, streamKey } from "./stream.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./stream.js").Sealed} Sealed */

/**
 * A body to seal: the object's random name, its stream key, and where the plaintext is.
 * @typedef {object} Body
 * @property {string} object
 * @property {Bytes} key
 * @property {Bytes} salt
 * @property {Bytes} ctx
 * @property {number} size of the padded plaintext
 *
 * @typedef {{bytes: number, total: number, rate: number, remaining: number}} Progress
 *
 * What was sealed before: digests by entry, kept before the parts leave.
 * @typedef {{digests: Map<number, Bytes>,
 *   keep: (object: string, parts: Sealed[]) => Promise<unknown>}} Journal
 */

const SECONDS = 2; // of one request, so that progress moves and a retry is cheap
const MOST = 4; // entries of one request
const AT_ONCE = 2; // requests

/**
 * Read files one after another, then zeros up to the padded size. Reading in order goes through one
 * stream, twice as fast as asking for slices; a jump opens a new one.
 * @param {Blob[]} files
 * @param {number} size
 * @returns {import("./stream.js").Source}
 */
export function sourceOf(files, size) {
  const whole = new Blob(files); // refers to the files, holds no bytes
  /** @type {ReadableStreamDefaultReader<Uint8Array> | null} */
  let reader = null;
  let [position, rest] = [-1, new Uint8Array()];
  /** @type {Promise<unknown>} */
  let before = Promise.resolve();

  /** @param {number} offset @param {number} length */
  const take = async (offset, length) => {
    const content = new Uint8Array(Math.max(0, Math.min(offset + length, size) - offset));
    const end = Math.min(content.length, Math.max(0, whole.size - offset));
    if (offset !== position || !reader) {
      await reader?.cancel();
      reader = whole.slice(Math.min(offset, whole.size)).stream().getReader();
      rest = new Uint8Array();
    }
    for (let filled = 0; filled < end; ) {
      if (!rest.length) rest = await more(reader);
      const part = rest.subarray(0, end - filled);
      content.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
    }
    position = offset + content.length;
    return content;
  };
  return {
    size,
    read(offset, length) {
      const mine = before.then(() => take(offset, length));
      before = mine.catch(() => {}); // whoever asked hears of it
      return mine;
    },
  };
}

/**
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @returns {Promise<Bytes>}
 */
async function more(reader) {
  const { value } = await reader.read().catch(() => ({ value: undefined }));
  if (!value) throw new SealingError("client.file_unreadable"); // moved, or changed since chosen
  return /** @type {Bytes} */ (value);
}

/**
 * Seal and send what is missing of a body; gives the digests of all its entries, in order.
 * @param {Body} body
 * @param {Blob[]} files
 * @param {import("./intake.js").Intake} intake
 * @param {Journal} journal
 * @param {(progress: Progress) => void} tell
 * @returns {Promise<Bytes[]>}
 */
export async function sealAndSend(body, files, intake, journal, tell) {
  const { object, key, salt, ctx, size } = body;
  const stream = await streamKey(key, salt, "body", ctx);
  const have = await intake.have(object);
  const chunks = chunksOf(size);
  const there = (/** @type {number} */ entry) => have.has(entry) && journal.digests.has(entry);
  const rate = new Rate(sealedLength(size));
  for (let entry = 0; entry <= chunks; entry += 1)
    if (there(entry)) rate.skip(lengthOf(entry, size));
  tell(rate.progress());

  const pace = new Pace();
  const queue = new Queue(async (/** @type {Sealed[]} */ entries) => {
    const began = performance.now();
    await intake.put(object, entries);
    const bytes = entries.reduce((sum, { sealed }) => sum + sealed.length, 0);
    pace.learn(bytes, performance.now() - began);
    rate.add(bytes);
    tell(rate.progress());
  });
  const runs = missing(chunks, there, pace);
  if (!there(0)) await queue.add(await journaled([await headOf(stream)]));
  for await (const entries of sealRuns(stream, sourceOf(files, size), runs))
    await queue.add(await journaled(entries));
  await queue.done();
  return Array.from({ length: chunks + 1 }, (_, entry) => {
    const digest = journal.digests.get(entry);
    if (!digest) throw new SealingError("seal.truncated");
    return digest;
  });

  /**
   * Keep digests before parts leave. A part whose digest differs from the one kept came from a
   * changed file: sent, it would seal two texts under one nonce, and give both away.
   * @param {Sealed[]} entries
   */
  async function journaled(entries) {
    for (const { entry, digest } of entries) {
      const known = journal.digests.get(entry);
      if (known && !equal(known, digest)) throw new SealingError("client.files_changed");
      journal.digests.set(entry, digest);
    }
    await journal.keep(object, entries);
    return entries;
  }
}

/**
 * @param {import("./stream.js").StreamKey} stream
 * @returns {Promise<Sealed>}
 */
export const headOf = async ({ head }) => ({ entry: 0, sealed: head, digest: await sha256(head) });

/**
 * Give the sealed length of an entry of a body.
 * @param {number} entry
 * @param {number} size
 */
function lengthOf(entry, size) {
  if (entry === 0) return HEAD;
  const end = Math.min(sealedLength(size), HEAD + entry * SEALED_CHUNK);
  return end - HEAD - (entry - 1) * SEALED_CHUNK;
}

/**
 * List runs of missing chunks, each no longer than the line carries in a moment.
 * @param {number} chunks
 * @param {(entry: number) => boolean} there
 * @param {Pace} pace
 */
function* missing(chunks, there, pace) {
  for (let first = 0; first < chunks; ) {
    if (there(first + 1)) first += 1;
    else {
      let count = 1;
      while (count < pace.entries && first + count < chunks && !there(first + count + 1))
        count += 1;
      yield { first, count };
      first += count;
    }
  }
}

/** How many entries a request should carry on this line. */
class Pace {
  entries = 1;

  /**
   * @param {number} bytes
   * @param {number} milliseconds
   */
  learn(bytes, milliseconds) {
    const carried = (bytes / Math.max(milliseconds, 1)) * 1000 * SECONDS;
    const fits = Math.floor(carried / AT_ONCE / SEALED_CHUNK);
    this.entries = Math.max(1, Math.min(MOST, 2 * this.entries, fits));
  }
}

/**
 * At most AT_ONCE works at a time; the first failure is thrown at the next call.
 * @template T
 */
class Queue {
  /** @param {(item: T) => Promise<void>} work */
  constructor(work) {
    this.work = work;
    /** @type {Set<Promise<void>>} */
    this.running = new Set();
    /** @type {unknown[]} */
    this.failures = [];
  }

  /** @param {T} item */
  async add(item) {
    while (this.running.size >= AT_ONCE) await Promise.race(this.running);
    this.check();
    const job = this.work(item)
      .catch((error) => {
        this.failures.push(error);
      })
      .finally(() => this.running.delete(job));
    this.running.add(job);
  }

  async done() {
    await Promise.all(this.running);
    this.check();
  }

  check() {
    if (this.failures.length) throw this.failures[0];
  }
}
