// The three clear records of an envelope: core, wraps and commit (sealing.md 4.1).
import { base64url, binary, sha256 } from "./bytes.js";
import { verifies } from "./curves.js";
import { labelled } from "./derive.js";
import { SealingError } from "./errors.js";
import { checkThreshold, MAX_PARTS } from "./shamir.js";
import { binaries, listOf, members, numberOf, parse, textOf, write } from "./strict.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./strict.js").Found} Found */

export const VERSION = 1;
export const CORE_LIMIT = 16 * 1024;
export const WRAPS_LIMIT = 64 * 1024;
export const COMMIT_LIMIT = 4 * 1024;
export const STAGES = ["whole", "qualification", "technical", "price"];
export const MODES = ["joint", "authority"];
export const PRICED = ["whole", "price"];
export const MAX_BIDDER_KEYS = 8;
const ACTIONS = ["submit", "replace", "withdraw"];
const WRAP_LIMIT = 2048;
const PLACE = ["v", "suite", "mode", "tender", "doc", "lot", "stage", "ver", "policy"];
const CORE = [...PLACE, "sub_pk", "bidder_commit", "k", "n", "ca", "cas", "cb"];
const ESCROW = ["ke", "ne", "ce", "ces"];

/**
 * The public commitments of a secret that was split k-of-n.
 * @typedef {{k: number, n: number, commitment: Bytes, parts: Bytes[]}} Split
 *
 * What an envelope is for and what it commits to; every key and wrap is bound to its hash.
 * @typedef {{suite: number, mode: string, tender: string, doc: Bytes, lot: string, stage: string,
 *   ver: number, policy: Bytes, sub_pk: Bytes, bidder_commit: Bytes, share_a: Split, cb: Bytes,
 *   escrow: Split | null}} Core
 *
 * The sealed key shares: a for the custodians, b for the bidder's keys, e for recovery.
 * @typedef {{a: Bytes[], b: Bytes[], e: Bytes[]}} Wraps
 *
 * One stage in a commit: the roots of its four objects and the stored length of the body.
 * @typedef {{stage: string, core: Bytes, wraps: Bytes, readout: Bytes, body: Bytes,
 *   body_len: number}} Entry
 *
 * @typedef {{tender: string, lot: string, action: string, stages: Entry[], prev: Bytes | null,
 *   nonce: Bytes}} Commit
 */

/**
 * Read a core, refusing every form that another client could read differently.
 * @param {Bytes} content
 * @returns {Core}
 */
export function parseCore(content) {
  const found = members(parse(content, CORE_LIMIT), CORE, ESCROW);
  if (numberOf(found, "v") !== VERSION) throw new SealingError("seal.version");
  return {
    suite: numberOf(found, "suite"),
    mode: oneOf(found, "mode", MODES, "seal.mode"),
    tender: textOf(found, "tender"),
    doc: binary(found.doc, 32),
    lot: textOf(found, "lot"),
    stage: oneOf(found, "stage", STAGES, "seal.stage"),
    ver: numberOf(found, "ver", 1),
    policy: binary(found.policy, 32),
    sub_pk: binary(found.sub_pk, 32),
    bidder_commit: binary(found.bidder_commit, 32),
    share_a: readSplit(found, "k", "n", "ca", "cas"),
    cb: binary(found.cb, 32),
    escrow: readEscrow(found),
  };
}

/**
 * @param {Found} found
 * @param {string} k
 * @param {string} n
 * @param {string} commitment
 * @param {string} parts
 * @returns {Split}
 */
function readSplit(found, k, n, commitment, parts) {
  const [threshold, number] = [numberOf(found, k), numberOf(found, n)];
  checkThreshold(threshold, number);
  const hashes = binaries(found, parts, MAX_PARTS, 32);
  if (hashes.length !== number)
    throw new SealingError("seal.threshold", { k: threshold, n: number });
  return { k: threshold, n: number, commitment: binary(found[commitment], 32), parts: hashes };
}

/**
 * Read the escrow of b: all four keys or none; authority mode cannot open without it.
 * @param {Found} found
 */
function readEscrow(found) {
  const missing = ESCROW.filter((key) => !(key in found));
  if (missing.length === ESCROW.length && found.mode === "joint") return null;
  if (missing.length) throw new SealingError("seal.key_missing", { key: missing[0] });
  return readSplit(found, "ke", "ne", "ce", "ces");
}

/**
 * @param {Found} found
 * @param {string} key
 * @param {readonly string[]} allowed
 * @param {string} code
 */
function oneOf(found, key, allowed, code) {
  const value = textOf(found, key);
  if (!allowed.includes(value)) throw new SealingError(code);
  return value;
}

/**
 * Write a core; from then on only these bytes count.
 * @param {Core} core
 */
