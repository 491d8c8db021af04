// Key files and paper keys: what bidders and custodians keep, and what is derived from it. The labels
// are those of bidding/sealing/keys.py, so that a key made here serves on the command line and back.
import { base64url, binary, concat, equal, random, sha256, utf8 } from "./bytes.js";
import { ed25519Signer, publicOf, x25519Pair } from "./curves.js";
import { hkdf, hkdfKey, labelled, lengthPrefixed } from "./derive.js";
import { SealingError } from "./errors.js";
import { isObject, members, parse, textOf, write } from "./strict.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

/**
 * A key somebody keeps. Its seed sits in WebCrypto as an HKDF key that cannot be exported: pages
 * may use it, and store it in IndexedDB, but nobody can read it out again.
 * @typedef {{kind: string, secret: CryptoKey}} Key
 */

export const KINDS = ["bidder-device", "bidder-paper", "custodian"];
export const SEED = 32;
const LIMIT = 16 * 1024;
const ROUNDS = 600_000;
const NO_SALT = new Uint8Array();
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford: no I, L, O, U
/** @type {Record<string, string>} */
const FORGIVEN = { I: "1", L: "1", O: "0" };

/**
 * Take a seed into a key; the caller forgets the seed.
 * @param {string} kind
 * @param {Bytes} seed
 * @returns {Promise<Key>}
 */
export async function keyOf(kind, seed) {
  if (!KINDS.includes(kind) || seed.length !== SEED) throw new SealingError("seal.key_file");
  return { kind, secret: await hkdfKey(seed) };
}

/**
 * @param {Key} key
 * @param {string} label
 * @param {...Uint8Array} parts
 */
const derived = (key, label, ...parts) => hkdf(key.secret, NO_SALT, labelled(label, ...parts));

/**
 * Give the X25519 pair that shares are sealed to (bidder keys).
 * @param {Key} key
 */
export const wrapPair = async (key) => x25519Pair(await derived(key, "bidder-wrap"));

/**
 * Give the signer of the bidder's own bids.
 * @param {Key} key
 */
export const signer = async (key) => ed25519Signer(await derived(key, "bidder-sign"));

/**
 * Give the signer of one submission chain; `chain` is 32 random bytes, kept in the clear.
 * @param {Key} key
 * @param {string} tender
 * @param {string} lot
 * @param {Bytes} chain
 */
export const submissionSigner = async (key, tender, lot, chain) =>
  ed25519Signer(
    await derived(key, "submission", lengthPrefixed(tender), lengthPrefixed(lot), chain),
  );

/**
 * Give a custodian's private key for one tender and stage: publishing it at the opening tells
 * nothing of any other.
 * @param {Key} key
 * @param {string} tender
 * @param {string} stage
 */
export async function stageKey(key, tender, stage) {
  const place = [lengthPrefixed(tender), lengthPrefixed(stage)];
  const privateKey = await derived(key, "stage-key", ...place);
  return { private: privateKey, public: await publicOf(privateKey) };
}

/**
 * Write a seed as groups of letters and digits for paper; three check bytes close it.
 * @param {Bytes} seed
 */
