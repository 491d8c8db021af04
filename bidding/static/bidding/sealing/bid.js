// One bid for one lot, from the form to the receipt, and what this browser keeps of it in between.
// Steps: begin (seal the small parts, prove both keys) → send (worker) → commit → receipt.
import { base64url, binary, fromHex, fromUtf8, random } from "./bytes.js";
import { makeCommit } from "./chain.js";
import { close, prepare, proveKeys } from "./envelope.js";
import { SealingError } from "./errors.js";
import { commitHash, signCommit } from "./format.js";
import { intakeAt, Refusal } from "./intake.js";
import { signer, submissionSigner, wrapPair } from "./keys.js";
import { parseVerifier, verifyReceipt } from "./note.js";
import { parsePolicy } from "./policy.js";
import { forgetDigests, get, openSecret, put, sealSecret } from "./store.js";
import { sealedLength } from "./stream.js";
import { isObject, parse, write } from "./strict.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./keys.js").Key} Key */

/**
 * Where a bid belongs, and the doors it goes through.
 * @typedef {object} Place
 * @property {string} bidder unified social credit code
 * @property {string} tender
 * @property {string} lot
 * @property {string} [window] "last" for a last quote, which has a chain of its own
 * @property {string} receiptKey name+id+key of the installation's receipt key
 * @property {string} worker address of seal-worker.js
 * @property {import("./intake.js").Doors} doors
 *
 * What the form holds for one stage.
 * @typedef {{fields: Record<string, string>, files: File[]}} StageOffer
 *
 * One stage's envelope. `secret` (stream keys, nonce, fields, file list) is sealed at rest and gone
 * after the commit; `entry` is there once the body and the read-out are with the platform.
 * @typedef {object} Stage
 * @property {string} stage
 * @property {number} ver
 * @property {Bytes} core
 * @property {Bytes} wraps
 * @property {string} readout name of the object
 * @property {string} body name of the object
 * @property {number} length of the sealed body
 * @property {{iv: Bytes, sealed: ArrayBuffer} | null} secret
 * @property {import("./format.js").Entry | null} entry
 *
 * @typedef {"submit" | "withdraw"} Action a second submit replaces
 * @typedef {{bytes: Bytes, signature: Bytes, action: Action}} Signed
 * @typedef {Signed & {receipt: string, accepted: string}} Committed
 *
 * The bid as this browser keeps it.
 * @typedef {object} Bid
 * @property {string} tender
 * @property {string} lot
 * @property {string} bidder
 * @property {string} [window]
 * @property {Bytes} chain 32 random bytes from which the chain's signing key is derived
 * @property {Stage[]} draft envelopes of the next commit; those of the last one that stay included
 * @property {Stage[]} live envelopes of the last commit
 * @property {Committed[]} commits
 * @property {Committed[]} past commits of chains that ended in a withdrawal
 * @property {Signed | null} pending signed, not yet answered
 */

/** @typedef {Pick<Place, "bidder" | "tender" | "lot" | "window">} Kept where this browser keeps a bid */

/** @param {Kept} place */
const keyOfBid = ({ bidder, tender, lot, window }) => [
  bidder,
  tender,
  window ? `${lot}/${window}` : lot,
];

/**
 * Give the bid this browser keeps for a place, or a new one.
 * @param {Kept} place
 * @returns {Promise<Bid>}
 */
export async function loadBid(place) {
  const { bidder, tender, lot, window } = place;
  const known = /** @type {Bid | undefined} */ (await get("bids", keyOfBid(place)));
  const [chain, none] = [random(32), { draft: [], live: [], commits: [], past: [], pending: null }];
  return known ?? { tender, lot, bidder, window, chain, ...none };
}

/**
 * Tell how far a bid is, to see whether another tab has moved it.
 * @param {Bid} bid
 */
export const stepOf = ({ past, commits, pending, draft }) =>
  JSON.stringify([
    past.length,
    commits.length,
    pending !== null,
    draft.map(({ body, entry }) => [body, entry !== null]),
  ]);

/** @param {Bid} bid */
const keep = (bid) => put("bids", keyOfBid(bid), bid);

