// Seal a bid: one envelope for one stage (sealing.md 4.2), in two steps, because the body is sealed
// and sent piece by piece between them: `prepare` makes core, wraps and keys, `close` the read-out.
import { base64url, random, sha256 } from "./bytes.js";
import {
  checkNames,
  MAX_BODY,
  parseFields,
  signedMessage,
  writeFiles,
  writeReadout,
} from "./contents.js";
import {
  bidderCommitment,
  contentKeys,
  context,
  partCommitment,
  shareCommitment,
  wrapInfo,
} from "./derive.js";
import { SealingError } from "./errors.js";
import { MAX_BIDDER_KEYS, parseCore, writeCore, writeWraps } from "./format.js";
import { wrap } from "./hpke.js";
import { unwrapShareB } from "./opening.js";
import { split } from "./shamir.js";
import { paddedLength, sealStream, streamKey, treeRoot } from "./stream.js";
import { write } from "./strict.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

/**
 * What an envelope answers, who offers what, and to which keys the bidder's share is sealed.
 * @typedef {object} Offer
 * @property {import("./policy.js").Policy} policy
 * @property {Bytes} doc hash of the tender document version that is answered
 * @property {string} lot
 * @property {string} stage
 * @property {number} ver
 * @property {string} bidder
 * @property {Record<string, string>} fields
 * @property {{name: string, size: number}[]} files
 * @property {Bytes[]} bidderKeys at least two public keys
 * @property {Bytes} subPk public key of the submission chain
 * @property {boolean} escrow
 *
 * An envelope whose body is still to be sealed; `secret` must stay on the bidder's device.
 * @typedef {object} Prepared
 * @property {string} stage
 * @property {Bytes} core
 * @property {Bytes} wraps
 * @property {Bytes} ctx
 * @property {string} bidder
 * @property {Bytes} fieldsText
 * @property {Bytes} filesText
 * @property {number} size of the padded body
 * @property {Bytes} bodySalt
 * @property {Bytes} readoutSalt
 * @property {{body: Bytes, readout: Bytes, nonce: Bytes}} secret
 */

/**
 * Make core, wraps and stream keys of one stage. The shares a and b are forgotten here: b comes
 * back only through the bidder's keys, which `proveKeys` tries before anything is committed.
 * @param {Offer} offer
 * @returns {Promise<Prepared>}
 */
export async function prepare(offer) {
  const { policy, stage } = offer;
  check(offer);
  const [shareA, shareB, nonce] = [random(32), random(32), random(32)];
  const recovery = recoveryOf(offer);
  const partsA = split(shareA, policy.opening.k, policy.opening.custodians.length, random);
  const partsE = recovery ? split(shareB, recovery.k, recovery.custodians.length, random) : [];
  const core = writeCore({
    suite: policy.suite,
    mode: policy.mode,
    tender: policy.tender,
    doc: offer.doc,
    lot: offer.lot,
    stage,
    ver: offer.ver,
    policy: policy.digest,
    sub_pk: offer.subPk,
    bidder_commit: await bidderCommitment(nonce, offer.bidder),
    share_a: await committed("share-a", shareA, partsA, policy.opening.k),
    cb: await shareCommitment("share-b", shareB),
    escrow: recovery && (await committed("share-e", shareB, partsE, recovery.k)),
  });
  parseCore(core);
  const ctx = await context(core);
  const bidderKeys = policy.mode === "joint" ? offer.bidderKeys : [];
  const wraps = writeWraps({
    a: await wrapParts("wrap-a", ctx, policy.opening, stage, partsA),
    b: await Promise.all(bidderKeys.map((key) => wrap(key, wrapInfo("wrap-b", ctx), shareB))),
    e: recovery ? await wrapParts("wrap-e", ctx, recovery, stage, partsE) : [],
  });
  const keys = await contentKeys(shareA, shareB, ctx);
  return {
    stage,
    core,
    wraps,
    ctx,
    bidder: offer.bidder,
    fieldsText: write(offer.fields),
    filesText: writeFiles(offer.files),
    size: paddedLength(offer.files.reduce((total, file) => total + file.size, 0)),
    bodySalt: random(32),
    readoutSalt: random(32),
    secret: { body: keys.body, readout: keys.readout, nonce },
  };
}

