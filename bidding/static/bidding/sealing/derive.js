// Labels, commitments and keys of sealing.md 4.2: every hash and derivation, named once.
import { concat, sha256, utf8 } from "./bytes.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

const DOMAIN = "sealed-bid/v1/";
const ZERO = new Uint8Array(1);

/**
 * Join the domain, a label, a zero byte and the parts: no two uses share a message.
 * @param {string} label
 * @param {...Uint8Array} parts
 */
export const labelled = (label, ...parts) => concat(utf8(DOMAIN + label), ZERO, ...parts);

/**
 * Hash the parts under a label of this format.
 * @param {string} label
 * @param {...Uint8Array} parts
 */
export const digest = (label, ...parts) => sha256(labelled(label, ...parts));

/**
 * Import a secret from which keys are derived; it never leaves WebCrypto again.
 * @param {Bytes} secret
 */
export const hkdfKey = (secret) =>
  crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);

/**
 * Derive a key with HKDF-SHA256; no salt is the same as an empty one (RFC 5869).
 * @param {CryptoKey} secret
 * @param {Bytes} salt
 * @param {Bytes} info
 * @param {number} [length]
 * @returns {Promise<Bytes>}
 */
export async function hkdf(secret, salt, info, length = 32) {
  const how = { name: "HKDF", hash: "SHA-256", salt, info };
  return new Uint8Array(await crypto.subtle.deriveBits(how, secret, 8 * length));
}

/**
 * Give the UTF-8 bytes behind their u16 length, so that neighbours cannot run together.
 * @param {string} text
 */
export function lengthPrefixed(text) {
  const encoded = utf8(text);
  return concat(Uint8Array.of(encoded.length >> 8, encoded.length & 255), encoded);
}

/**
 * Hash the core exactly as sent; this binds every key and wrap to it.
 * @param {Bytes} core
 */
export const context = (core) => digest("core", core);

/**
 * Commit to a whole share: label is `share-a`, `share-b` or `share-e`.
 * @param {string} label
 * @param {Bytes} share
 */
export const shareCommitment = (label, share) => digest(label, share);

/**
 * Commit to part `index` of a share: label is `share-a-part` or `share-e-part`.
 * @param {string} label
 * @param {number} index
 * @param {Bytes} part
 */
export const partCommitment = (label, index, part) => digest(label, Uint8Array.of(index), part);

/**
 * Give the HPKE info of a wrap, which names its place and the core it belongs to.
 * @param {string} label
 * @param {Bytes} ctx
 * @param {number} [index]
 */
export const wrapInfo = (label, ctx, index) =>
  labelled(label, index === undefined ? new Uint8Array() : Uint8Array.of(index), ctx);

/**
 * Commit to the bidder's identity, which stays inside the seal until the opening.
 * @param {Bytes} nonce
 * @param {string} bidder
 */
export const bidderCommitment = (nonce, bidder) => digest("bidder", nonce, utf8(bidder));

/**
 * Derive the content key from both shares: neither custodians nor bidder can open alone.
 * @param {Bytes} shareA
 * @param {Bytes} shareB
 * @param {Bytes} ctx
 */
export async function contentKeys(shareA, shareB, ctx) {
  const bare = (/** @type {string} */ label) => utf8(DOMAIN + label);
  const master = await hkdf(await hkdfKey(concat(shareA, shareB)), ctx, bare("master"));
  const secret = await hkdfKey(master);
  return {
    master,
    readout: await hkdf(secret, ctx, bare("readout")),
    body: await hkdf(secret, ctx, bare("body")),
  };
}
