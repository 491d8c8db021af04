// Why an envelope, a record or a key was refused: the codes of bidding/sealing/errors.py, plus
// `client.…` for what only a browser can meet. The page holds the sentence of each code.

export class SealingError extends Error {
  /**
   * @param {string} code
   * @param {Record<string, unknown>} [facts] never a secret
   */
  constructor(code, facts = {}) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}

/** What a browser throws, and what it means to a bidder: each has a sentence that says what to do. */
/** @type {Record<string, string>} */
const BY_BROWSER = {
  NotReadableError: "client.file_unreadable",
  NotFoundError: "client.file_unreadable",
  QuotaExceededError: "client.storage_full",
};

/**
 * Give a refusal for what the browser cannot do at the moment; anything else is a bug and stays.
 * @param {unknown} error
 * @param {string} [file] that was being read
 */
export function understood(error, file = "") {
  const code = error instanceof DOMException && BY_BROWSER[error.name];
  return code ? new SealingError(code, { file }) : error;
}

/**
 * Give the code of anything thrown; what is no refusal is a bug and is thrown on.
 * @param {unknown} error
 */
export function codeOf(error) {
  if (error instanceof SealingError) return error.code;
  throw error;
}
