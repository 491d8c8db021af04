// HPKE of suite 1 (RFC 9180, base mode, single shot): a thin layer over the package `hpke`.
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from "hpke";
import { concat } from "./bytes.js";
import { x25519Pair } from "./curves.js";
import { SealingError } from "./errors.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

const SUITE = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
const ENCAPSULATED = 32;

/**
 * Seal a share to a public key; the result is the encapsulated key and the ciphertext.
 * @param {Bytes} publicKey
 * @param {Bytes} info
 * @param {Bytes} share
 */
export async function wrap(publicKey, info, share) {
  try {
    const key = await SUITE.DeserializePublicKey(publicKey);
    const sealed = await SUITE.Seal(key, share, { info });
    return concat(sealed.encapsulatedSecret, sealed.ciphertext);
  } catch {
    throw new SealingError("seal.public_key"); // wrong length, or a low-order point
  }
}

/**
 * Open a sealed share; the one expected failure is that it is not for this key. A key that cannot
 * be exported must come as a pair, because HPKE needs the public half too.
 * @param {Bytes | CryptoKeyPair} privateKey
 * @param {Bytes} info
 * @param {Bytes} sealed
 * @returns {Promise<Bytes>}
 */
export async function unwrap(privateKey, info, sealed) {
  const pair = privateKey instanceof Uint8Array ? await x25519Pair(privateKey) : privateKey;
  const [head, rest] = [sealed.slice(0, ENCAPSULATED), sealed.slice(ENCAPSULATED)];
  try {
    return new Uint8Array(await SUITE.Open(pair, head, rest, { info }));
  } catch {
    throw new SealingError("seal.not_for_this_key");
  }
}
