// Bytes and their spellings: UTF-8, hex, base64url without padding, standard base64.
import { SealingError } from "./errors.js";

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * @param {string} text
 * @returns {Bytes}
 */
export const utf8 = (text) => encoder.encode(text);

/** @param {BufferSource} content */
export function fromUtf8(content) {
  try {
    return decoder.decode(content);
  } catch {
    throw new SealingError("seal.json_utf8");
  }
}

/**
 * @param {...Uint8Array} parts
 * @returns {Bytes}
 */
export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * @param {Uint8Array} left
 * @param {Uint8Array} right
 */
export const equal = (left, right) =>
  left.length === right.length && left.every((byte, place) => byte === right[place]);

/** @param {Uint8Array} content */
export const hex = (content) =>
  Array.from(content, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} text */
export function fromHex(text) {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new SealingError("seal.binary");
  return Uint8Array.from({ length: text.length / 2 }, (_, i) =>
    Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
  );
}

/**
 * Give one character for each byte, as regular expressions over bytes need it.
 * @param {Uint8Array} content
 */
export function latin(content) {
  let text = "";
  for (let at = 0; at < content.length; at += 8192)
    text += String.fromCharCode(...content.subarray(at, at + 8192));
  return text;
}

/** @param {Uint8Array} content */
export const base64 = (content) => btoa(latin(content));

/** @param {Uint8Array} content */
export const base64url = (content) =>
  base64(content).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/**
 * Read standard base64 with its padding; null when it is none.
 * @param {string} text
 * @returns {Bytes | null}
 */
export function fromBase64(text) {
  const form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
  return form.test(text) ? Uint8Array.from(atob(text), (one) => one.charCodeAt(0)) : null;
}

/**
 * Read base64url without padding, in its one canonical spelling.
 * @param {unknown} value
 * @param {number | null} [size]
 * @returns {Bytes}
 */
export function binary(value, size = null) {
  if (typeof value !== "string" || !/^[A-Za-z0-9_-]*$/.test(value) || value.length % 4 === 1)
    throw new SealingError("seal.binary");
  const plain = atob(value.replaceAll("-", "+").replaceAll("_", "/"));
  const content = Uint8Array.from(plain, (one) => one.charCodeAt(0));
  if (base64url(content) !== value || (size !== null && content.length !== size))
    throw new SealingError("seal.binary");
  return content;
}

/**
 * @param {BufferSource} content
 * @returns {Promise<Bytes>}
 */
export const sha256 = async (content) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", content));

/**
 * @param {number} size
 * @returns {Bytes}
 */
export const random = (size) => crypto.getRandomValues(new Uint8Array(size));
