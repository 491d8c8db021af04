// A fact's proof in the installation's log: leaf, audit path and signed checkpoint (RFC 6962).
import { concat, equal, fromBase64, fromHex, sha256, utf8 } from "./bytes.js";
import { SealingError } from "./errors.js";
import { verifyNote } from "./note.js";
import { isObject } from "./strict.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

/**
 * What ledger.queries.proof_of gives for one fact.
 * @typedef {{leaf: string, index: number, size: number, path: string[], checkpoint: string}} Proof
 *
 * @typedef {{stream: string, number: number, type: string, at: string, tender: string,
 *   data: Record<string, unknown>}} Fact
 */

const unproven = () => new SealingError("client.not_in_log");

/**
 * Recompute the root from an audit path (RFC 9162 2.1.3.2).
 * @param {Bytes} leaf
 * @param {number} index
 * @param {number} size
 * @param {Bytes[]} path
 */
export async function rootFromInclusion(leaf, index, size, path) {
  if (!(Number.isSafeInteger(index) && 0 <= index && index < size)) throw unproven();
  let [at, last, node] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) throw unproven();
    const fromLeft = at % 2 === 1 || at === last;
    const pair = fromLeft ? [sibling, node] : [node, sibling];
    node = await sha256(concat(Uint8Array.of(1), ...pair));
    while (fromLeft && at % 2 === 0 && at > 0) [at, last] = [at / 2, Math.floor(last / 2)];
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  if (last !== 0) throw unproven();
  return node;
}

/**
 * Check a proof under the log's key and give the fact it proves.
 * @param {Proof} proof
 * @param {import("./note.js").Verifier} verifier
 * @returns {Promise<Fact>}
 */
export async function provenFact(proof, verifier) {
  const [origin, size = "", root = ""] = (
    await verifyNote(proof.checkpoint, [verifier]).catch(() => {
      throw unproven();
    })
  ).split("\n");
  const stated = fromBase64(root);
  if (origin !== verifier.name || size !== String(proof.size) || !stated) throw unproven();
  const leaf = await sha256(concat(Uint8Array.of(0), utf8(proof.leaf)));
  const path = proof.path.map(fromHex);
  if (!equal(await rootFromInclusion(leaf, proof.index, proof.size, path), stated))
    throw unproven();
  const fact = JSON.parse(proof.leaf);
  if (!isObject(fact) || !isObject(fact.data)) throw unproven();
  return /** @type {Fact} */ (/** @type {unknown} */ (fact));
}
