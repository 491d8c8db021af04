// Signed notes as C2SP writes them (text, blank line, signature lines) and the receipts in them.
import { base64, concat, equal, fromBase64, hex, sha256, utf8 } from "./bytes.js";
import { verifies } from "./curves.js";
import { SealingError } from "./errors.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

/**
 * A name and the public key that signs under it.
 * @typedef {{name: string, public: Bytes}} Verifier
 */

const LIMIT = 1_000_000;
const MAX_SIGNATURES = 100;
const NAME = /^[^\s+]+$/;
const LINE = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const malformed = () => new SealingError("note.malformed");

/**
 * Give the four bytes that name an Ed25519 key: the start of H(name ‖ newline ‖ 1 ‖ key).
 * @param {Verifier} verifier
 */
export const keyId = async ({ name, public: key }) =>
  (await sha256(concat(utf8(name), Uint8Array.of(10, 1), key))).slice(0, 4);

/**
 * Read name+id+key, checking that the id belongs to the key.
 * @param {string} text
 * @returns {Promise<Verifier>}
 */
export async function parseVerifier(text) {
  const [, name = "", id = "", encoded = ""] = /^([^+]*)\+([^+]*)\+(.*)$/.exec(text) ?? [];
  const key = fromBase64(encoded);
  const verifier = { name, public: (key ?? new Uint8Array()).slice(1) };
  if (!NAME.test(name) || key?.[0] !== 1 || id !== hex(await keyId(verifier))) throw malformed();
  return verifier;
}

/**
 * Take a note apart: the text ends before the last blank line, signature lines follow.
 * @param {string} note
 */
export function parseNote(note) {
  const end = note.lastIndexOf("\n\n");
  const lines = note.slice(end + 2).split("\n");
  const closed = lines.pop() === "";
  if (end < 0 || !closed || !lines.length || lines.length > MAX_SIGNATURES || note.length > LIMIT)
    throw malformed();
  const text = note.slice(0, end + 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a note must not hold any
  if (/[\x00-\x09\x0b-\x1f]/.test(text)) throw malformed();
  return { text, signatures: lines.map(readSignature) };
}

/** @param {string} line */
function readSignature(line) {
  const [, name = "", encoded = ""] = LINE.exec(line) ?? [];
  const raw = fromBase64(encoded);
  if (!raw || raw.length <= 4) throw malformed();
  return { name, id: raw.slice(0, 4), value: raw.slice(4) };
}

/**
 * Give the text that a known key signed; unknown keys are passed over, a wrong signature by a
 * known key, or none by any, refuses the note.
 * @param {string} note
 * @param {Verifier[]} verifiers
 */
export async function verifyNote(note, verifiers) {
  const { text, signatures } = parseNote(note);
  let signed = 0;
  for (const verifier of verifiers) {
    const id = await keyId(verifier);
    for (const one of signatures.filter((each) => each.name === verifier.name)) {
      if (!equal(one.id, id)) continue;
      if (!(await verifies(verifier.public, one.value, utf8(text))))
        throw new SealingError("note.signature");
      signed += 1;
    }
  }
  if (!signed) throw new SealingError("note.unsigned");
  return text;
}

/**
 * What a receipt says: `included` is "closing" or "tick N".
 * @typedef {{tender: string, commit: Bytes, accepted: string, included: string}} Receipt
 */

/**
 * Read a receipt's text, whoever signed it.
 * @param {string} text
 * @returns {Receipt}
 */
export function parseReceipt(text) {
  const [title, tender, commit = "", accepted = "", promise = "", ...rest] = text.split("\n");
  const hash = fromBase64(commit);
  const included = /^included by (closing|tick (?:0|[1-9][0-9]{0,15}))$/.exec(promise)?.[1];
  const good = title === "sealed-bid receipt v1" && tender && rest.length === 1 && rest[0] === "";
  if (!good || !included || hash?.length !== 32 || base64(hash) !== commit || !isTime(accepted))
    throw new SealingError("seal.receipt");
  return { tender, commit: hash, accepted, included };
}

/** @param {string} text */
function isTime(text) {
  const at = new Date(text);
  return TIME.test(text) && !Number.isNaN(at.getTime()) && at.toISOString() === text;
}

/**
 * Check a receipt's signature and form, and that it is for this commit if one is given.
 * @param {string} content
 * @param {Verifier} verifier
 * @param {Bytes | null} [commit] hash of the commit
 */
export async function verifyReceipt(content, verifier, commit = null) {
  const text = await verifyNote(content, [verifier]).catch(() => {
    throw new SealingError("seal.receipt");
  });
  const receipt = parseReceipt(text);
  if (commit && !equal(receipt.commit, commit)) throw new SealingError("seal.receipt");
  return receipt;
}
