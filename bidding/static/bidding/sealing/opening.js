// Open a bid, for checking: every commitment, then the read-out, then the body, as Python does.
import { equal, sha256 } from "./bytes.js";
import { checkCore } from "./chain.js";
import { parseReadout, verifyBidSignature } from "./contents.js";
import { publicOf } from "./curves.js";
import {
  bidderCommitment,
  contentKeys,
  context,
  partCommitment,
  shareCommitment,
  wrapInfo,
} from "./derive.js";
import { SealingError } from "./errors.js";
import { parseCore, parseWraps } from "./format.js";
import { unwrap } from "./hpke.js";
import { candidates } from "./shamir.js";
import { HEAD, objectRoot, openStream, paddedLength, treeRoot } from "./stream.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./format.js").Entry} Entry */
/** @typedef {import("./policy.js").Policy} Policy */

/**
 * The stored small objects of one stage, and the commit's line that binds them.
 * @typedef {{core: Bytes, wraps: Bytes, readout: Bytes, entry: Entry}} Envelope
 *
 * @typedef {{policy: Policy, doc: Bytes, lot: string, stage: string}} Terms
 */

/**
 * Keep the published keys that match the policy's public keys; a wrong one is not counted.
 * @param {Policy} policy
 * @param {string} stage
 * @param {Map<number, Bytes>} published
 */
export async function acceptStageKeys(policy, stage, published) {
  /** @type {Map<number, Bytes>} */
  const good = new Map();
  for (const [place, key] of published)
    if (await isStageKey(policy, stage, place, key)) good.set(place, key);
  return good;
}

/**
 * Tell whether this is the private key that custodian `place` announced for this stage.
 * @param {Policy} policy
 * @param {string} stage
 * @param {number} place
 * @param {Bytes} key
 */
export async function isStageKey(policy, stage, place, key) {
  const announced = policy.opening.custodians[place - 1]?.keys.get(stage);
  return !!announced && key.length === 32 && equal(await publicOf(key), announced);
}

/**
 * Refuse a published key that is wrong, or another tender's, or another stage's.
 * @param {Policy} policy
 * @param {string} stage
 * @param {number} place
 * @param {Bytes} key
 */
export async function checkStageKey(policy, stage, place, key) {
  if (!(await isStageKey(policy, stage, place, key)))
    throw new SealingError("seal.stage_key", { place });
}

/**
 * Check the stored objects against the commit and the policy, without any key.
 * @param {Envelope} envelope
 * @param {Terms} terms
 */
export async function checkEnvelope(envelope, { policy, doc, lot, stage }) {
  const { core: coreBytes, wraps, readout, entry } = envelope;
  await sameRoot("core", sha256(coreBytes), entry.core);
  await sameRoot("wraps", sha256(wraps), entry.wraps);
  await sameRoot("readout", readoutRoot(readout), entry.readout);
  const core = parseCore(coreBytes);
  checkCore(core, policy, lot, stage);
  if (entry.stage !== stage) throw new SealingError("seal.stage");
  if (!equal(core.doc, doc)) throw new SealingError("seal.context");
  return { core, wraps: parseWraps(wraps, core) };
}

/**
 * Give the root of a sealed read-out, which is a head and one chunk.
 * @param {Bytes} readout
 */
export const readoutRoot = async (readout) =>
  treeRoot([await sha256(readout.slice(0, HEAD)), await sha256(readout.slice(HEAD))]);

/**
 * @param {string} object
 * @param {Promise<Bytes>} found
 * @param {Bytes} committed
 */
async function sameRoot(object, found, committed) {
  if (!equal(await found, committed)) throw new SealingError("seal.root", { object });
}

/**
 * Check a share at once: only the committed b is taken.
 * @param {Bytes} core
 * @param {Bytes} share
 */
export async function checkShareB(core, share) {
  if (!equal(await shareCommitment("share-b", share), parseCore(core).cb))
    throw new SealingError("seal.share_b");
}

/**
 * Get b with one of the bidder's keys.
 * @param {Bytes} core
 * @param {Bytes} wraps
 * @param {Bytes | CryptoKeyPair} key
 */
export async function unwrapShareB(core, wraps, key) {
  const info = wrapInfo("wrap-b", await context(core));
  for (const sealed of parseWraps(wraps, parseCore(core)).b) {
    const share = await unwrap(key, info, sealed).catch(() => null);
    if (!share) continue;
    await checkShareB(core, share);
    return share;
  }
  throw new SealingError("seal.not_for_this_key");
}

/**
 * Get part `place` of a (`wrap-a`) or of the escrowed b (`wrap-e`), checked by its hash.
 * @param {Bytes} core
 * @param {Bytes} wraps
 * @param {"wrap-a" | "wrap-e"} label
 * @param {number} place
 * @param {Bytes} key
 */
