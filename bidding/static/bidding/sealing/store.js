// What stays in this browser between visits (IndexedDB): the device key, which cannot be exported,
// unfinished bids with their secrets sealed under a key that cannot be exported either, the digests
// of sealed parts, and receipts. Nothing here is readable text of a bid.
import { random, utf8 } from "./bytes.js";
import { SealingError } from "./errors.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {"keys" | "bids" | "digests"} StoreName */

const NAME = "yangguang-sealing";
/** @type {StoreName[]} */
const STORES = ["keys", "bids", "digests"];
/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const answer = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * Open the database; a browser that keeps nothing (private windows of some) cannot resume a bid, nor
 * hold a device key, and is refused before anything is filled in.
 * @returns {Promise<IDBDatabase>}
 */
function database() {
  opened ??= open().catch((error) => {
    opened = null;
    const full = error instanceof DOMException && error.name === "QuotaExceededError";
    throw full ? error : new SealingError("client.no_storage");
  });
  return opened;
}

/** @returns {Promise<IDBDatabase>} */
async function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    for (const store of STORES) request.result.createObjectStore(store);
  };
  return answer(request);
}

/**
 * Run one transaction and wait until it is durable.
 * @template T
 * @param {StoreName} name
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T> | undefined} work
 * @returns {Promise<T | undefined>}
 */
async function transact(name, mode, work) {
  const transaction = (await database()).transaction(name, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  const request = work(transaction.objectStore(name));
  await done;
  return request?.result;
}

/**
 * @param {StoreName} name
 * @param {IDBValidKey} key
 */
export const get = (name, key) => transact(name, "readonly", (store) => store.get(key));

/**
 * @param {StoreName} name
 * @param {IDBValidKey} key
 * @param {unknown} value
 */
export const put = (name, key, value) =>
  transact(name, "readwrite", (store) => store.put(value, key));

/**
 * @param {StoreName} name
 * @param {IDBValidKey} key
 */
export const remove = (name, key) => transact(name, "readwrite", (store) => store.delete(key));

/** @param {string} object */
const entriesOf = (object) => IDBKeyRange.bound([object, 0], [object, Number.MAX_SAFE_INTEGER]);

/**
 * Give the digests of an object's sealed parts by entry.
 * @param {string} object
 * @returns {Promise<Map<number, Bytes>>}
 */
export async function digestsOf(object) {
  const keys = await transact("digests", "readonly", (store) =>
    store.getAllKeys(entriesOf(object)),
  );
  const values = await transact("digests", "readonly", (store) => store.getAll(entriesOf(object)));
  return new Map(
    (keys ?? []).map((key, at) => [Number(/** @type {[string, number]} */ (key)[1]), values?.[at]]),
  );
}

/**
 * Keep the digests of sealed parts, before the parts leave.
 * @param {string} object
 * @param {{entry: number, digest: Bytes}[]} parts
 */
export const keepDigests = (object, parts) =>
  transact("digests", "readwrite", (store) => {
    for (const { entry, digest } of parts) store.put(digest, [object, entry]);
    return undefined;
  });

/**
 * Forget an object's digests, once it is committed or given up.
 * @param {string} object
 */
export const forgetDigests = (object) =>
  transact("digests", "readwrite", (store) => store.delete(entriesOf(object)));

/** Give the AES-GCM key that seals secrets at rest; it was made here and cannot be exported. */
async function wrappingKey() {
  const known = await get("keys", "wrapping");
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  // the first of two tabs wins
  return transact("keys", "readwrite", (store) => {
    store.add(made, "wrapping").onerror = (event) => event.preventDefault();
    return store.get("wrapping");
  });
}

/**
 * Seal a secret to keep it at rest; `name` is bound, so that secrets cannot change places.
 * @param {string} name
 * @param {Bytes} secret
 */
export async function sealSecret(name, secret) {
  const how = { name: "AES-GCM", iv: random(12), additionalData: utf8(name) };
  return { iv: how.iv, sealed: await crypto.subtle.encrypt(how, await wrappingKey(), secret) };
}

/**
 * @param {string} name
 * @param {{iv: Bytes, sealed: ArrayBuffer}} kept
 * @returns {Promise<Bytes>}
 */
export async function openSecret(name, { iv, sealed }) {
  const how = { name: "AES-GCM", iv, additionalData: utf8(name) };
  return new Uint8Array(await crypto.subtle.decrypt(how, await wrappingKey(), sealed));
}

/** Ask the browser not to clear this storage by itself; it may say no. */
export const keepForGood = async () => (await navigator.storage?.persist?.()) ?? false;
