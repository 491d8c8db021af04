// Lets a Python test use our JavaScript: one JSON request {"act", …} on standard input, one answer on
// standard output. Binary values are base64url.
import { readFileSync } from "node:fs";
import { base64url, binary, concat, fromUtf8 } from "../../bidding/static/bidding/sealing/bytes.js";
import { makeCommit } from "../../bidding/static/bidding/sealing/chain.js";
import { close, prepare, proveKeys } from "../../bidding/static/bidding/sealing/envelope.js";
import { SealingError } from "../../bidding/static/bidding/sealing/errors.js";
import { signCommit } from "../../bidding/static/bidding/sealing/format.js";
import {
  fromPaper,
  keyOf,
  lock,
  publicRecord,
  signer,
  stageKey,
  submissionSigner,
  toPaper,
  unlock,
  wrapPair,
} from "../../bidding/static/bidding/sealing/keys.js";
import { LIMITS, lint } from "../../bidding/static/bidding/sealing/lint.js";
import { provenFact } from "../../bidding/static/bidding/sealing/log.js";
import { metadataOf } from "../../bidding/static/bidding/sealing/metadata.js";
import { inCapitals, parseCapitals } from "../../bidding/static/bidding/sealing/money.js";
import { parseVerifier } from "../../bidding/static/bidding/sealing/note.js";
import { parsePolicy } from "../../bidding/static/bidding/sealing/policy.js";
import { sealAndSend } from "../../bidding/static/bidding/sealing/sending.js";
import { OPERATIONS } from "./operations.mjs";

/** @type {Record<string, (given: any) => Promise<unknown> | unknown>} */
const ACTS = {
  seal,
  open: (given) => OPERATIONS.open?.(given),
  lint: (drafts) =>
    drafts.map((/** @type {any} */ { draft, requirements }) =>
      lint(draft, { ...LIMITS, ...requirements }),
    ),
  metadata: ({ name, content }) => metadataOf(new File([binary(content)], name)),
  capitals: (fen) => fen.map((/** @type {string} */ one) => inCapitals(BigInt(one))),
  "parse-capitals": (texts) => texts.map((/** @type {string} */ text) => readCapitals(text)),
  paper: async ({ seed, text }) => ({
    text: await toPaper(binary(seed)),
    seed: await fromPaper(text),
  }),
  lock: async ({ kind, seed, passphrase }) => ({
    file: fromUtf8(await lock(kind, binary(seed), passphrase)),
  }),
  unlock: ({ file, passphrase }) => unlock(new TextEncoder().encode(file), passphrase),
  keys: async ({ seed, tender, lot, chain, stage }) => {
    const key = await keyOf("bidder-device", binary(seed));
    const submission = await submissionSigner(key, tender, lot, binary(chain));
    return {
      public: await publicRecord(key),
      submission: submission.public,
      stage: (await stageKey(key, tender, stage)).private,
    };
  },
  proof: async ({ proof, log }) => provenFact(proof, await parseVerifier(log)),
};

/** @param {string} text */
function readCapitals(text) {
  try {
    return String(parseCapitals(text));
  } catch (error) {
    if (error instanceof SealingError) return error.code;
    throw error;
  }
}

/** @param {any} given */
async function seal(given) {
  const policy = await parsePolicy(binary(given.policy));
  const [device, paper] = [
    await keyOf("bidder-device", binary(given.device)),
    await keyOf("bidder-paper", binary(given.paper)),
  ];
  const pairs = [await wrapPair(device), await wrapPair(paper)];
  const submission = await submissionSigner(device, policy.tender, given.lot, binary(given.chain));
  const files = given.files.map(
    (/** @type {any} */ { name, content }) => new File([binary(content)], name),
  );
  const prepared = await prepare({
    policy,
    doc: binary(given.doc),
    lot: given.lot,
    stage: given.stage,
    ver: 1,
    bidder: given.bidder,
    fields: given.fields,
    files,
    bidderKeys: pairs.map((pair) => pair.public),
    subPk: submission.public,
    escrow: given.escrow,
  });
  await proveKeys(prepared, pairs);
  const { digests, sealed } = await sealedBody(prepared, files);
  const closed = await close(prepared, digests, sealed.length, await signer(device));
  const lot = given.lot;
  const commit = makeCommit({ tender: policy.tender, lot, entries: [closed.entry], prev: null });
  return {
    core: prepared.core,
    wraps: prepared.wraps,
    readout: closed.readout,
    body: sealed,
    commit,
    signature: await signCommit(commit, submission),
    sub_pk: submission.public,
  };
}

/**
 * Seal a body through the sending code of the worker, into a store in memory.
 * @param {import("../../bidding/static/bidding/sealing/envelope.js").Prepared} prepared
 * @param {File[]} files
 */
async function sealedBody({ secret, bodySalt: salt, ctx, size }, files) {
  /** @type {Map<number, import("../../bidding/static/bidding/sealing/stream.js").Sealed>} */
  const stored = new Map();
  const put = async (
    /** @type {string} */ _object,
    /** @type {import("../../bidding/static/bidding/sealing/stream.js").Sealed[]} */ entries,
  ) => {
    for (const one of entries) stored.set(one.entry, one);
  };
  const intake = /** @type {any} */ ({ have: async () => new Set(), put });
  const body = { object: "body", key: secret.body, salt, ctx, size };
  const journal = { digests: new Map(), keep: async () => {} };
  const digests = await sealAndSend(body, files, intake, journal, () => {});
  const parts = digests.map((_, entry) => stored.get(entry)?.sealed ?? new Uint8Array());
  return { digests, sealed: concat(...parts) };
}

const { act, given } = JSON.parse(readFileSync(0, "utf8"));
let answer;
try {
  answer = { ok: await ACTS[act]?.(given) };
} catch (error) {
  if (!(error instanceof SealingError)) throw error;
  answer = { code: error.code };
}
const asText = (/** @type {string} */ _key, /** @type {unknown} */ value) =>
  value instanceof Uint8Array ? base64url(value) : value;
process.stdout.write(JSON.stringify(answer, asText));
