// X25519 and Ed25519 keys in WebCrypto: from 32 raw bytes to a pair that cannot be exported again.
import { binary, concat, fromHex } from "./bytes.js";
import { SealingError } from "./errors.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

// PKCS #8 of a raw private key (RFC 8410): a fixed head, then the 32 bytes.
const HEADS = {
  X25519: fromHex("302e020100300506032b656e04220420"),
  Ed25519: fromHex("302e020100300506032b657004220420"),
};

/** Tell whether this browser has both curves; without them nothing can be sealed or signed. */
export async function hasCurves() {
  try {
    await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
    await crypto.subtle.generateKey("Ed25519", false, ["sign"]);
    return true;
  } catch {
    return false;
  }
}

/**
 * WebCrypto gives the public half only with an exportable key, so one is made for a moment.
 * @param {"X25519" | "Ed25519"} name
 * @param {Bytes} raw
 * @param {KeyUsage[]} usages
 */
async function importPrivate(name, raw, usages) {
  if (raw.length !== 32) throw new SealingError("seal.key_file");
  const pkcs8 = concat(HEADS[name], raw);
  const open = await crypto.subtle.importKey("pkcs8", pkcs8, name, true, usages);
  const { x } = await crypto.subtle.exportKey("jwk", open);
  const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, name, false, usages);
  return { privateKey, public: binary(x, 32) };
}

/**
 * Give the pair of a raw X25519 private key; `public` is its public key in bytes.
 * @param {Bytes} raw
 */
export async function x25519Pair(raw) {
  const pair = await importPrivate("X25519", raw, ["deriveBits"]);
  const publicKey = await crypto.subtle.importKey("raw", pair.public, "X25519", true, []);
  return { ...pair, publicKey };
}

/**
 * Give the public key of a raw X25519 private key.
 * @param {Bytes} raw
 */
export const publicOf = async (raw) => (await importPrivate("X25519", raw, ["deriveBits"])).public;

/**
 * Give a signer from a raw Ed25519 private key.
 * @param {Bytes} raw
 */
export async function ed25519Signer(raw) {
  const pair = await importPrivate("Ed25519", raw, ["sign"]);
  return {
    public: pair.public,
    /** @param {Bytes} message @returns {Promise<Bytes>} */
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, message)),
  };
}

/** @typedef {Awaited<ReturnType<typeof ed25519Signer>>} Signer */

/**
 * Tell whether an Ed25519 signature is right; a public key that is none verifies nothing.
 * @param {Bytes} publicKey
 * @param {Bytes} signature
 * @param {Bytes} message
 */
export async function verifies(publicKey, signature, message) {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, message);
  } catch {
    return false;
  }
}
