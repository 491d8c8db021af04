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
 * Prove facts in the log, each before the next and none in the future of one's own clock; the log
 * key of the registration is remembered, and another one is refused.
 * @template {string} Name
 * @param {HTMLElement} root
 * @param {Record<Name, string>} codes of the refusal when a fact is not in the log or not in its
 *   place, under the names that data-proofs-url gives, in the order they must have
 * @returns {Promise<Record<Name, Fact>>}
 */
export async function provenInOrder(root, codes) {
  const kept = await get("keys", keyPlace(root));
  const logKey = must(root, "logKey");
  if (kept?.log && kept.log !== logKey) throw new SealingError("client.other_log");
  const verifier = await parseVerifier(logKey);
  const answer = await fetch(must(root, "proofsUrl"), { headers: { Accept: "application/json" } });
  const told = answer.ok ? await answer.json() : {};
  const facts = /** @type {Record<Name, Fact>} */ ({});
  let [place, at] = [-1, 0];
  for (const name of /** @type {Name[]} */ (Object.keys(codes))) {
    if (!told[name]) throw new SealingError(codes[name]);
    const fact = await provenFact(told[name], verifier);
    const time = Date.parse(fact.at);
    const right = place < told[name].index && at <= time && time <= Date.now() + SKEW;
    if (!right) throw new SealingError(codes[name]);
    facts[name] = fact;
    [place, at] = [told[name].index, time];
  }
  return facts;
}