/**
 * Ask for the tender's policy, checking the bytes against the digest that is told with them.
 * @param {string} url
 */
export async function fetchPolicy(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer) throw new SealingError("client.unreachable");
  if (!answer.ok) throw new SealingError("client.policy", { status: answer.status });
  const told = await answer.json();
  const policy = await parsePolicy(binary(told.policy));
  if (base64url(digestOf(told.digest)) !== base64url(policy.digest))
    throw new SealingError("seal.context");
  return { policy, doc: digestOf(told.document_digest) };
}

/**
 * Read a digest in hexadecimal, or in our own base64url.
 * @param {unknown} text
 */
const digestOf = (text) =>
  typeof text === "string" && text.length === 64 ? fromHex(text) : binary(text, 32);

/**
 * Begin to seal some stages: make core, wraps and keys, and prove that the device key and the
 * recovery key both give b back. Nothing is kept, and nothing can be committed, before that.
 * @param {Bid} bid
 * @param {{policy: import("./policy.js").Policy, doc: Bytes}} terms
 * @param {Map<string, StageOffer>} offers by stage
 * @param {{device: Key, recovery: Key, escrow: boolean}} keys
 */
export async function begin(bid, terms, offers, { device, recovery, escrow }) {
  if (bid.pending) throw new SealingError("client.pending"); // that one must be answered first
  if (bid.commits.at(-1)?.action === "withdraw") beginChain(bid);
  const pairs = [await wrapPair(device), await wrapPair(recovery)];
  const submission = await submissionSigner(device, bid.tender, bid.lot, bid.chain);
  /** @type {Stage[]} */
  const made = [];
  for (const [stage, { fields, files }] of offers) {
    const ver = 1 + Math.max(0, ...[...bid.live, ...bid.draft].map(verOf(stage)));
    const prepared = await prepare({
      ...terms,
      lot: bid.lot,
      stage,
      ver,
      bidder: bid.bidder,
      fields,
      files,
      bidderKeys: pairs.map((pair) => pair.public),
      subPk: submission.public,
      escrow,
    });
    await proveKeys(prepared, pairs);
    made.push(await stageOf(prepared, ver, files));
  }
  for (const { body } of bid.draft) await forgetDigests(body);
  const staying = bid.live.filter(({ stage }) => !offers.has(stage));
  bid.draft = [...staying, ...made];
  await keep(bid);
}

/**
 * After a withdrawal only a new chain, under a new key, can submit.
 * @param {Bid} bid
 */
function beginChain(bid) {
  bid.past.push(...bid.commits);
  [bid.chain, bid.commits, bid.live] = [random(32), [], []];
}

/** @param {string} stage */
const verOf = (stage) => (/** @type {Stage} */ one) => (one.stage === stage ? one.ver : 0);

/**
 * @param {import("./envelope.js").Prepared} prepared
 * @param {number} ver
 * @param {File[]} files
 * @returns {Promise<Stage>}
 */
async function stageOf(prepared, ver, files) {
  const { stage, core, wraps, size, secret } = prepared;
  const [readout, body] = [base64url(random(32)), base64url(random(32))];
  const hidden = write({
    ctx: base64url(prepared.ctx),
    fields: fromUtf8(prepared.fieldsText),
    list: fromUtf8(prepared.filesText),
    size,
    bodySalt: base64url(prepared.bodySalt),
    readoutSalt: base64url(prepared.readoutSalt),
    body: base64url(secret.body),
    readout: base64url(secret.readout),
    nonce: base64url(secret.nonce),
    files: files.map(({ name, size: bytes, lastModified }) => ({
      name,
      size: bytes,
      lastModified,
    })),
  });
  const sealed = await sealSecret(body, hidden);
  const length = sealedLength(size);
  return { stage, ver, core, wraps, readout, body, length, secret: sealed, entry: null };
}

/**
 * Open what is kept of an unfinished envelope.
 * @param {Stage} stage
 * @param {string} bidder
 */
