// The sealed stream of sealing.md 4.3: AES-256-GCM in 256 KiB chunks, the last strictly shorter.
// Each plaintext length has one valid sealed length; a shortened stream is refused before decryption.
import { concat, equal, sha256, utf8 } from "./bytes.js";
import { hkdf, hkdfKey, labelled } from "./derive.js";
import { SealingError } from "./errors.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

export const CHUNK = 262_144;
const TAG = 16;
export const SEALED_CHUNK = CHUNK + TAG;
export const HEAD = 68;
export const MAX_CHUNKS = 2 ** 14;
const MAGIC = utf8("SBS1");

/**
 * Give the one sealed length of a plaintext length.
 * @param {number} plain
 */
export const sealedLength = (plain) => HEAD + plain + TAG * chunksOf(plain);

/**
 * Count the chunks of a plaintext; the last one is strictly shorter, possibly empty.
 * @param {number} plain
 */
export const chunksOf = (plain) => Math.floor(plain / CHUNK) + 1;

/**
 * Give the plaintext length of a sealed length, or refuse: cut, or over the limit.
 * @param {number} length
 */
export function plainLength(length) {
  const full = Math.floor((length - HEAD) / SEALED_CHUNK);
  const last = length - HEAD - full * SEALED_CHUNK;
  if (length < HEAD || last < TAG) throw new SealingError("seal.truncated", { length });
  if (full >= MAX_CHUNKS) throw new SealingError("seal.too_large", { length });
  return full * CHUNK + last - TAG;
}

/**
 * Give the Padmé length: at most 12 % more, and only O(log log) bits of size are told.
 * @param {number} length
 */
export function paddedLength(length) {
  if (length <= 1) return length;
  const bits = (/** @type {number} */ value) => value.toString(2).length;
  const exponent = bits(length) - 1;
  const step = 2 ** (exponent - (exponent ? bits(exponent) : 0));
  return Math.ceil(length / step) * step;
}

/**
 * Give the RFC 6962 root of 32-byte entries.
 * @param {Bytes[]} entries
 */
export async function treeRoot(entries) {
  const hash = (/** @type {Uint8Array[]} */ ...parts) => sha256(concat(...parts));
  let row = await Promise.all(entries.map((entry) => hash(Uint8Array.of(0), entry)));
  while (row.length > 1) {
    const next = [];
    for (let at = 0; at < row.length; at += 2) {
      const [left, right] = [row[at], row[at + 1]];
      if (left) next.push(right ? hash(Uint8Array.of(1), left, right) : Promise.resolve(left));
    }
    row = await Promise.all(next);
  }
  return row[0] ?? sha256(new Uint8Array());
}

/**
 * A stream's key: its head, and how chunk `index` is sealed and opened.
 * @param {Bytes} key
 * @param {Bytes} salt
 * @param {string} name
 * @param {Bytes} ctx
 */
