// What every custodian's element does with the key it holds, and how it sees for itself what the log says.
import { SealingError } from "./errors.js";
import { keyOf, unlock } from "./keys.js";
import { provenFact } from "./log.js";
import { parseVerifier } from "./note.js";
import { chosen, entered, must } from "./page.js";
import { get } from "./store.js";

/** @typedef {import("./log.js").Fact} Fact */

const SKEW = 60_000; // milliseconds a custodian's clock may differ

/** @param {HTMLElement} root */
export const keyPlace = (root) => ["custodian", must(root, "person")];

/**
 * Give the custodian's key: from its file when one is chosen, else as this browser keeps it.
 * @param {HTMLElement} root
 * @returns {Promise<import("./keys.js").Key>}
 */
export async function custodianKey(root) {
  const file = await chosen(root, "key-file");
  if (!file) {
    const kept = await get("keys", keyPlace(root));
    if (!kept) throw new SealingError("client.no_key_file");
    return kept.key;
  }
  const { kind, seed } = await unlock(file, entered(root, "passphrase"));
  if (kind !== "custodian") throw new SealingError("seal.key_file");
  return keyOf(kind, seed);
}

/**
 * Prove two facts in the log, the first before the second and neither in the future of one's own
 * clock; the log key of the registration is remembered, and another one is refused.
 * @param {HTMLElement} root
 * @param {[string, string]} names of the proofs that data-proofs-url gives
 * @param {string} missing code when one of them is not in the log
 * @returns {Promise<[Fact, Fact]>}
 */
export async function provenInOrder(root, [first, second], missing) {
  const kept = await get("keys", keyPlace(root));
  const logKey = must(root, "logKey");
  if (kept?.log && kept.log !== logKey) throw new SealingError("client.other_log");
  const verifier = await parseVerifier(logKey);
  const answer = await fetch(must(root, "proofsUrl"), { headers: { Accept: "application/json" } });
  const told = answer.ok ? await answer.json() : {};
  if (!told[first] || !told[second]) throw new SealingError(missing);
  const before = await provenFact(told[first], verifier);
  const after = await provenFact(told[second], verifier);
  const right =
    told[first].index < told[second].index &&
    Date.parse(before.at) <= Date.parse(after.at) &&
    Date.parse(after.at) <= Date.now() + SKEW;
  if (!right) throw new SealingError(missing);
  return [before, after];
}
