// Seal a body and send it, part by part: only what is missing, several parts on their way at once,
// memory flat. The same keys and files give the same parts again, so a closed tab loses nothing.
import { equal, sha256 } from "./bytes.js";
import { SealingError } from "./errors.js";
import { Rate } from "./rate.js";
import {
  CHUNK,
  chunksOf,
  HEAD,
  SEALED_CHUNK,
  sealedLength,
  sealHere,
  sealRuns,
  streamKey,
} from "./stream.js";

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
const MOST = 16; // entries of one request, all the intake takes: a request costs the browser 8 ms
const AT_ONCE = 3; // requests
const SILENCE = 2000; // milliseconds that a file may take for its next piece, the first time
const LONGEST_SILENCE = 60_000;
const RUN = 4; // chunks sealed at a time, so that the sealers share the work and memory stays flat

/**
 * Read files one after another, then zeros up to the padded size. Reading in order goes through one
 * stream, several times as fast as asking for slices; a jump opens a new one.
 * @param {Blob[]} files
 * @param {number} size
 * @returns {import("./stream.js").Source}
 */
export function sourceOf(files, size) {
  const whole = new Blob(files); // refers to the files, holds no bytes
  /** @type {Reader | null} */
  let reader = null;
  let position = -1;
  /** @type {Promise<unknown>} */
  let before = Promise.resolve();

  /** @param {number} offset @param {number} length @param {ArrayBuffer} [spare] */
  const take = async (offset, length, spare) => {
    const wanted = Math.max(0, Math.min(offset + length, size) - offset);
    const end = Math.min(wanted, Math.max(0, whole.size - offset));
    if (offset !== position || !reader) {
      await reader?.cancel();
      reader = new Reader(whole.slice(Math.min(offset, whole.size)));
    }
    const room = spare && spare.byteLength >= wanted ? spare : new ArrayBuffer(wanted);
    const name = nameAt(files, 1 + Math.floor(offset / CHUNK));
    const buffer = await reader.fill(room, end, name);
    position = offset + wanted;
    return new Uint8Array(buffer, 0, wanted).fill(0, end); // a spare holds what was there before
  };
  return {
    size,
    read(offset, length, spare) {
      const mine = before.then(() => take(offset, length, spare));
      before = mine.catch(() => {}); // whoever asked hears of it
      return mine;
    },
  };
}

/**
 * Reads a blob from its start into memory it is given, without a copy in between, and again from
 * where it is when its stream falls silent: Chromium forgot to wake the reader once in twelve files
 * of 256 MB, and a bidder would have waited for ever.
 */
class Reader {
  /** @param {Blob} blob */
  constructor(blob) {
    this.blob = blob;
    this.at = 0;
    this.patience = SILENCE;
    this.open();
  }

  open() {
    const stream = /** @type {ReadableStream<Bytes>} */ (this.blob.slice(this.at).stream());
    this.into = intoMemory(stream);
    this.reader = this.into ?? stream.getReader();
    /** @type {Bytes} */
    this.rest = new Uint8Array();
  }

  cancel() {
    return this.reader?.cancel().catch(() => {}); // it may have failed already
  }

  /**
   * Fill the first `size` bytes of a buffer; it comes back as another object over the same memory,
   * or, when a stream has kept it, as a new one.
   * @param {ArrayBuffer} buffer
   * @param {number} size
   * @param {string} name of the file, to tell if it cannot be read
   * @returns {Promise<ArrayBuffer>}
   */
  async fill(buffer, size, name) {
    const length = buffer.byteLength;
    for (let room = buffer; ; room = new ArrayBuffer(length)) {
      const full = await this.once(room, size).catch(() => {
        throw new SealingError("client.file_unreadable", { file: name }); // moved, or changed
      });
      if (full) {
        this.at += size;
        this.patience = SILENCE;
        return full;
      }
      this.patience = Math.min(2 * this.patience, LONGEST_SILENCE); // it may just be slow
      this.cancel(); // not awaited: nobody knows whether that answers
      this.open();
    }
  }

  /**
   * @param {ArrayBuffer} buffer
   * @param {number} size
   * @returns {Promise<ArrayBuffer | null>} null when the stream has fallen silent
   */
  async once(buffer, size) {
    let content = buffer;
    for (let filled = 0; filled < size; ) {
      const room = new Uint8Array(content, filled, size - filled);
      const found = await inTime(this.into?.read(room) ?? this.copied(room), this.patience);
      if (!found) return null;
      if (!found.value?.length) throw new Error("shorter than it was");
      content = found.value.buffer;
      filled += found.value.length;
    }
    return content;
  }

