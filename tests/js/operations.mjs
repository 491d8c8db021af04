// The operations of the shared vectors (tests/vectors/sealing/README.md), by kind.
import assert from "node:assert/strict";
import { base64url, binary, concat, sha256 } from "../../bidding/static/bidding/sealing/bytes.js";
import { checkPlace } from "../../bidding/static/bidding/sealing/chain.js";
import {
  parseFields,
  parseFiles,
  parseReadout,
  READOUT_PLAIN,
} from "../../bidding/static/bidding/sealing/contents.js";
import { publicOf } from "../../bidding/static/bidding/sealing/curves.js";
import {
  contentKeys,
  context,
  partCommitment,
  shareCommitment,
} from "../../bidding/static/bidding/sealing/derive.js";
import { SealingError } from "../../bidding/static/bidding/sealing/errors.js";
import {
  commitHash,
  parseCommit,
  parseCore,
  parseWraps,
  verifyCommit,
} from "../../bidding/static/bidding/sealing/format.js";
import { unwrap } from "../../bidding/static/bidding/sealing/hpke.js";
import { keyOf, stageKey } from "../../bidding/static/bidding/sealing/keys.js";
import { verifyReceipt } from "../../bidding/static/bidding/sealing/note.js";
import {
  acceptStageKeys,
  checkEnvelope,
  checkShareB,
  checkStageKey,
  combineEscrow,
  openBody,
  openReadout,
  search,
  unwrapPart,
  unwrapShareB,
} from "../../bidding/static/bidding/sealing/opening.js";
import { parsePolicy } from "../../bidding/static/bidding/sealing/policy.js";
import { checkThreshold, split } from "../../bidding/static/bidding/sealing/shamir.js";
import {
  HEAD,
  objectRoot,
  openStream,
  paddedLength,
  SEALED_CHUNK,
  sealStream,
  streamKey,
} from "../../bidding/static/bidding/sealing/stream.js";

/** @param {Record<string, string>} given */
const indexed = (given) =>
  new Map(Object.entries(given).map(([place, value]) => [Number(place), binary(value)]));

/** @type {Record<string, (given: any) => Promise<Record<string, unknown>>>} */
export const OPERATIONS = {
  derive: async ({ core, a, b }) => {
    const ctx = await context(binary(core));
    const keys = await contentKeys(binary(a), binary(b), ctx);
    return {
      ctx,
      ca: await shareCommitment("share-a", binary(a)),
      cb: await shareCommitment("share-b", binary(b)),
      master: keys.master,
      readout_key: keys.readout,
      body_key: keys.body,
    };
  },
  "shamir-split": async ({ secret, k, n, coefficients }) => {
    const draws = coefficients.map((/** @type {string} */ one) => binary(one));
    const parts = split(binary(secret), k, n, () => draws.shift());
    const hashes = parts.map((part, i) => partCommitment("share-a-part", i + 1, part));
    return { parts, hashes: await Promise.all(hashes) };
  },
  shamir: async ({ parts, k, commitment }) => ({
    secret: await search(indexed(parts), { k, commitment: binary(commitment) }, "share-a"),
  }),
  threshold: async ({ k, n }) => {
    checkThreshold(k, n);
    return {};
  },
  padme: async ({ length }) => ({ padded: paddedLength(length) }),
  stream: async ({ key, name, ctx, salt, plain, edits }) => {
    const made = await streamKey(binary(key), binary(salt), name, binary(ctx));
    const sealed = edits.reduce(edit, (await sealStream(plainOf(plain), made)).sealed);
    const opened = await openStream(sealed, binary(key), name, binary(ctx));
    const root = await objectRoot(sealed);
    return { length: sealed.length, root, plain_sha256: await sha256(opened), sealed };
  },
  core: async ({ bytes }) => ({
    stage: parseCore(binary(bytes)).stage,
    ctx: await context(binary(bytes)),
  }),
  wraps: async ({ core, bytes }) => {
    parseWraps(binary(bytes), parseCore(binary(core)));
    return {};
  },
  commit: async ({ bytes, signature, sub_pk }) => {
    if (signature) await verifyCommit(binary(bytes), binary(signature), binary(sub_pk));
    const { action } = parseCommit(binary(bytes));
    return { action, hash: await commitHash(binary(bytes)) };
  },
  chain: async ({ commits }) => {
    const chain = [];
    for (const text of commits) {
      await checkPlace(binary(text), chain);
      chain.push(binary(text));
    }
    return {};
  },
  fields: async ({ stage, bytes }) => ({ fields: parseFields(binary(bytes), stage) }),
  files: async ({ bytes }) => ({ names: parseFiles(binary(bytes)).map((file) => file.name) }),
  readout: async ({ stage, json, plain_head }) => {
    const plain = new Uint8Array(READOUT_PLAIN);
    const content = binary(json ?? plain_head);
    if (json) new DataView(plain.buffer).setUint32(0, content.length);
    plain.set(content, json ? 4 : 0);
    return { bidder: parseReadout(plain, stage).bidder };
  },
  unwrap: async ({ private: key, info, sealed }) => ({
    share: await unwrap(binary(key), binary(info), binary(sealed)),
  }),
  "unwrap-b": async ({ core, wraps, private: key }) => ({
    share: await unwrapShareB(binary(core), binary(wraps), binary(key)),
  }),
  "unwrap-e": async ({ core, wraps, place, private: key }) => ({
    part: await unwrapPart(binary(core), binary(wraps), "wrap-e", place, binary(key)),
  }),
  "share-b": async ({ core, share }) => {
    await checkShareB(binary(core), binary(share));
    return {};
  },
  "stage-key": async ({ policy, stage, place, private: key }) => {
    await checkStageKey(await parsePolicy(binary(policy)), stage, place, binary(key));
    return {};
  },
  "stage-seed": async ({ seed, tender, stage }) => {
    const made = await stageKey(await keyOf("custodian", binary(seed)), tender, stage);
    return { ...made, public: await publicOf(made.private) };
  },
  receipt: async ({ note, name, public: key, commit_hash }) => {
    const commit = commit_hash ? binary(commit_hash) : null;
    return { ...(await verifyReceipt(note, { name, public: binary(key) }, commit)) };
  },
  open,
};

