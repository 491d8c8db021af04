// Find who a document says it is from: author and company in PDF and Office files. Looks only where
// programs write them, unpacks within limits, and never fails a bid. Same as bidding/sealing/metadata.py.
import { latin } from "./bytes.js";
import { folded } from "./contents.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

const READ_LIMIT = 64 * 1024 * 1024;
const PIECE = 1024 * 1024;
const OVERLAP = 4096; // longer than any property we look for
const VALUE_LIMIT = 200;
const OFFICE = [".docx", ".xlsx", ".pptx"];
const PARTS = ["docProps/core.xml", "docProps/app.xml"];
const XML = /<(?:\w+:)?(creator|lastModifiedBy|Company|Manager)[^>]*>(.*?)<\/(?:\w+:)?\1>/gs;
const PDF = /\/(Author|Company)\s*(\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>)/gs;
const PACKED = /\/Type\s*\/(?:ObjStm|Metadata)\b[^>]{0,500}>>\s*stream\r?\n/gs;
/** @type {Record<string, string>} */
const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
/** @type {Record<string, string>} */
const ESCAPES = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", "\n": "" };

/**
 * Give the properties of a PDF or Office file that name somebody.
 * @param {File} file
 * @returns {Promise<Record<string, string>>}
 */
export async function metadataOf(file) {
  const ending = /\.[^.]*$/.exec(folded(file.name))?.[0] ?? "";
  const office = OFFICE.includes(ending);
  if (!office && ending !== ".pdf") return {};
  /** @type {Record<string, string>} */
  const found = {};
  for await (const [key, value] of office ? ofOffice(file) : ofPdf(file))
    if (value) found[key] = value.slice(0, VALUE_LIMIT);
  return found;
}

/**
 * Read a file in overlapping pieces, so that memory stays flat and no property is cut in two.
 * @param {File} file
 */
async function* pieces(file) {
  const end = Math.min(file.size, READ_LIMIT);
  for (let at = 0; at < end; at += PIECE)
    yield new Uint8Array(await file.slice(at, Math.min(at + PIECE + OVERLAP, end)).arrayBuffer());
}

/**
 * @param {File} file
 * @returns {AsyncGenerator<[string, string]>}
 */
async function* ofPdf(file) {
  let start = 0;
  for await (const content of pieces(file)) {
    yield* ofPdfPart(content);
    for (const match of latin(content).matchAll(PACKED)) {
      const at = start + match.index + match[0].length;
      const packed = file.slice(at, at + PIECE);
      const plain = await inflated(packed, "deflate");
      if (plain) yield* ofPdfPart(plain);
    }
    start += PIECE;
  }
}

/**
 * @param {Bytes} content
 * @returns {Generator<[string, string]>}
 */
function* ofPdfPart(content) {
  const text = latin(content);
  for (const [, key = "", token = ""] of text.matchAll(PDF)) yield [key, pdfText(token)];
  if (text.includes("<?xpacket") || text.includes("x:xmpmeta")) yield* ofXml(utf8Text(content));
}

/**
 * @param {string} text
 * @returns {Generator<[string, string]>}
 */
function* ofXml(text) {
  for (const [, key = "", value = ""] of text.matchAll(XML)) {
    const plain = unescaped(value.replace(/<[^>]+>/g, " "));
    yield [key, plain.split(/\s+/).filter(Boolean).join(" ")];
  }
}

/** @param {string} text */
const unescaped = (text) =>
  text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (all, decimal, hexadecimal, name) => {
    if (name) return ENTITIES[name] ?? all;
    const code = Number.parseInt(decimal ?? hexadecimal, decimal ? 10 : 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });

/**
 * Read a PDF text string: literal or hexadecimal, UTF-8 or UTF-16.
 * @param {string} token
 */
function pdfText(token) {
  const inside = token.slice(1, -1);
  const raw = token.startsWith("<") ? fromDigits(inside) : fromLiteral(inside);
  const little = raw[0] === 0xff && raw[1] === 0xfe;
  const wide = little || (raw[0] === 0xfe && raw[1] === 0xff);
  const encoding = little ? "utf-16le" : wide ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(raw).trim();
}

/** @param {string} text */
function fromDigits(text) {
  const pairs = text.replace(/\s/g, "").match(/..?/g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair.padEnd(2, "0"), 16));
}

/** @param {string} text */
function fromLiteral(text) {
  const plain = text.replace(/\\([0-7]{1,3}|.)/gs, (_all, escaped) =>
    /^[0-7]/.test(escaped)
      ? String.fromCharCode(Number.parseInt(escaped, 8) & 255)
      : (ESCAPES[escaped] ?? escaped),
  );
  return Uint8Array.from(plain, (one) => one.charCodeAt(0));
}

/** @param {Bytes} content */
const utf8Text = (content) => new TextDecoder().decode(content);

/**
 * Unpack within a limit; null when it is not packed this way.
 * @param {Blob} packed
 * @param {CompressionFormat} how
 */
async function inflated(packed, how) {
  const reader = packed.stream().pipeThrough(new DecompressionStream(how)).getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  let size = 0;
  try {
    while (size < PIECE) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      size += value.length;
    }
    await reader.cancel();
  } catch {
    if (!size) return null; // what came before the damage still counts
  }
  return new Uint8Array(
    await new Blob(/** @type {BlobPart[]} */ (parts)).slice(0, PIECE).arrayBuffer(),
  );
}

/**
 * Read the two property parts of an Office file out of its ZIP directory.
 * @param {File} file
 * @returns {AsyncGenerator<[string, string]>}
 */
async function* ofOffice(file) {
  for (const { name, at, packedSize, method } of await directory(file)) {
    if (!PARTS.includes(name) || ![0, 8].includes(method)) continue;
    const head = await view(file, at, 30);
    if (head.byteLength < 30) continue;
    const start = at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
    const packed = file.slice(start, start + Math.min(packedSize, PIECE));
    const plain =
      method === 8
        ? await inflated(packed, "deflate-raw")
        : new Uint8Array(await packed.arrayBuffer());
    if (plain) yield* ofXml(utf8Text(plain));
  }
}

/**
 * @param {Blob} file
 * @param {number} at
 * @param {number} size
 */
const view = async (file, at, size) => new DataView(await file.slice(at, at + size).arrayBuffer());

/**
 * List a ZIP file's parts from the directory at its end; nothing when there is none.
 * @param {File} file
 */
async function directory(file) {
  const tail = await view(file, Math.max(0, file.size - 65_557), 65_557);
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) return [];
  const [size, start] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
  const list = await view(file, start, Math.min(size, PIECE));
  const found = [];
  for (let at = 0; at + 46 <= list.byteLength && list.getUint32(at, true) === 0x02014b50; ) {
    const [name, extra, note] = [28, 30, 32].map((offset) => list.getUint16(at + offset, true));
    const bytes = new Uint8Array(
      list.buffer,
      at + 46,
      Math.min(name ?? 0, list.byteLength - at - 46),
    );
    found.push({
      name: utf8Text(bytes.slice()),
      method: list.getUint16(at + 10, true),
      packedSize: list.getUint32(at + 20, true),
      at: list.getUint32(at + 42, true),
    });
    at += 46 + (name ?? 0) + (extra ?? 0) + (note ?? 0);
  }
  return found;
}
