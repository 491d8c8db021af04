// <recovery-part>: a recovery custodian takes its part of one bid's share out of its wrap and hands it in.
// First it sees for itself that the tender is closed and that this very bidder asked, both in the log; that
// core and wraps are those of the commit that asked; and that the part is the one the bidder committed to.
// The key never leaves this browser, so no other bid is touched.
//
// <recovery-part data-person="zheng" data-tender="…" data-lot="1" data-stage="whole" data-index="2"
//                data-commit="(hex)" data-record="(base64url)" data-core="…" data-wraps="…"
//                data-policy-url="…" data-proofs-url="…" data-log-key="name+id+key">
//   <form method="post"> csrf, <input type="hidden" name="part">
//     <input type="file" data-in="key-file"> <input type="password" data-in="passphrase"> <button data-do="release">
// data-proofs-url answers {"closed": proof, "requested": proof}, null until they are in a checkpoint.
// States: "empty" (no key in this browser), "ready", "sent".
import { fetchPolicy } from "./bid.js";
import { base64url, binary, equal, hex, sha256 } from "./bytes.js";
import { checkCore } from "./chain.js";
import { publicOf } from "./curves.js";
import { custodianKey, keyPlace, provenInOrder } from "./custody.js";
import { SealingError } from "./errors.js";
import { commitHash, parseCommit, parseCore } from "./format.js";
import { stageKey } from "./keys.js";
import { unwrapPart } from "./opening.js";
import { complain, enter, fill, listen, must } from "./page.js";
import { get } from "./store.js";

class RecoveryPart extends HTMLElement {
  connectedCallback() {
    listen(this, { release: () => this.release() });
    this.load().catch((error) => complain(this, error));
  }

  async load() {
    enter(this, (await get("keys", keyPlace(this))) ? "ready" : "empty");
  }

  async release() {
    const [tender, stage] = [must(this, "tender"), must(this, "stage")];
    const [core, wraps] = [binary(must(this, "core")), binary(must(this, "wraps"))];
    await this.checkAsked(tender, stage);
    await this.checkObjects(core, wraps, stage);
    const { policy } = await fetchPolicy(must(this, "policyUrl"));
    checkCore(parseCore(core), policy, must(this, "lot"), stage);
    const place = Number(must(this, "index"));
    const { private: key } = await stageKey(await custodianKey(this), tender, stage);
    const announced = policy.recovery?.custodians[place - 1]?.keys.get(stage);
    if (!announced || !equal(await publicOf(key), announced))
      throw new SealingError("seal.stage_key", { place });
    const part = await unwrapPart(core, wraps, "wrap-e", place, key);
    const form = this.querySelector("form");
    if (!form) throw new Error("<recovery-part> needs a form");
    fill(form, "part", base64url(part));
    enter(this, "sent");
    form.requestSubmit();
  }

  /**
   * See for oneself that bids are closed, and that this bidder asked for this bid.
   * @param {string} tender
   * @param {string} stage
   */
  async checkAsked(tender, stage) {
    const code = "client.not_requested";
    const codes = { closed: code, requested: code };
    const { closed, requested: asked } = await provenInOrder(this, codes);
    const right =
      closed.type === "tender.closed" &&
      closed.stream === `tender.${tender}` &&
      asked.type === "opening.recovery_requested" &&
      asked.stream === `opening.${tender}.${stage}` &&
      asked.data.commit === must(this, "commit");
    if (!right) throw new SealingError(code);
  }

  /**
   * Refuse other objects than those the commit that asked binds.
   * @param {import("./bytes.js").Bytes} core
   * @param {import("./bytes.js").Bytes} wraps
   * @param {string} stage
   */
  async checkObjects(core, wraps, stage) {
    const record = binary(must(this, "record"));
    if (hex(await commitHash(record)) !== must(this, "commit"))
      throw new SealingError("seal.context");
    const entry = parseCommit(record).stages.find((one) => one.stage === stage);
    for (const [object, bytes] of /** @type {const} */ ([
      ["core", core],
      ["wraps", wraps],
    ]))
      if (!entry || !equal(await sha256(bytes), entry[object]))
        throw new SealingError("seal.root", { object });
  }
}

customElements.define("recovery-part", RecoveryPart);
