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

/**
 * Give the code of anything thrown; what is no refusal is a bug and is thrown on.
 * @param {unknown} error
 */
export function codeOf(error) {
  if (error instanceof SealingError) return error.code;
  throw error;
}
