// <check-envelope>: the seal check of the opening (Tendering Law art. 36), by the bidder's own client: what
// the platform stores must have the roots that its receipt binds it to.
//
// <check-envelope data-bidder="(credit code)" data-tender="…" data-lot="1" data-objects-url="…" data-receipt-key="name+id+key">
//   <form method="post"> csrf, <input type="hidden" name="verdict"> <button data-do="check"></form>
//   <input type="file" data-in="receipt">  own receipt, when this browser has none
// data-objects-url answers {"commit": b64u, "envelopes": [{"stage", "core": b64u, "wraps": b64u, "readout": b64u (all
// its bytes), "body": [b64u digest of each stored entry], "body_length": n}]}, computed from the stored bytes.
// States: "unchecked", "intact", "broken"; verdict is one of the last two. With data-auto it checks by itself.
// data-show=object names what is broken; the form is sent only by its own buttons unless it has data-send.
import { loadBid } from "./bid.js";
import { binary, equal, fromUtf8, sha256 } from "./bytes.js";
import { SealingError } from "./errors.js";
import { commitHash, parseCommit } from "./format.js";
import { parseVerifier, verifyReceipt } from "./note.js";
import { readoutRoot } from "./opening.js";
import { chosen, complain, enter, fill, listen, must, sentence, show } from "./page.js";
import { chunksOf, plainLength, treeRoot } from "./stream.js";

/**
 * @typedef {{stage: string, core: string, wraps: string, readout: string, body: string[],
 *   body_length: number}} Stored
 */

class CheckEnvelope extends HTMLElement {
  connectedCallback() {
    listen(this, { check: () => this.check() });
    enter(this, "unchecked");
    if ("auto" in this.dataset) this.check().catch((error) => complain(this, error));
  }

  /** Give one's own receipt: a chosen file, else what this browser kept. */
  async receipt() {
    const file = await chosen(this, "receipt");
    if (file) return fromUtf8(file);
    const [bidder, tender, lot] = [must(this, "bidder"), must(this, "tender"), must(this, "lot")];
    const last = (await loadBid({ bidder, tender, lot, window: this.dataset.window })).commits.at(
      -1,
    );
    if (!last) throw new SealingError("client.no_receipt");
    return last.receipt;
  }

  async check() {
    const verifier = await parseVerifier(must(this, "receiptKey"));
    const receipt = await verifyReceipt(await this.receipt(), verifier);
    if (receipt.tender !== must(this, "tender")) throw new SealingError("seal.receipt");
    const answer = await fetch(must(this, "objectsUrl"), {
      headers: { Accept: "application/json" },
    });
    if (!answer.ok) throw new SealingError("client.refused", { status: answer.status });
    const broken = await whatIsBroken(await answer.json(), receipt.commit).catch((error) => {
      if (error instanceof SealingError) return error.code;
      throw error;
    });
    show(this, "object", broken && sentence(this, `object.${broken}`));
    this.conclude(broken ? "broken" : "intact");
  }

  /** @param {"intact" | "broken"} verdict */
  conclude(verdict) {
    enter(this, verdict);
    const form = this.querySelector("form");
    if (!form) return;
    fill(form, "verdict", verdict);
    if ("send" in form.dataset) form.requestSubmit();
  }
}

/**
 * Name the first object that is not as the receipt's commit has it; the empty string when all are.
 * @param {{commit: string, envelopes: Stored[]}} told
 * @param {import("./bytes.js").Bytes} hash of the commit, from the receipt
 */
export async function whatIsBroken({ commit, envelopes }, hash) {
  const bytes = binary(commit);
  if (!equal(await commitHash(bytes), hash)) return "commit";
  for (const entry of parseCommit(bytes).stages) {
    const stored = envelopes.find(({ stage }) => stage === entry.stage);
    if (!stored) return "missing";
    const digests = stored.body.map((digest) => binary(digest, 32));
    const roots = /** @type {const} */ ([
      ["core", () => sha256(binary(stored.core))],
      ["wraps", () => sha256(binary(stored.wraps))],
      ["readout", () => readoutRoot(binary(stored.readout))],
      ["body", () => treeRoot(digests)],
    ]);
    for (const [name, rootOf] of roots) if (!equal(await rootOf(), entry[name])) return name;
    const entries = 1 + chunksOf(plainLength(entry.body_len));
    if (stored.body_length !== entry.body_len || digests.length !== entries) return "body";
  }
  return "";
}

customElements.define("check-envelope", CheckEnvelope);