export async function streamKey(key, salt, name, ctx) {
  const info = labelled("stream", utf8(name), Uint8Array.of(0), ctx);
  const output = await hkdf(await hkdfKey(key), salt, info, 76);
  const base = output.slice(32, 44);
  const aead = await crypto.subtle.importKey("raw", output.slice(0, 32), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
  const how = (/** @type {number} */ index) => ({ name: "AES-GCM", iv: nonce(base, index) });
  return {
    commitment: output.slice(44),
    head: concat(MAGIC, salt, output.slice(44)),
    secret: { aead, base },
    ...sealerOf({ aead, base }),
    /** @param {number} index @param {Bytes} sealed @returns {Promise<Bytes>} */
    open: async (index, sealed) => {
      try {
        return new Uint8Array(await crypto.subtle.decrypt(how(index), aead, sealed));
      } catch {
        throw new SealingError("seal.chunk", { index });
      }
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof streamKey>>} StreamKey */

/**
 * Give what seals chunk `index`, from the part of a stream's key that another thread may be given:
 * the key itself cannot be exported.
 * @param {{aead: CryptoKey, base: Bytes}} secret
 */
export const sealerOf = ({ aead, base }) => ({
  /** @param {number} index @param {Bytes} plain @returns {Promise<Bytes>} */
  seal: async (index, plain) =>
    new Uint8Array(
      await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce(base, index) }, aead, plain),
    ),
});

/**
 * @param {Bytes} base
 * @param {number} index
 */
function nonce(base, index) {
  const made = base.slice();
  const low = new DataView(made.buffer, 8);
  low.setUint32(0, low.getUint32(0) ^ index);
  return made;
}

/**
 * Where a plaintext is read from, in pieces of any place and size; `spare` may be used for the piece.
 * @typedef {{size: number,
 *   read: (offset: number, size: number, spare?: ArrayBuffer) => Promise<Bytes>}} Source
 *
 * A sealed chunk with its digest; entry 0 of an object is its head, entry i+1 is chunk i.
 * @typedef {{entry: number, sealed: Bytes, digest: Bytes}} Sealed
 *
 * What seals runs of chunks: `atOnce` runs at a time. The plaintext is handed over, and its memory
 * comes back with the sealed chunks, for the next piece that is read.
 * @typedef {object} Sealers
 * @property {number} atOnce
 * @property {(plain: Bytes, first: number, count: number) =>
 *   Promise<{parts: Sealed[], spare: ArrayBuffer}>} seal
 * @property {(parts: Sealed[]) => void} free gives the memory of sealed chunks back
 */

/**
 * Seal consecutive chunks one after another, each hashed while it is still in the cache.
 * @param {Pick<StreamKey, "seal">} key
 * @param {Bytes} plain whole chunks from chunk `first` on; the last may be short
 * @param {number} first
 * @param {number} count how many chunks the plaintext holds, the empty last one included
 * @returns {Promise<Sealed[]>}
 */
export async function sealChunks(key, plain, first, count) {
  const parts = [];
  for (let place = 0; place < count; place += 1) {
    const chunk = plain.subarray(place * CHUNK, (place + 1) * CHUNK);
    const sealed = await key.seal(first + place, chunk);
    parts.push({ entry: first + place + 1, sealed, digest: await sha256(sealed) });
  }
  return parts;
}

/**
 * Seal in this thread.
 * @param {Pick<StreamKey, "seal">} key
 * @returns {Sealers}
 */
export const sealHere = (key) => ({
  atOnce: 1,
  seal: async (plain, first, count) => ({
    parts: await sealChunks(key, plain, first, count),
    spare: plain.buffer,
  }),
  free: () => {},
});

/**
 * Seal a source in runs of chunks, reading ahead while earlier runs are encrypted or sent. What is
 * read at any moment is one run more than the sealers hold.
 * @param {Sealers} sealers
 * @param {Source} source
 * @param {Iterable<{first: number, count: number}>} runs chunks to seal, in order
 * @returns {AsyncGenerator<Sealed[]>}
 */
export async function* sealRuns(sealers, source, runs) {
  /** @type {Promise<Sealed[]>[]} */
  const waiting = [];
  /** @type {ArrayBuffer[]} */
  const spares = [];
  for (const { first, count } of runs) {
    const sealed = source
      .read(first * CHUNK, count * CHUNK, spares.pop())
      .then((plain) => sealers.seal(plain, first, count))
      .then(({ parts, spare }) => {
        spares.push(spare);
        return parts;
      });
    sealed.catch(() => {}); // reported when it is awaited
    waiting.push(sealed);
    const ready = waiting.length > sealers.atOnce ? waiting.shift() : null;
    if (ready) yield await ready;
  }
  for (const sealed of waiting) yield await sealed;
}

/**
 * Seal a small plaintext held in memory.
 * @param {Bytes} plain
 * @param {StreamKey} key
 */
export async function sealStream(plain, key) {
  const chunks = await sealChunks(key, plain, 0, chunksOf(plain.length));
  const head = { entry: 0, sealed: key.head, digest: await sha256(key.head) };
  const entries = [head, ...chunks];
  const root = await treeRoot(entries.map((entry) => entry.digest));
  return { sealed: concat(...entries.map((entry) => entry.sealed)), entries, root };
}

/**
 * Hash a stored stream chunk by chunk to its root, without any key.
 * @param {Bytes} sealed
 */
export async function objectRoot(sealed) {
  plainLength(sealed.length);
  const chunks = cut(sealed).map((chunk) => sha256(chunk));
  return treeRoot(await Promise.all([sha256(sealed.subarray(0, HEAD)), ...chunks]));
}

/** @param {Bytes} sealed */
function cut(sealed) {
  const count = Math.ceil((sealed.length - HEAD) / SEALED_CHUNK);
  return Array.from({ length: count }, (_, i) =>
    sealed.subarray(HEAD + i * SEALED_CHUNK, HEAD + (i + 1) * SEALED_CHUNK),
  );
}

/**
 * Open a stream held in memory; nothing comes out unless every chunk is authentic.
 * @param {Bytes} sealed
 * @param {Bytes} key
 * @param {string} name
 * @param {Bytes} ctx
 */
export async function openStream(sealed, key, name, ctx) {
  plainLength(sealed.length);
  if (!equal(sealed.subarray(0, 4), MAGIC)) throw new SealingError("seal.magic");
  const stream = await streamKey(key, sealed.slice(4, 36), name, ctx);
  if (!equal(sealed.subarray(36, HEAD), stream.commitment))
    throw new SealingError("seal.commitment");
  return concat(...(await Promise.all(cut(sealed).map((chunk, i) => stream.open(i, chunk)))));
}