export function writeCore(core) {
  const { share_a: a, escrow } = core;
  return write({
    v: VERSION,
    suite: core.suite,
    mode: core.mode,
    tender: core.tender,
    doc: base64url(core.doc),
    lot: core.lot,
    stage: core.stage,
    ver: core.ver,
    policy: base64url(core.policy),
    sub_pk: base64url(core.sub_pk),
    bidder_commit: base64url(core.bidder_commit),
    k: a.k,
    n: a.n,
    ca: base64url(a.commitment),
    cas: a.parts.map(base64url),
    cb: base64url(core.cb),
    ...(escrow && {
      ke: escrow.k,
      ne: escrow.n,
      ce: base64url(escrow.commitment),
      ces: escrow.parts.map(base64url),
    }),
  });
}

/**
 * Read wraps and check their number against the core.
 * @param {Bytes} content
 * @param {Core} core
 * @returns {Wraps}
 */
export function parseWraps(content, core) {
  const found = members(parse(content, WRAPS_LIMIT), ["a", "b"], ["e"]);
  const wraps = {
    a: readWraps(found, "a", MAX_PARTS),
    b: readWraps(found, "b", MAX_BIDDER_KEYS),
    e: "e" in found ? readWraps(found, "e", MAX_PARTS) : [],
  };
  const least = core.mode === "joint" ? 2 : 0;
  if (wraps.b.length < least || (core.mode === "authority" && wraps.b.length))
    throw new SealingError("seal.bidder_keys");
  if (wraps.a.length !== core.share_a.n || wraps.e.length !== (core.escrow?.n ?? 0))
    throw new SealingError("seal.threshold", { k: core.share_a.k, n: core.share_a.n });
  return wraps;
}

/**
 * @param {Found} found
 * @param {string} key
 * @param {number} limit
 */
function readWraps(found, key, limit) {
  const wraps = listOf(found, key, limit).map((item) => binary(item));
  if (!wraps.every((one) => 0 < one.length && one.length <= WRAP_LIMIT))
    throw new SealingError("seal.binary");
  return wraps;
}

/**
 * Write wraps; `e` only when b is escrowed.
 * @param {Wraps} wraps
 */
export function writeWraps({ a, b, e }) {
  const escrow = e.length ? { e: e.map(base64url) } : {};
  return write({ a: a.map(base64url), b: b.map(base64url), ...escrow });
}

const ENTRY = ["stage", "core", "wraps", "readout", "body", "body_len"];

/**
 * Read a commit; a withdrawal has no stages, only a first submission has no predecessor.
 * @param {Bytes} content
 * @returns {Commit}
 */
export function parseCommit(content) {
  const keys = ["tender", "lot", "action", "stages", "prev", "nonce"];
  const found = members(parse(content, COMMIT_LIMIT), keys);
  const commit = {
    tender: textOf(found, "tender"),
    lot: textOf(found, "lot"),
    action: oneOf(found, "action", ACTIONS, "seal.value"),
    stages: listOf(found, "stages", STAGES.length).map(readEntry),
    prev: found.prev === null ? null : binary(found.prev, 32),
    nonce: binary(found.nonce, 32),
  };
  const names = commit.stages.map((entry) => entry.stage);
  const same = new Set(names).size !== names.length;
  if (same || names.length > 0 === (commit.action === "withdraw"))
    throw new SealingError("seal.stage");
  if (names.includes("whole") && names.length > 1) throw new SealingError("seal.stage");
  if ((commit.prev === null) !== (commit.action === "submit")) throw new SealingError("seal.chain");
  return commit;
}

/**
 * @param {unknown} item
 * @returns {Entry}
 */
function readEntry(item) {
  const found = members(item, ENTRY);
  return {
    stage: oneOf(found, "stage", STAGES, "seal.stage"),
    core: binary(found.core, 32),
    wraps: binary(found.wraps, 32),
    readout: binary(found.readout, 32),
    body: binary(found.body, 32),
    body_len: numberOf(found, "body_len"),
  };
}

/**
 * Write a commit; its hash and its signature are over exactly these bytes.
 * @param {Commit} commit
 */
export function writeCommit(commit) {
  return write({
    tender: commit.tender,
    lot: commit.lot,
    action: commit.action,
    stages: commit.stages.map((entry) => ({
      stage: entry.stage,
      core: base64url(entry.core),
      wraps: base64url(entry.wraps),
      readout: base64url(entry.readout),
      body: base64url(entry.body),
      body_len: entry.body_len,
    })),
    prev: commit.prev && base64url(commit.prev),
    nonce: base64url(commit.nonce),
  });
}

/**
 * Name a commit by the hash of its bytes: `prev`, receipts and the record use this.
 * @param {Bytes} content
 */
export const commitHash = (content) => sha256(content);

/**
 * Sign a commit with the key made for this chain only.
 * @param {Bytes} content
 * @param {import("./curves.js").Signer} submission
 */
export const signCommit = (content, submission) => submission.sign(labelled("commit", content));

/**
 * Check the chain key's signature, then read the commit.
 * @param {Bytes} content
 * @param {Bytes} signature
 * @param {Bytes} subPk
 */
export async function verifyCommit(content, signature, subPk) {
  if (!(await verifies(subPk, signature, labelled("commit", content))))
    throw new SealingError("seal.signature");
  return parseCommit(content);
}
