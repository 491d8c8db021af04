// What the seal hides: the fields read out, the list of files, the bidder (sealing.md 4.1).
import { base64url, binary, concat, fromUtf8, sha256, utf8 } from "./bytes.js";
import { verifies } from "./curves.js";
import { labelled } from "./derive.js";
import { SealingError } from "./errors.js";
import { PRICED } from "./format.js";
import { isObject, members, parse, textOf, write } from "./strict.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

export const READOUT_PLAIN = 65_532;
export const READOUT_SEALED = 65_616;
export const MAX_FILES = 256;
export const MAX_BODY = 2 ** 32;
const ROOM = READOUT_PLAIN - 4;
const NAME_BYTES = 255;
const TEXT_LIMIT = 2000;
const TEXTS = ["price_in_words", "quality", "manager", "certificate", "remark"];
const COUNTS = ["days", "validity_days", "warranty_months"];
const PRICE = /^(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,2})?$/;
const COUNT = /^(?:0|[1-9][0-9]{0,5})$/;
// controls, separators, zero-width and bidirectional marks, and what some file system refuses
const MARKS = "\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff";
const BAD_NAME = new RegExp(`[\\x00-\\x1f\\x7f-\\x9f${MARKS}/\\\\<>:"|?*]`);
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?$/is;

/**
 * Read a price into fen: plain digits, at most two decimals, above zero.
 * @param {string} text
 */
export function parsePrice(text) {
  if (!PRICE.test(text)) throw new SealingError("seal.price");
  const fen = toFen(text);
  if (!fen) throw new SealingError("seal.price");
  return fen;
}

/**
 * Give a plain decimal with at most two places in fen, exactly.
 * @param {string} text
 */
export function toFen(text) {
  const [whole = "0", part = ""] = text.split(".");
  return BigInt(whole + part.padEnd(2, "0"));
}

/**
 * Read the fields; a price is due in the whole and price stages and forbidden before them.
 * @param {Bytes} content
 * @param {string} stage
 * @returns {Record<string, string>}
 */
export function parseFields(content, stage) {
  const known = ["price", "currency", ...TEXTS, ...COUNTS];
  const found = members(parse(content, READOUT_PLAIN), [], known);
  /** @type {Record<string, string>} */
  const fields = Object.create(null);
  for (const key of Object.keys(found)) fields[key] = textOf(found, key, TEXT_LIMIT, 0);
  const { price, currency } = fields;
  const given = Number(price !== undefined) + Number(currency !== undefined);
  if (given !== (PRICED.includes(stage) ? 2 : 0) || (!given && "price_in_words" in fields))
    throw new SealingError("seal.field_stage");
  if (price !== undefined) parsePrice(price);
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency))
    throw new SealingError("seal.currency");
  if (!COUNTS.every((key) => fields[key] === undefined || COUNT.test(fields[key])))
    throw new SealingError("seal.number");
  return fields;
}

/**
 * One file of the body: where it lies, and its hash unless a browser left that open.
 * @typedef {{name: string, offset: number, size: number, sha256: Bytes | null}} File
 */

/**
 * Refuse a file name that some system, or some reader, would take for something else.
 * @param {string} name
 */
export function checkName(name) {
  const size = utf8(name).length;
  if (
    !(0 < size && size <= NAME_BYTES) ||
    BAD_NAME.test(name) ||
    DEVICE.test(name) ||
    name !== name.normalize("NFC") ||
    name.startsWith(" ") ||
    /[ .]$/.test(name)
  )
    throw new SealingError("seal.file_name", { file: name });
}

/**
 * Fold letter case so that Python and JavaScript agree which names are the same.
 * @param {string} name
 */
export const folded = (name) => name.toUpperCase().toLowerCase();

/**
 * Refuse too many files, a bad name, or two names that are equal after folding.
 * @param {string[]} names
 */
export function checkNames(names) {
  if (names.length > MAX_FILES) throw new SealingError("seal.file_count");
  names.forEach(checkName);
  if (new Set(names.map(folded)).size !== names.length)
    throw new SealingError("seal.file_name_same");
}

/**
 * Read the file list: the files lie one after another from zero, without gap or overlap.
 * @param {Bytes} content
 */
export function parseFiles(content) {
  const found = parse(content, READOUT_PLAIN);
  if (!Array.isArray(found)) throw new SealingError("seal.value");
  if (found.length > MAX_FILES) throw new SealingError("seal.file_count");
  const files = found.map(readFile);
  checkNames(files.map((file) => file.name));
  let end = 0;
  for (const file of files) {
    if (file.offset !== end) throw new SealingError("seal.file_range");
    end += file.size;
  }
  if (end >= MAX_BODY) throw new SealingError("seal.file_range");
  return files;
}

/**
 * @param {unknown} item
 * @returns {File}
 */
