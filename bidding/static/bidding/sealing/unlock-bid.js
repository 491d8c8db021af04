// <unlock-bid>: get the bidder's share b out of its wrap, with the device key or the recovery key, and
// hand it in through the form. One element an envelope.
//
// <unlock-bid data-bidder="(credit code)" data-tender="…" data-lot="1" data-stage="whole"
//             data-core="(base64url)" data-wraps="(base64url)">
//   <form method="post" action="…"> csrf, <input type="hidden" name="share">
//     <button data-do="device">  <button data-do="recovery">
//     <input type="file" data-in="key-file"> <textarea data-in="paper"> <input type="password" data-in="passphrase">
//   </form>  <p data-show="problem" data-optional>
// States: "device" (this browser has the key), "recovery" (it has not), "handed" (the form was sent; with
// htmx the page goes on). Only the share of the envelope that is in force leaves: a replaced one stays shut.
import { loadBid } from "./bid.js";
import { deviceKey } from "./bidder-keys.js";
import { base64url, binary, equal, sha256 } from "./bytes.js";
import { SealingError } from "./errors.js";
import { parseCore } from "./format.js";
import { recovered, wrapPair } from "./keys.js";
import { unwrapShareB } from "./opening.js";
import { chosen, complain, enter, entered, fill, listen, must } from "./page.js";

class UnlockBid extends HTMLElement {
  connectedCallback() {
    listen(this, { device: () => this.withDevice(), recovery: () => this.withRecovery() });
    this.load().catch((error) => complain(this, error));
  }

  async load() {
    enter(this, (await deviceKey(must(this, "bidder"))) ? "device" : "recovery");
  }

  async withDevice() {
    const key = await deviceKey(must(this, "bidder"));
    if (!key) throw new SealingError("client.no_device_key");
    await this.handIn(key);
  }

  async withRecovery() {
    const given = (await chosen(this, "key-file")) ?? entered(this, "paper");
    await this.handIn(await recovered(given, entered(this, "passphrase")));
  }

  /** @param {import("./keys.js").Key} key */
  async handIn(key) {
    const core = binary(must(this, "core"));
    await this.checkPlace(core);
    const pair = await wrapPair(key);
    const share = await unwrapShareB(core, binary(must(this, "wraps")), pair);
    const form = this.querySelector("form");
    if (!form) throw new Error("<unlock-bid> needs a form");
    fill(form, "share", base64url(share));
    enter(this, "handed");
    form.requestSubmit();
  }

  /**
   * Refuse to unlock what the page names wrongly, or what this browser knows was replaced.
   * @param {import("./bytes.js").Bytes} core
   */
  async checkPlace(core) {
    const [tender, lot, stage] = [must(this, "tender"), must(this, "lot"), must(this, "stage")];
    const found = parseCore(core);
    if (found.tender !== tender || found.lot !== lot || found.stage !== stage)
      throw new SealingError("seal.context");
    const { commits, live } = await loadBid({
      bidder: must(this, "bidder"),
      tender,
      lot,
      window: this.dataset.window,
    });
    if (!commits.length) return; // sealed elsewhere: this browser knows nothing of it
    const hash = await sha256(core);
    if (!live.some(({ entry }) => entry && equal(entry.core, hash)))
      throw new SealingError("client.not_live");
  }
}

customElements.define("unlock-bid", UnlockBid);