export async function unwrapPart(core, wraps, label, place, key) {
  const record = parseCore(core);
  const parsed = parseWraps(wraps, record);
  const split = label === "wrap-a" ? record.share_a : record.escrow;
  if (!split) throw new SealingError("seal.mode");
  const sealed = (label === "wrap-a" ? parsed.a : parsed.e)[place - 1];
  if (!sealed) throw new SealingError("seal.parts_index");
  const part = await unwrap(key, wrapInfo(label, await context(core), place), sealed);
  if (!(await isPart(label, place, part, split))) throw new SealingError("seal.parts");
  return part;
}

/**
 * @param {string} label
 * @param {number} place
 * @param {Bytes} part
 * @param {import("./format.js").Split} split
 */
async function isPart(label, place, part, split) {
  const committed = split.parts[place - 1];
  const found = await partCommitment(`share-${label.at(-1)}-part`, place, part);
  return !!committed && equal(found, committed);
}

/**
 * Rebuild b from the parts the recovery custodians released for this one envelope.
 * @param {Bytes} core
 * @param {Map<number, Bytes>} parts
 */
export async function combineEscrow(core, parts) {
  const { escrow } = parseCore(core);
  if (!escrow) throw new SealingError("seal.mode");
  /** @type {Map<number, Bytes>} */
  const good = new Map();
  for (const [place, part] of parts)
    if (await isPart("wrap-e", place, part, escrow)) good.set(place, part);
  const share = await search(good, escrow, "share-e");
  await checkShareB(core, share);
  return share;
}

/**
 * Try every k-subset of parts until one gives the committed share.
 * @param {Map<number, Bytes>} parts
 * @param {{k: number, commitment: Bytes}} split
 * @param {string} label
 */
export async function search(parts, { k, commitment }, label) {
  if (parts.size < k) throw new SealingError("seal.parts");
  for (const share of candidates(parts, k))
    if (equal(await shareCommitment(label, share), commitment)) return share;
  throw new SealingError("seal.share_a");
}

/**
 * Open the read-out of one envelope, refusing anything that was not committed to.
 * @param {Envelope} envelope
 * @param {Terms} terms
 * @param {Map<number, Bytes>} stageKeys accepted ones
 * @param {Bytes} shareB
 */
export async function openReadout(envelope, terms, stageKeys, shareB) {
  const { core } = await checkEnvelope(envelope, terms);
  await checkShareB(envelope.core, shareB);
  if (stageKeys.size < core.share_a.k) throw new SealingError("seal.parts");
  /** @type {Map<number, Bytes>} */
  const parts = new Map();
  for (const [place, key] of stageKeys) {
    const part = await unwrapPart(envelope.core, envelope.wraps, "wrap-a", place, key).catch(
      () => null, // sealed to somebody else: the others may do
    );
    if (part) parts.set(place, part);
  }
  const shareA = await search(parts, core.share_a, "share-a");
  const keys = await contentKeys(shareA, shareB, await context(envelope.core));
  const readout = await openPublished(envelope, keys.readout);
  return { readout, readoutKey: keys.readout, bodyKey: keys.body };
}

/**
 * Open and check a read-out with its published key alone, as anybody can from the bundle.
 * @param {Envelope} envelope
 * @param {Bytes} readoutKey
 */
export async function openPublished(envelope, readoutKey) {
  const { core: coreBytes, entry } = envelope;
  const core = parseCore(coreBytes);
  const ctx = await context(coreBytes);
  const plain = await openStream(envelope.readout, readoutKey, "readout", ctx);
  const readout = parseReadout(plain, core.stage);
  if (!equal(readout.bodyRoot, entry.body)) throw new SealingError("seal.body_root");
  const identity = await bidderCommitment(readout.nonce, readout.bidder);
  if (!equal(identity, core.bidder_commit)) throw new SealingError("seal.bidder");
  await verifyBidSignature(coreBytes, readout);
  return readout;
}

/**
 * Open a body held in memory and give its files by name; every hash that is stated is checked.
 * @param {Envelope} envelope
 * @param {{readout: import("./contents.js").Readout, bodyKey: Bytes}} opened
 * @param {Bytes} body
 */
export async function openBody({ core, entry }, { readout, bodyKey }, body) {
  if (body.length !== entry.body_len || !equal(await objectRoot(body), entry.body))
    throw new SealingError("seal.root", { object: "body" });
  const plain = await openStream(body, bodyKey, "body", await context(core));
  const end = readout.files.reduce((total, file) => total + file.size, 0);
  if (paddedLength(end) !== plain.length) throw new SealingError("seal.file_range");
  if (plain.subarray(end).some((byte) => byte !== 0)) throw new SealingError("seal.padding");
  /** @type {Map<string, Bytes>} */
  const files = new Map();
  for (const { name, offset, size, sha256: digest } of readout.files) {
    const content = plain.slice(offset, offset + size);
    if (digest && !equal(await sha256(content), digest))
      throw new SealingError("seal.file_digest", { name });
    files.set(name, content);
  }
  return files;
}