function readFile(item) {
  const found = members(item, ["name", "offset", "size", "sha256"]);
  const { name, offset, size, sha256: digest } = found;
  if (typeof name !== "string" || typeof offset !== "number" || typeof size !== "number")
    throw new SealingError("seal.value");
  if (offset < 0 || size < 0) throw new SealingError("seal.file_range");
  return { name, offset, size, sha256: digest === null ? null : binary(digest, 32) };
}

/**
 * Lay files one after another and write their list; a browser leaves the hashes open, because
 * WebCrypto cannot hash a file piece by piece (integrity rests on the body's root).
 * @param {{name: string, size: number}[]} files
 */
export function writeFiles(files) {
  let offset = 0;
  return write(
    files.map(({ name, size }) => {
      const file = { name, offset, size, sha256: null };
      offset += size;
      return file;
    }),
  );
}

/** @typedef {{kind: string, key: Bytes, value: Bytes}} Signature */

/**
 * Everything the opening reads out of one envelope; the texts are hashed as sent.
 * @typedef {{fieldsText: Bytes, filesText: Bytes, fields: Record<string, string>, files: File[],
 *   bodyRoot: Bytes, bidder: string, nonce: Bytes, signature: Signature}} Readout
 */

/**
 * Give what the bidder signs: the envelope's core, its fields, its files and its body.
 * @param {Bytes} core
 * @param {Bytes} fields
 * @param {Bytes} files
 * @param {Bytes} bodyRoot
 */
export async function signedMessage(core, fields, files, bodyRoot) {
  const hashes = await Promise.all([core, fields, files].map((item) => sha256(item)));
  return labelled("bid", ...hashes, bodyRoot);
}

/**
 * Write the read-out into its fixed length, so that its size tells nothing.
 * @param {Omit<Readout, "fields" | "files">} readout
 */
export function writeReadout(readout) {
  const content = write({
    fields: fromUtf8(readout.fieldsText),
    files: fromUtf8(readout.filesText),
    body_root: base64url(readout.bodyRoot),
    bidder: { id: readout.bidder, nonce: base64url(readout.nonce) },
    signature: {
      kind: readout.signature.kind,
      key: base64url(readout.signature.key),
      value: base64url(readout.signature.value),
    },
  });
  if (content.length > ROOM) throw new SealingError("seal.too_large", { limit: ROOM });
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, content.length);
  return concat(length, content, new Uint8Array(ROOM - content.length));
}

/**
 * Read the opened plaintext; what is not JSON must be zeros.
 * @param {Bytes} plain
 * @param {string} stage
 * @returns {Readout}
 */
export function parseReadout(plain, stage) {
  const length = plain.length < 4 ? 0 : new DataView(plain.buffer, plain.byteOffset).getUint32(0);
  if (plain.length !== READOUT_PLAIN || length > ROOM)
    throw new SealingError("seal.too_large", { limit: ROOM });
  if (plain.subarray(4 + length).some((byte) => byte !== 0)) throw new SealingError("seal.padding");
  const found = members(parse(plain.slice(4, 4 + length), READOUT_PLAIN), [
    "fields",
    "files",
    "body_root",
    "bidder",
    "signature",
  ]);
  const bidder = members(found.bidder, ["id", "nonce"]);
  const fieldsText = utf8(textOf(found, "fields", READOUT_PLAIN));
  const filesText = utf8(textOf(found, "files", READOUT_PLAIN));
  return {
    fieldsText,
    filesText,
    fields: parseFields(fieldsText, stage),
    files: parseFiles(filesText),
    bodyRoot: binary(found.body_root, 32),
    bidder: textOf(bidder, "id"),
    nonce: binary(bidder.nonce, 32),
    signature: readSignature(found.signature),
  };
}

/**
 * @param {unknown} value
 * @returns {Signature}
 */
function readSignature(value) {
  const found = members(value, ["kind", "key", "value"]);
  const kind = textOf(found, "kind");
  if (!isObject(found) || !["ed25519", "cms"].includes(kind))
    throw new SealingError("seal.value", { key: "kind" });
  const [key, size] = kind === "ed25519" ? [32, 64] : [null, null];
  return { kind, key: binary(found.key, key), value: binary(found.value, size) };
}

/**
 * Check an Ed25519 bid signature; a CMS one is checked against its certificate elsewhere.
 * @param {Bytes} core
 * @param {Readout} readout
 */
export async function verifyBidSignature(core, readout) {
  const { kind, key, value } = readout.signature;
  if (kind !== "ed25519") return;
  const texts = /** @type {const} */ ([readout.fieldsText, readout.filesText]);
  const message = await signedMessage(core, ...texts, readout.bodyRoot);
  if (!(await verifies(key, value, message))) throw new SealingError("seal.bid_signature");
}
