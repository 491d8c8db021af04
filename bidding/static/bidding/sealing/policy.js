// The custodian policy of a tender as its logged event states it: who holds keys, how many act.
import { binary, sha256 } from "./bytes.js";
import { SealingError } from "./errors.js";
import { MODES, STAGES, VERSION } from "./format.js";
import { checkThreshold, MAX_PARTS } from "./shamir.js";
import { isObject, listOf, numberOf, parse, textOf } from "./strict.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./strict.js").Found} Found */

/**
 * A holder of one part: a name and one fresh public key a stage.
 * @typedef {{name: string, keys: Map<string, Bytes>}} Custodian
 *
 * Custodians of which any k can act; their places 1 to n number the parts.
 * @typedef {{k: number, custodians: Custodian[]}} Circle
 *
 * The one suite, mode and custodian set that an envelope of this tender may use.
 * @typedef {{tender: string, suite: number, mode: string, stages: string[], opening: Circle,
 *   recovery: Circle | null, digest: Bytes}} Policy
 */

const LIMIT = 64 * 1024;
const SUITES = [1];
const REQUIRED = ["v", "tender", "suite", "mode", "stages", "k", "custodians"];

/**
 * Read a policy event; members beyond ours (deadline, ticks …) are the platform's own.
 * @param {Bytes} content
 * @returns {Promise<Policy>}
 */
export async function parsePolicy(content) {
  const found = parse(content, LIMIT);
  if (!isObject(found)) throw new SealingError("seal.value");
  for (const key of REQUIRED)
    if (!(key in found)) throw new SealingError("seal.key_missing", { key });
  if (numberOf(found, "v") !== VERSION) throw new SealingError("seal.version");
  const stages = readStages(found);
  const tender = textOf(found, "tender");
  const suite = numberOf(found, "suite");
  if (!SUITES.includes(suite)) throw new SealingError("seal.suite");
  const mode = textOf(found, "mode");
  const opening = readCircle(found, stages);
  const recovery = found.recovery == null ? null : readCircle(found.recovery, stages);
  if (!MODES.includes(mode) || (mode === "authority" && !recovery))
    throw new SealingError("seal.mode");
  return { tender, suite, mode, stages, opening, recovery, digest: await sha256(content) };
}

/** @param {Found} found */
function readStages(found) {
  const given = listOf(found, "stages", 4);
  const stages = STAGES.filter((stage) => given.includes(stage));
  const alone = stages.includes("whole") && stages.length > 1;
  if (!stages.length || alone || stages.length !== given.length)
    throw new SealingError("seal.stage");
  return stages;
}

/**
 * @param {unknown} value
 * @param {string[]} stages
 * @returns {Circle}
 */
function readCircle(value, stages) {
  if (!isObject(value) || !("k" in value) || !("custodians" in value))
    throw new SealingError("seal.value");
  const items = listOf(value, "custodians", MAX_PARTS);
  const k = numberOf(value, "k");
  const custodians = items.map((item, at) => readCustodian(item, at + 1, stages));
  checkThreshold(k, custodians.length);
  for (const stage of stages)
    if (new Set(custodians.map((one) => String(one.keys.get(stage)))).size !== items.length)
      throw new SealingError("seal.public_key");
  return { k, custodians };
}

/**
 * @param {unknown} item
 * @param {number} place
 * @param {string[]} stages
 * @returns {Custodian}
 */
function readCustodian(item, place, stages) {
  if (!isObject(item) || !("index" in item) || !("name" in item) || !("public_keys" in item))
    throw new SealingError("seal.value");
  if (numberOf(item, "index") !== place) throw new SealingError("seal.parts_index");
  const keys = item.public_keys;
  if (!isObject(keys) || !stages.every((stage) => stage in keys))
    throw new SealingError("seal.stage");
  const name = textOf(item, "name");
  return { name, keys: new Map(stages.map((stage) => [stage, binary(keys[stage])])) };
}
