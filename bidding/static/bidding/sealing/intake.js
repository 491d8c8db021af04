// The platform's doors as this browser sees them: parts of sealed objects, commits, receipts. Every
// call may be repeated without harm, so a busy or unreachable platform is simply asked again.
import { base64url } from "./bytes.js";
import { SealingError } from "./errors.js";

/**
 * @typedef {object} Doors
 * @property {string} base where the intake answers, "/intake"
 * @property {string} tokenUrl where a signed-in bidder gets the intake token
 * @property {string} csrf Django's token
 * @property {string} bidder code of the organisation for which bids are handed in
 *
 * @typedef {{stage: string, core: string, wraps: string, readout: string, body: string,
 *   body_length: number}} Handed
 * @typedef {{tender: string, lot: string, commit: string, signature: string,
 *   envelopes: Handed[]}} CommitRecord
 * @typedef {{receipt: string, accepted_at: string, commit: string}} Accepted
 */

/** @typedef {(seconds: number, reached: boolean) => void} Waiting */

const BUSY = [408, 429, 502, 503, 504];
const JSON_BODY = { "Content-Type": "application/json" };
const LONGEST_WAIT = 30;
const PATIENCE = 30; // seconds for an answer, beside what the slowest line takes
const SLOWEST = 8192; // bytes a second
const REFUSED = "client.refused";

/** The platform said no: its own code, and its own sentence in the reader's language. */
export class Refusal extends SealingError {
  /**
   * @param {number} status
   * @param {{code?: unknown, message?: unknown, facts?: unknown}} told
   */
  constructor(status, told) {
    const facts = typeof told.facts === "object" && told.facts ? told.facts : {};
    super(String(told.code ?? REFUSED), { status, ...facts });
    this.told = String(told.message ?? "");
  }
}

/**
 * Give the doors; `onWait` hears of each wait in seconds, and whether the platform was reached at
 * all; `signal` gives up.
 * @param {Doors} doors
 * @param {{signal?: AbortSignal, onWait?: Waiting}} [how]
 */
export function intakeAt({ base, tokenUrl, csrf, bidder }, { signal, onWait = () => {} } = {}) {
  /** @type {Promise<string> | null} */
  let token = null;

  const newToken = async () => {
    const headers = { "X-CSRFToken": csrf, Accept: "application/json", ...JSON_BODY };
    const body = JSON.stringify({ uscc: bidder });
    const answer = await ask(tokenUrl, { method: "POST", headers, body, signal }, onWait).catch(
      (error) => {
        throw isSignedOut(error) ? new SealingError("client.signed_out") : error;
      },
    );
    return String((await answer.json()).token);
  };

  /**
   * @param {string} path
   * @param {RequestInit} request
   */
  const send = async (path, request) => {
    for (let again = true; ; again = false) {
      token ??= newToken();
      const headers = { Accept: "application/json", Authorization: `Bearer ${await token}` };
      const whole = { ...request, signal, headers: { ...headers, ...request.headers } };
      try {
        return await ask(base + path, whole, onWait);
      } catch (error) {
        if (!(again && error instanceof Refusal && error.code === "intake.token")) throw error;
        token = null; // it has run out: once more with a new one
      }
    }
  };

  return {
    /**
     * Ask which entries of an object are durable there.
     * @param {string} object
     * @returns {Promise<Set<number>>}
     */
    async have(object) {
      const answer = await send(`/objects/${object}`, {})
        .then((found) => found.json())
        .catch((error) => {
          if (error instanceof Refusal && error.facts.status === 404) return {}; // nothing came yet
          throw error;
        });
      /** @type {[number, number][]} */
      const ranges = answer.have ?? [];
      return new Set(
        ranges.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, i) => low + i)),
      );
    },

    /**
     * Send consecutive entries; when this returns they are durable.
     * @param {string} object
     * @param {import("./stream.js").Sealed[]} entries
     */
    async put(object, entries) {
      const digests = entries.map(({ digest }) => base64url(digest)).join(",");
      const headers = { "Content-Type": "application/octet-stream", "X-Digests": digests };
      const body = new Blob(entries.map(({ sealed }) => sealed)); // ten times as fast as bytes
      await send(`/objects/${object}/${entries[0]?.entry}`, { method: "PUT", headers, body });
    },

    /**
     * Hand in a commit; the same one again gets the same receipt.
     * @param {CommitRecord} record
     * @returns {Promise<Accepted>}
     */
    async commit(record) {
      const body = JSON.stringify(record);
      return (await send("/commits", { method: "POST", headers: JSON_BODY, body })).json();
    },

    /**
     * Ask for one's own commits of a tender.
     * @param {string} tender
     */
    async receipts(tender) {
      return (await send(`/receipts?tender=${encodeURIComponent(tender)}`, {})).json();
    },
  };
}

/** @typedef {ReturnType<typeof intakeAt>} Intake */

/**
 * Tell whether the session is over, or another one began since this page came: its token for forms
 * is then refused, by a page and not in JSON.
 * @param {unknown} error
 */
function isSignedOut(error) {
  if (!(error instanceof Refusal)) return false;
  return error.facts.status === 401 || (error.facts.status === 403 && error.code === REFUSED);
}

/**
 * Send a request until there is an answer; only a refusal or the caller's signal ends it.
 * @param {string} url
 * @param {RequestInit} request
 * @param {Waiting} onWait
 */
async function ask(url, request, onWait) {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await inTime(url, request).catch((error) => {
      if (request.signal?.aborted) throw new SealingError("client.stopped");
      if (error instanceof TypeError || error?.name === "AbortError") return null; // network away
      throw error;
    });
    if (answer?.ok) return answer;
    if (answer && !BUSY.includes(answer.status))
      throw new Refusal(answer.status, await answer.json().catch(() => ({})));
    const told = Number(answer?.headers.get("Retry-After"));
    const seconds = told > 0 ? told : Math.min(LONGEST_WAIT, 0.5 * 2 ** attempt);
    onWait(seconds, answer !== null);
    await pause(seconds, request.signal);
  }
}

/**
 * Fetch, but not for ever: a line that has died without a word would keep a bidder waiting past the
 * deadline, where the same request on a new line is answered at once.
 * @param {string} url
 * @param {RequestInit} request
 */
async function inTime(url, request) {
  const body = request.body;
  const size = body instanceof Blob ? body.size : typeof body === "string" ? body.length : 0;
  const limit = new AbortController();
  const giveUp = () => limit.abort();
  const timer = setTimeout(giveUp, 1000 * (PATIENCE + size / SLOWEST));
  request.signal?.addEventListener("abort", giveUp);
  if (request.signal?.aborted) giveUp();
  try {
    return await fetch(url, { credentials: "same-origin", ...request, signal: limit.signal });
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", giveUp);
  }
}

/**
 * @param {number} seconds
 * @param {AbortSignal | null | undefined} signal
 */
const pause = (seconds, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new SealingError("client.stopped"));
    });
  });
