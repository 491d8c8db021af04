// <custodian-key>: a custodian's key lives here and never on the server. Before publication it makes the
// seed and registers the public stage keys; at the opening it checks by itself that closing and unlock
// window are over, then publishes the one stage's private key.
//
// <custodian-key data-mode="register" data-person="zheng" data-tender="GC-2026-0007" data-stages="technical price"
//                data-log-key="name+id+key">
//   <form method="post"> csrf, <input type="hidden" name="key-technical"> <input type="hidden" name="key-price">
//     <input type="password" data-in="new-passphrase"> <button data-do="make">      makes the key, downloads its file
//     <input type="file" data-in="key-file"> <input type="password" data-in="passphrase"> <button data-do="register">
//   </form>
// <custodian-key data-mode="release" data-person="zheng" data-tender="…" data-stage="technical" data-index="2"
//                data-policy-url="…" data-proofs-url="…" data-log-key="name+id+key">
//   <form method="post"> csrf, <input type="hidden" name="private">  the two inputs as above  <button data-do="release">
// data-proofs-url answers {"closed": proof, "called": proof, "unlocked": proof}: ledger.queries.proof_of the facts
// tender.closed, opening.scheduled and opening.unlock_closed of this stage (null until they are in a checkpoint). A
// price key needs "called" too: the fact that names the admitted bids, which only the technical result makes.
// States: "empty" (no key in this browser), "ready", "sent". Registering asks for the file again: a key whose file
// was not kept is no key. The log key of the registration is remembered; another one at the release is refused.
import { fetchPolicy } from "./bid.js";
import { base64url, random } from "./bytes.js";
import { custodianKey, keyPlace, provenInOrder } from "./custody.js";
import { SealingError } from "./errors.js";
import { lock, SEED, stageKey } from "./keys.js";
import { checkStageKey } from "./opening.js";
import { chosen, complain, download, enter, entered, fill, listen, must, show } from "./page.js";
import { get, keepForGood, put } from "./store.js";

const LEAST_PASSPHRASE = 10;

const OPENED = { closed: "client.not_closed", unlocked: "client.not_closed" };
const CALLED = { closed: OPENED.closed, called: "client.not_called", unlocked: OPENED.unlocked };

/**
 * See for oneself that the price stage was called, after the closing and before the window ended, and for whom.
 * @param {HTMLElement} root
 * @param {string} tender
 */
async function calledInOrder(root, tender) {
  const { closed, called, unlocked } = await provenInOrder(root, CALLED);
  const { admitted } = called.data;
  const right =
    called.type === "opening.scheduled" &&
    called.stream === `opening.${tender}.price` &&
    Array.isArray(admitted) &&
    admitted.length > 0;
  if (!right) throw new SealingError(CALLED.called);
  return { closed, unlocked };
}

class CustodianKey extends HTMLElement {
  connectedCallback() {
    listen(this, {
      make: () => this.make(),
      register: () => this.register(),
      release: () => this.release(),
    });
    this.load().catch((error) => complain(this, error));
  }

  get form() {
    const form = this.querySelector("form");
    if (!form) throw new Error("<custodian-key> needs a form");
    return form;
  }

  async load() {
    enter(this, (await get("keys", keyPlace(this))) ? "ready" : "empty");
  }

  async make() {
    const passphrase = entered(this, "new-passphrase");
    if ([...passphrase].length < LEAST_PASSPHRASE)
      throw new SealingError("client.passphrase_short", { least: LEAST_PASSPHRASE });
    const seed = random(SEED);
    const file = await lock("custodian", seed, passphrase);
    seed.fill(0);
    download(`${must(this, "person")}.custodian-key.json`, file, "application/json");
    await keepForGood();
    enter(this, "ready");
  }

  async register() {
    if (!(await chosen(this, "key-file"))) throw new SealingError("client.no_key_file");
    const key = await custodianKey(this);
    for (const stage of must(this, "stages").split(" ")) {
      const { public: made } = await stageKey(key, must(this, "tender"), stage);
      fill(this.form, `key-${stage}`, base64url(made));
    }
    await put("keys", keyPlace(this), { key, log: must(this, "logKey") });
    this.send();
  }

  async release() {
    const [tender, stage] = [must(this, "tender"), must(this, "stage")];
    const { policy } = await fetchPolicy(must(this, "policyUrl"));
    if (policy.tender !== tender) throw new SealingError("seal.context");
    await this.checkFacts(tender, stage, policy.stages);
    const { private: made } = await stageKey(await custodianKey(this), tender, stage);
    await checkStageKey(policy, stage, Number(must(this, "index")), made);
    fill(this.form, "private", base64url(made));
    this.send();
  }

  /**
   * See for oneself that bids are closed and the unlock window is over: both facts proven in the log,
   * in this order, and not in the future of one's own clock (sealing.md 5.5). Between them a price
   * stage was called for the bids that passed (5.8). A price sealed by itself is a last quote: then it is
   * the window for last quotes that has to be over.
   * @param {string} tender
   * @param {string} stage
   * @param {string[]} sealed the stages of the policy that this one was sealed to
   */
  async checkFacts(tender, stage, sealed) {
    const { closed, unlocked } = await (stage === "price"
      ? calledInOrder(this, tender)
      : provenInOrder(this, OPENED));
    const over = String(sealed) === "price" ? "tender.quotes_closed" : "tender.closed";
    const right =
      closed.type === over &&
      closed.stream === `tender.${tender}` &&
      unlocked.type === "opening.unlock_closed" &&
      unlocked.stream === `opening.${tender}.${stage}`;
    if (!right) throw new SealingError("client.not_closed");
    show(this, "closed-at", closed.at);
    show(this, "unlocked-at", unlocked.at);
  }

  send() {
    enter(this, "sent");
    this.form.requestSubmit();
  }
}

customElements.define("custodian-key", CustodianKey);