/** @param {any} given */
async function open(given) {
  const subPk = binary(given.sub_pk);
  const commit = await verifyCommit(binary(given.commit), binary(given.signature), subPk);
  const entry = commit.stages.find(({ stage }) => stage === given.stage);
  assert.ok(entry);
  const small = { core: binary(given.core), wraps: binary(given.wraps) };
  const envelope = { ...small, readout: binary(given.readout), entry };
  const policy = await parsePolicy(binary(given.policy));
  const terms = { policy, doc: binary(given.doc), lot: given.lot, stage: given.stage };
  const checked = await checkEnvelope(envelope, terms);
  if (base64url(checked.core.sub_pk) !== given.sub_pk) throw new SealingError("seal.signature");
  const accepted = await acceptStageKeys(policy, given.stage, indexed(given.stage_keys));
  const share = await shareB(given, envelope);
  const opened = await openReadout(envelope, terms, accepted, share);
  const files = await openBody(envelope, opened, binary(given.body));
  const digests = await Promise.all(
    [...files].map(async ([name, content]) => [name, await sha256(content)]),
  );
  return {
    fields: opened.readout.fields,
    files: Object.fromEntries(digests),
    bidder: opened.readout.bidder,
    readout_key: opened.readoutKey,
  };
}

/**
 * @param {any} given
 * @param {{core: import("../../bidding/static/bidding/sealing/bytes.js").Bytes,
 *   wraps: import("../../bidding/static/bidding/sealing/bytes.js").Bytes}} envelope
 */
async function shareB(given, { core, wraps }) {
  if (given.share_b) return binary(given.share_b);
  if (given.bidder_private) return unwrapShareB(core, wraps, binary(given.bidder_private));
  const parts = new Map();
  for (const [place, key] of indexed(given.recovery_keys))
    parts.set(place, await unwrapPart(core, wraps, "wrap-e", place, key));
  return combineEscrow(core, parts);
}

/** @param {{pattern?: number, bytes: string}} spec */
const plainOf = (spec) =>
  spec.pattern === undefined
    ? binary(spec.bytes)
    : Uint8Array.from({ length: spec.pattern }, (_, i) => (7 * i + (i >> 8)) & 255);

/**
 * @param {import("../../bidding/static/bidding/sealing/bytes.js").Bytes} sealed
 * @param {any} change
 */
function edit(sealed, change) {
  const place = (/** @type {number} */ i) => HEAD + i * SEALED_CHUNK;
  const chunk = (/** @type {number} */ i) => sealed.slice(place(i), place(i + 1));
  const made = sealed.slice();
  if (change.op === "flip") {
    const at = change.bit >> 3;
    made[at] = (made[at] ?? 0) ^ (128 >> (change.bit & 7));
  } else if (change.op === "splice") {
    const { at, remove, insert } = change;
    return concat(sealed.slice(0, at), binary(insert), sealed.slice(at + remove));
  } else {
    const first = chunk(change.i);
    if (change.op === "swap") made.set(chunk(change.j), place(change.i));
    made.set(first, place(change.j));
  }
  return made;
}
