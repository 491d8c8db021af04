// A submission's chain of commits: submit, replace …, withdraw (sealing.md 4.5).
import { equal, random } from "./bytes.js";
import { SealingError } from "./errors.js";
import { commitHash, parseCommit, writeCommit } from "./format.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

/**
 * Write the next commit: the first submits, later ones replace; without stages it withdraws.
 * @param {{tender: string, lot: string, entries: import("./format.js").Entry[],
 *   prev: Bytes | null}} place
 */
export function makeCommit({ tender, lot, entries, prev }) {
  const next = prev ? "replace" : "submit";
  const action = entries.length ? next : "withdraw";
  const content = writeCommit({ tender, lot, action, stages: entries, prev, nonce: random(32) });
  parseCommit(content);
  return content;
}

/**
 * Refuse a commit that does not follow the last one, or that follows a withdrawal.
 * @param {Bytes} content
 * @param {Bytes[]} chain
 */
export async function checkPlace(content, chain) {
  const { prev } = parseCommit(content);
  const last = chain.at(-1);
  const follows = last ? prev && equal(prev, await commitHash(last)) : prev === null;
  if (!follows || (last && parseCommit(last).action === "withdraw"))
    throw new SealingError("seal.chain");
}

/**
 * Check a core against the tender's one policy: no other suite, mode, set or place passes.
 * @param {import("./format.js").Core} core
 * @param {import("./policy.js").Policy} policy
 * @param {string} lot
 * @param {string} stage
 */
export function checkCore(core, policy, lot, stage) {
  if (core.suite !== policy.suite) throw new SealingError("seal.suite");
  if (core.mode !== policy.mode) throw new SealingError("seal.mode");
  if (core.stage !== stage || !policy.stages.includes(stage)) throw new SealingError("seal.stage");
  if (core.tender !== policy.tender || core.lot !== lot || !equal(core.policy, policy.digest))
    throw new SealingError("seal.context");
  checkCircle(core.share_a, policy.opening);
  if (core.escrow) checkCircle(core.escrow, policy.recovery);
}

/**
 * @param {import("./format.js").Split} split
 * @param {import("./policy.js").Circle | null} circle
 */
function checkCircle({ k, n }, circle) {
  if (circle?.k !== k || circle.custodians.length !== n)
    throw new SealingError("seal.threshold", { k, n });
}
