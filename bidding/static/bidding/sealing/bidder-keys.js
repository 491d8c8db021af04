// A bidder's two keys: the device key, which stays in this browser and cannot be exported, and the
// recovery key, which leaves as a file under a passphrase and as text for paper.
import { base64url, equal, random } from "./bytes.js";
import { SealingError } from "./errors.js";
import { keyOf, lock, recovered, SEED, toPaper, wrapPair } from "./keys.js";
import { get, keepForGood, put } from "./store.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./keys.js").Key} Key */

const LEAST_PASSPHRASE = 10;

/** @param {string} bidder */
const place = (bidder) => ["device", bidder];

/**
 * Give the device key of this browser, or null.
 * @param {string} bidder
 * @returns {Promise<Key | null>}
 */
export const deviceKey = async (bidder) => (await get("keys", place(bidder)))?.key ?? null;

/**
 * Make both keys. The recovery key comes back as what its owner must keep; this browser remembers
 * only its public side, to recognise it.
 * @param {string} bidder
 * @param {string} passphrase
 */
export async function makeKeys(bidder, passphrase) {
  const known = await get("keys", place(bidder));
  const key = known?.key ?? (await keyOf("bidder-device", random(SEED)));
  const { recovery, file, paper } = await makeRecovery(passphrase);
  await put("keys", place(bidder), { key, recovery });
  await keepForGood();
  return { device: /** @type {Key} */ (key), file, paper };
}

/** @param {string} passphrase */
async function makeRecovery(passphrase) {
  if ([...passphrase].length < LEAST_PASSPHRASE)
    throw new SealingError("client.passphrase_short", { least: LEAST_PASSPHRASE });
  const seed = random(SEED);
  const pair = await wrapPair(await keyOf("bidder-paper", seed));
  const made = {
    recovery: base64url(pair.public),
    file: await lock("bidder-paper", seed, passphrase),
    paper: await toPaper(seed),
  };
  seed.fill(0);
  return made;
}

/**
 * Take the recovery key back from the file or the paper: proof that its owner has it. A key other
 * than the one made here is another device's, and does as well.
 * @param {Bytes | string} given
 * @param {string} passphrase
 * @param {Key} device
 */
export async function proveRecovery(given, passphrase, device) {
  const key = await recovered(given, passphrase);
  if (key.kind === "custodian") throw new SealingError("seal.key_file");
  const [theirs, ours] = [await wrapPair(key), await wrapPair(device)];
  if (equal(theirs.public, ours.public)) throw new SealingError("seal.bidder_keys");
  return key;
}