async function secretOf(stage, bidder) {
  if (!stage.secret) throw new SealingError("client.finished");
  const found = parse(await openSecret(stage.body, stage.secret), 1 << 20);
  if (!isObject(found) || !Array.isArray(found.files)) throw new SealingError("seal.value");
  /** @param {string} name */
  const bytes = (name) => binary(found[name]);
  /** @type {import("./envelope.js").Prepared} */
  const prepared = {
    stage: stage.stage,
    core: stage.core,
    wraps: stage.wraps,
    bidder,
    ctx: bytes("ctx"),
    fieldsText: new TextEncoder().encode(String(found.fields)),
    filesText: new TextEncoder().encode(String(found.list)),
    size: Number(found.size),
    bodySalt: bytes("bodySalt"),
    readoutSalt: bytes("readoutSalt"),
    secret: { body: bytes("body"), readout: bytes("readout"), nonce: bytes("nonce") },
  };
  /** @type {{name: string, size: number, lastModified: number}[]} */
  const files = found.files;
  return { prepared, files };
}

/**
 * List the files an unfinished bid waits for, by stage: after a closed tab they are chosen again.
 * @param {Bid} bid
 */
export async function filesWaitedFor(bid) {
  /** @type {Map<string, {name: string, size: number, lastModified: number}[]>} */
  const waited = new Map();
  for (const stage of bid.draft.filter(({ entry }) => !entry))
    waited.set(stage.stage, (await secretOf(stage, bid.bidder)).files);
  return waited;
}

/**
 * Pick the files an envelope was begun with, in its order; other files would not fit its list.
 * @param {{name: string, size: number, lastModified: number}[]} wanted
 * @param {File[]} given
 */
export function matchFiles(wanted, given) {
  return wanted.map(({ name, size, lastModified }) => {
    const same = given.find((file) => file.name === name && file.size === size);
    if (!same || same.lastModified !== lastModified)
      throw new SealingError("client.files_changed", { file: name });
    return same;
  });
}

/**
 * Seal and send every unfinished stage: bodies in the worker, then the small read-outs.
 * @param {Bid} bid
 * @param {Place} place
 * @param {Map<string, File[]>} given files by stage
 * @param {Key} device
 * @param {{onProgress: (progress: import("./sending.js").Progress) => void,
 *   onWait: import("./intake.js").Waiting, signal: AbortSignal}} watch
 */
export async function send(bid, place, given, device, watch) {
  const open = bid.draft.filter(({ entry }) => !entry);
  const total = open.reduce((sum, { length }) => sum + length, 0);
  const intake = intakeAt(place.doors, watch);
  let before = 0;
  for (const stage of open) {
    const { prepared, files } = await secretOf(stage, bid.bidder);
    const chosen = matchFiles(files, given.get(stage.stage) ?? []);
    const body = {
      object: stage.body,
      key: prepared.secret.body,
      salt: prepared.bodySalt,
      ctx: prepared.ctx,
      size: prepared.size,
    };
    const offset = before;
    const digests = await inWorker(place, body, chosen, {
      ...watch,
      onProgress: ({ bytes, rate }) => {
        const left = total - offset - bytes;
        const remaining = left ? left / rate : 0;
        watch.onProgress({ bytes: offset + bytes, total, rate, remaining });
      },
    });
    const closed = await close(prepared, digests, stage.length, await signer(device));
    await intake.put(stage.readout, closed.entries);
    stage.entry = closed.entry;
    await keep(bid);
    before += stage.length;
  }
}

/**
 * @param {Place} place
 * @param {import("./sending.js").Body} body
 * @param {File[]} files
 * @param {Parameters<typeof send>[4]} watch
 * @returns {Promise<Bytes[]>}
 */
function inWorker({ worker: address, doors }, body, files, { onProgress, onWait, signal }) {
  const worker = new Worker(address, { type: "module" });
  const ended = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (data.type === "progress") onProgress(data);
      else if (data.type === "waiting") onWait(data.seconds, data.reached);
      else if (data.type === "done") resolve(data.digests);
      else reject(Object.assign(new SealingError(data.code, data.facts), { told: data.told }));
    };
    worker.onerror = ({ message }) =>
      reject(new SealingError("client.broken", { reason: message ?? "" }));
    signal.addEventListener("abort", () => reject(new SealingError("client.stopped")));
  });
  worker.postMessage({ type: "seal", body, files, doors });
  return ended.finally(() => worker.terminate());
}