  /**
   * For browsers whose files do not read into memory of ours.
   * @param {Bytes} room
   * @returns {Promise<{value?: Bytes}>}
   */
  async copied(room) {
    if (!this.rest.length) {
      const found = await this.reader?.read(new Uint8Array());
      if (!found?.value) return {};
      this.rest = found.value;
    }
    const part = this.rest.subarray(0, room.length);
    room.set(part);
    this.rest = this.rest.subarray(part.length);
    return { value: room.subarray(0, part.length) };
  }
}

/** @param {ReadableStream<Bytes>} stream */
function intoMemory(stream) {
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    return null;
  }
}

/**
 * Wait for a piece, but not for ever: silence gives undefined.
 * @template T
 * @param {Promise<T>} asked
 * @param {number} patience in milliseconds
 * @returns {Promise<T | undefined>}
 */
function inTime(asked, patience) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<undefined>} */
  const silence = new Promise((resolve) => {
    timer = setTimeout(() => resolve(undefined), patience);
  });
  return Promise.race([asked, silence]).finally(() => clearTimeout(timer));
}

/**
 * Give the name of the file an entry is from, its first if there are several.
 * @param {Blob[]} files
 * @param {number} entry
 */
function nameAt(files, entry) {
  let end = 0;
  const found = files.find(({ size }) => {
    end += size;
    return end > (entry - 1) * CHUNK;
  });
  return found instanceof File ? found.name : "";
}

/**
 * Seal and send what is missing of a body; gives the digests of all its entries, in order.
 * @param {Body} body
 * @param {Blob[]} files
 * @param {import("./intake.js").Intake} intake
 * @param {Journal} journal
 * @param {(progress: Progress) => void} tell
 * @param {(key: import("./stream.js").StreamKey) => import("./stream.js").Sealers} [sealersOf]
 * @returns {Promise<Bytes[]>}
 */
export async function sealAndSend(body, files, intake, journal, tell, sealersOf = sealHere) {
  const { object, key, salt, ctx, size } = body;
  const stream = await streamKey(key, salt, "body", ctx);
  const sealers = sealersOf(stream);
  const have = await intake.have(object);
  const chunks = chunksOf(size);
  const there = (/** @type {number} */ entry) => have.has(entry) && journal.digests.has(entry);
  const rate = new Rate(sealedLength(size));
  for (let entry = 0; entry <= chunks; entry += 1)
    if (there(entry)) rate.skip(lengthOf(entry, size));
  tell(rate.progress());

  const pace = new Pace();
  const queue = new Queue(async (/** @type {Sealed[]} */ entries) => {
    await journal.keep(object, entries); // before they leave
    const began = performance.now();
    const bytes = entries.reduce((sum, { sealed }) => sum + sealed.length, 0);
    await intake.put(object, entries);
    sealers.free(entries);
    pace.learn(bytes, performance.now() - began);
    rate.add(bytes);
    tell(rate.progress());
  });
  if (!there(0)) await queue.add(known([await headOf(stream)]));
  const runs = sealRuns(sealers, sourceOf(files, size), missing(chunks, there));
  for await (const entries of requests(runs, pace)) await queue.add(known(entries));
  await queue.done();
  return Array.from({ length: chunks + 1 }, (_, entry) => {
    const digest = journal.digests.get(entry);
    if (!digest) throw new SealingError("seal.truncated");
    return digest;
  });

  /**
   * Compare digests with those kept. A part whose digest differs came from a changed file: sent, it
   * would seal two texts under one nonce, and give both away.
   * @param {Sealed[]} entries
   */
  function known(entries) {
    for (const { entry, digest } of entries) {
      const before = journal.digests.get(entry);
      if (before && !equal(before, digest))
        throw new SealingError("client.files_changed", { file: nameAt(files, entry) });
      journal.digests.set(entry, digest);
    }
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
 * List runs of missing chunks.
 * @param {number} chunks
 * @param {(entry: number) => boolean} there
 */
function* missing(chunks, there) {
  for (let first = 0; first < chunks; ) {
    if (there(first + 1)) first += 1;
    else {
      let count = 1;
      while (count < RUN && first + count < chunks && !there(first + count + 1)) count += 1;
      yield { first, count };
      first += count;
    }
  }
}

/**
 * Gather sealed runs into requests of consecutive entries, each no longer than the line carries in
 * a moment; a slow line cuts a run in pieces.
 * @param {AsyncIterable<Sealed[]>} runs
 * @param {Pace} pace
 */
async function* requests(runs, pace) {
  /** @type {Sealed[]} */
  let gathered = [];
  for await (const run of runs) {
    const next = (gathered.at(-1)?.entry ?? 0) + 1;
    if (gathered.length && run[0]?.entry !== next) {
      yield gathered;
      gathered = [];
    }
    gathered.push(...run);
    while (gathered.length >= pace.entries) yield gathered.splice(0, pace.entries);
  }
  while (gathered.length) yield gathered.splice(0, pace.entries);
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