export async function toPaper(seed) {
  const content = concat(seed, (await sha256(labelled("paper", seed))).slice(0, 3));
  const bits = Array.from(content, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = bits.match(/.{5}/g)?.map((five) => ALPHABET[Number.parseInt(five, 2)]) ?? [];
  return letters.join("").replace(/.{4}(?!$)/g, "$&-");
}

/**
 * Read a paper key's seed; small letters, blanks, and I, L, O for 1, 1, 0 are forgiven.
 * @param {string} text
 */
export async function fromPaper(text) {
  const letters = [...text.toUpperCase().replace(/[-\s]/g, "")];
  const values = letters.map((one) => ALPHABET.indexOf(FORGIVEN[one] ?? one));
  const bits = values.map((value) => value.toString(2).padStart(5, "0")).join("");
  const bytes = values.includes(-1) ? null : bits.match(/.{8}/g);
  const content = Uint8Array.from(bytes ?? [], (eight) => Number.parseInt(eight, 2));
  const seed = content.slice(0, SEED);
  const check = (await sha256(labelled("paper", seed))).slice(0, 3);
  if (bits.length !== 8 * (SEED + 3) || !equal(content.slice(SEED), check))
    throw new SealingError("seal.paper_key");
  return seed;
}

/**
 * Stretch a passphrase as a browser can: WebCrypto has no Argon2id.
 * @param {string} passphrase
 * @param {Bytes} salt
 */
async function stretched(passphrase, salt) {
  const typed = await crypto.subtle.importKey("raw", utf8(passphrase), "PBKDF2", false, [
    "deriveKey",
  ]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  const made = { name: "AES-GCM", length: 256 };
  return crypto.subtle.deriveKey(how, typed, made, false, ["encrypt", "decrypt"]);
}

/**
 * Write a key file sealed under a passphrase; its public keys stay readable.
 * @param {string} kind
 * @param {Bytes} seed
 * @param {string} passphrase
 */
export async function lock(kind, seed, passphrase) {
  const [salt, iv] = [random(16), random(12)];
  const shown = await publicRecord(await keyOf(kind, seed));
  const secret = await stretched(passphrase, salt);
  const how = { name: "AES-GCM", iv, additionalData: bound(kind, shown) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(how, secret, seed));
  return write({
    v: 1,
    kind,
    public: shown,
    kdf: "pbkdf2-sha256",
    salt: base64url(salt),
    nonce: base64url(iv),
    sealed: base64url(sealed),
  });
}

/**
 * Give the public side of a bidder's key; a custodian's keys exist only per tender.
 * @param {Key} key
 * @returns {Promise<Record<string, string>>}
 */
export async function publicRecord(key) {
  if (key.kind === "custodian") return {};
  const [wrap, sign] = [await wrapPair(key), await signer(key)];
  return { wrap: base64url(wrap.public), sign: base64url(sign.public) };
}

/**
 * @param {string} kind
 * @param {Record<string, string>} shown
 */
function bound(kind, shown) {
  const pairs = Object.entries(shown).sort(([left], [right]) => (left < right ? -1 : 1));
  return labelled("key-file", ...[kind, ...pairs.flat()].map(lengthPrefixed));
}

/**
 * Open a key file; a wrong passphrase and a damaged file look the same. Files that the command line
 * sealed with Argon2id open there only.
 * @param {Bytes} content
 * @param {string} passphrase
 */
export async function unlock(content, passphrase) {
  const found = keyFile(content);
  if (found.kdf !== "pbkdf2-sha256") throw new SealingError("client.key_file_kdf");
  const secret = await stretched(passphrase, binary(found.salt, 16));
  const additionalData = bound(found.kind, found.public);
  const how = { name: "AES-GCM", iv: binary(found.nonce, 12), additionalData };
  try {
    const sealed = binary(found.sealed, SEED + 16);
    return {
      kind: found.kind,
      seed: new Uint8Array(await crypto.subtle.decrypt(how, secret, sealed)),
    };
  } catch (error) {
    if (error instanceof SealingError) throw error;
    throw new SealingError("seal.passphrase");
  }
}

/** @param {Bytes} content */
function keyFile(content) {
  const names = ["v", "kind", "public", "kdf", "salt", "nonce", "sealed"];
  const found = members(parse(content, LIMIT), names);
  const [kind, kdf] = [String(found.kind), String(found.kdf)];
  const known = KINDS.includes(kind) && ["argon2id", "pbkdf2-sha256"].includes(kdf);
  if (found.v !== 1 || !known || !isObject(found.public)) throw new SealingError("seal.key_file");
  /** @type {Record<string, string>} */
  const shown = {};
  for (const name of Object.keys(found.public)) shown[name] = textOf(found.public, name);
  const { salt, nonce, sealed } = found;
  return { kind, kdf, public: shown, salt, nonce, sealed };
}

/**
 * Read a recovery key from what its owner has: a key file and its passphrase, or the paper.
 * @param {Bytes | string} given
 * @param {string} passphrase
 */
export async function recovered(given, passphrase) {
  const { kind, seed } =
    typeof given === "string"
      ? { kind: "bidder-paper", seed: await fromPaper(given) }
      : await unlock(given, passphrase);
  return keyOf(kind, seed);
}