/**
 * Refuse before any work what would be refused at the opening.
 * @param {Offer} offer
 */
function check({ policy, stage, fields, files, bidderKeys }) {
  if (!policy.stages.includes(stage)) throw new SealingError("seal.stage");
  parseFields(write(fields), stage);
  checkNames(files.map((file) => file.name));
  if (paddedLength(files.reduce((total, file) => total + file.size, 0)) >= MAX_BODY)
    throw new SealingError("seal.too_large", { limit: MAX_BODY });
  const different = new Set(bidderKeys.map(base64url)).size;
  const enough = 2 <= different && different <= MAX_BIDDER_KEYS;
  if (policy.mode === "joint" && !(enough && different === bidderKeys.length))
    throw new SealingError("seal.bidder_keys");
  checkRandom();
}

/** Refuse a random source that repeats itself or gives constants. */
function checkRandom() {
  const [first, second] = [random(32), random(32)];
  const variety = Math.min(new Set(first).size, new Set(second).size);
  if (base64url(first) === base64url(second) || variety < 8) throw new SealingError("seal.random");
}

/**
 * Give the recovery set if b goes there: by the bidder's choice, always in authority mode.
 * @param {Offer} offer
 */
function recoveryOf({ policy, escrow }) {
  if (policy.mode === "joint" && !escrow) return null;
  if (!policy.recovery) throw new SealingError("seal.mode");
  return policy.recovery;
}

/**
 * Commit to a share and to each of its parts.
 * @param {string} label
 * @param {Bytes} share
 * @param {Bytes[]} parts
 * @param {number} k
 */
async function committed(label, share, parts, k) {
  return {
    k,
    n: parts.length,
    commitment: await shareCommitment(label, share),
    parts: await Promise.all(
      parts.map((part, place) => partCommitment(`${label}-part`, place + 1, part)),
    ),
  };
}

/**
 * Seal part i to custodian i's key of this stage.
 * @param {string} label
 * @param {Bytes} ctx
 * @param {import("./policy.js").Circle} circle
 * @param {string} stage
 * @param {Bytes[]} parts
 */
const wrapParts = (label, ctx, circle, stage, parts) =>
  Promise.all(
    circle.custodians.map(({ keys }, place) =>
      wrap(
        keys.get(stage) ?? new Uint8Array(),
        wrapInfo(label, ctx, place + 1),
        parts[place] ?? new Uint8Array(),
      ),
    ),
  );

/**
 * Prove that each key gets b back from the wraps; without two proofs nothing may be committed,
 * because a lost key on the day leaves the bid shut (sealing.md 10, risk 8).
 * @param {{core: Bytes, wraps: Bytes}} envelope
 * @param {(Bytes | CryptoKeyPair)[]} keys
 */
export async function proveKeys({ core, wraps }, keys) {
  if (keys.length < 2) throw new SealingError("seal.bidder_keys");
  for (const key of keys) await unwrapShareB(core, wraps, key);
}

/**
 * Make the read-out, when the body's root is known, and the envelope's line of the commit.
 * @param {Prepared} prepared
 * @param {Bytes[]} digests of the body's entries, its head first
 * @param {number} bodyLength of the sealed body
 * @param {import("./curves.js").Signer} signer the bidder's own key
 */
export async function close(prepared, digests, bodyLength, signer) {
  const { core, wraps, ctx, fieldsText, filesText, secret } = prepared;
  const bodyRoot = await treeRoot(digests);
  const message = await signedMessage(core, fieldsText, filesText, bodyRoot);
  const plain = writeReadout({
    fieldsText,
    filesText,
    bodyRoot,
    bidder: prepared.bidder,
    nonce: secret.nonce,
    signature: { kind: "ed25519", key: signer.public, value: await signer.sign(message) },
  });
  const key = await streamKey(secret.readout, prepared.readoutSalt, "readout", ctx);
  const readout = await sealStream(plain, key);
  const entry = {
    stage: prepared.stage,
    core: await sha256(core),
    wraps: await sha256(wraps),
    readout: readout.root,
    body: bodyRoot,
    body_len: bodyLength,
  };
  return { readout: readout.sealed, entries: readout.entries, entry };
}