/**
 * Commit what was sent; the same signed commit is sent again after a lost answer.
 * @param {Bid} bid
 * @param {Place} place
 * @param {Key} device
 * @param {Action} action what to do if nothing waits for an answer
 * @param {{onWait?: import("./intake.js").Waiting, signal?: AbortSignal}} [watch]
 */
export async function commit(bid, place, device, action, watch) {
  bid.pending ??= await signed(bid, device, action);
  await keep(bid); // before it leaves: from now on it may have been accepted
  const { bytes, signature } = bid.pending;
  const record = {
    tender: bid.tender,
    lot: bid.lot,
    commit: base64url(bytes),
    signature: base64url(signature),
    envelopes: stagesOf(bid, bid.pending.action).map(handed),
  };
  const accepted = await intakeAt(place.doors, watch)
    .commit(record)
    .catch((error) => refused(bid, error));
  const verifier = await parseVerifier(place.receiptKey);
  const receipt = await verifyReceipt(accepted.receipt, verifier, await commitHash(bytes));
  if (receipt.tender !== bid.tender) throw new SealingError("seal.receipt");
  const told = { receipt: accepted.receipt, accepted: receipt.accepted };
  await settle(bid, { ...bid.pending, ...told });
}

/**
 * After a refusal the commit is not in force, and another may be made.
 * @param {Bid} bid
 * @param {unknown} error
 * @returns {Promise<never>}
 */
async function refused(bid, error) {
  if (error instanceof Refusal) bid.pending = null;
  await keep(bid);
  throw error;
}

/**
 * @param {Bid} bid
 * @param {Action} action
 */
const stagesOf = (bid, action) => (action === "withdraw" ? [] : bid.draft);

/**
 * @param {Bid} bid
 * @param {Key} device
 * @param {Action} action
 * @returns {Promise<Signed>}
 */
async function signed(bid, device, action) {
  const stages = stagesOf(bid, action);
  const entries = stages.flatMap(({ entry }) => entry ?? []);
  const unfinished = entries.length < stages.length || !(entries.length || action === "withdraw");
  const last = bid.commits.at(-1);
  if (unfinished || (action === "withdraw" && !last)) throw new SealingError("client.unfinished");
  const prev = last ? await commitHash(last.bytes) : null;
  const bytes = makeCommit({ tender: bid.tender, lot: bid.lot, entries, prev });
  const submission = await submissionSigner(device, bid.tender, bid.lot, bid.chain);
  return { bytes, signature: await signCommit(bytes, submission), action };
}

/**
 * @param {Stage} stage
 * @returns {import("./intake.js").Handed}
 */
const handed = ({ stage, core, wraps, readout, body, length }) => ({
  stage,
  core: base64url(core),
  wraps: base64url(wraps),
  readout,
  body,
  body_length: length,
});

/**
 * Keep the receipt, and forget the secrets: from here on only the bidder's two keys open the bid.
 * @param {Bid} bid
 * @param {Committed} committed
 */
async function settle(bid, committed) {
  bid.commits.push(committed);
  bid.live = committed.action === "withdraw" ? [] : bid.draft.map(withoutSecret);
  const given = bid.draft;
  [bid.draft, bid.pending] = [[], null];
  await keep(bid);
  for (const { body } of given) await forgetDigests(body);
}

/**
 * @param {Stage} stage
 * @returns {Stage}
 */
const withoutSecret = (stage) => ({ ...stage, secret: null });

/**
 * Drop an unfinished draft; what was sent of it is never committed and is cleared away in time.
 * A commit that may have been accepted cannot be dropped.
 * @param {Bid} bid
 */
export async function discard(bid) {
  if (bid.pending) throw new SealingError("client.pending");
  for (const { body } of bid.draft) await forgetDigests(body);
  bid.draft = [];
  await keep(bid);
}
