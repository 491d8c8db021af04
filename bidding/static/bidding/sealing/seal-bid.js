// <seal-bid>: fill in, check, prove both keys, seal, send, commit, keep the receipt; replace, re-price
// and withdraw until the deadline. One element a lot.
//
// <seal-bid data-tender="GC-2026-0007" data-lot="1" data-bidder="(credit code)"
//           data-window="last" (for a last quote)
//           data-policy-url="/api/v1/tenders/GC-2026-0007/policy" data-token-url="/api/v1/intake-token"
//           data-intake="/intake" data-worker="{% static 'bidding/sealing/seal-worker.js' %}"
//           data-receipt-key="name+id+key" data-hidden-names='["the bidder’s names"]'>
// Inside, as page.js tells, with data-state one of:
//   offer      the form: <fieldset data-stage> as bid-form.js tells; [data-do=check]
//   checked    findings without errors; makes or proves keys: inputs data-in=passphrase, new-passphrase,
//              key-file (file), paper (textarea), escrow (checkbox); [data-do=new-keys] writes
//              data-show=paper and downloads the key file; [data-do=prove]; [data-do=edit] goes back
//   proven     both keys are there; [data-do=seal] begins
//   sealing    <progress data-show=progress>, data-show=bytes, total, rate, remaining, waiting; [data-do=pause]
//   resumable  an unfinished bid of an earlier visit: data-show=files lists what to choose again into
//              <input type=file multiple data-in=again>; [data-do=resume], [data-do=discard]
//   ready      everything is with the platform, nothing is binding yet; [data-do=submit], [data-do=discard]
//   pending    signed and sent, the answer was lost; [data-do=submit] asks again
//   committed  data-show=receipt, accepted, commit; [data-do=download-receipt], [data-do=replace],
//              [data-do=withdraw] (put a confirm-dialog around it)
//   unable     this browser cannot seal: only data-show=problem is left
//   withdrawn  as committed; [data-do=replace] begins a new chain
// Also: <ul data-show=findings> filled from <template data-finding> (li gets data-level and data-code),
// data-show=problem, events "seal-bid:state" (detail: the state) and "seal-bid:committed".
// [data-do=replace] clears no input: untouched stages with data-keep checked (checkbox data-keep in the
// fieldset) are not sealed again, so a late price change sends 70 KiB only.
import {
  begin,
  commit,
  discard,
  fetchPolicy,
  filesWaitedFor,
  loadBid,
  send,
  stepOf,
} from "./bid.js";
import { addUp, findingsOf, offerOf, stagesOf, takeOff } from "./bid-form.js";
import { deviceKey, makeKeys, proveRecovery } from "./bidder-keys.js";
import { hex } from "./bytes.js";
import { hasCurves } from "./curves.js";
import { SealingError } from "./errors.js";
import { commitHash } from "./format.js";
import { hasErrors } from "./lint.js";
import {
  beijing,
  chosen,
  clock,
  complain,
  csrfOf,
  download,
  enter,
  entered,
  listen,
  must,
  sentence,
  show,
  size,
} from "./page.js";

class SealBid extends HTMLElement {
  /** @type {import("./bid.js").Bid | null} */ bid = null;
  /** @type {import("./keys.js").Key | null} */ device = null;
  /** @type {import("./keys.js").Key | null} */ recovery = null;
  stopper = new AbortController();

  connectedCallback() {
    this.place = {
      bidder: must(this, "bidder"),
      tender: must(this, "tender"),
      lot: must(this, "lot"),
      window: this.dataset.window,
      receiptKey: must(this, "receiptKey"),
      worker: must(this, "worker"),
      doors: {
        base: must(this, "intake"),
        tokenUrl: must(this, "tokenUrl"),
        csrf: csrfOf(this),
        bidder: must(this, "bidder"),
      },
    };
    this.hiddenNames = JSON.parse(this.dataset.hiddenNames || "[]");
    listen(this, {
      check: () => this.check(),
      edit: () => this.go("offer"),
      "new-keys": () => this.newKeys(),
      prove: () => this.prove(),
      seal: () => this.alone(() => this.seal()),
      pause: () => this.stopper.abort(),
      resume: () => this.alone(() => this.resume()),
      discard: () => this.alone(() => this.discard()),
      submit: () => this.alone(() => this.submit("submit")),
      withdraw: () => this.alone(() => this.submit("withdraw")),
      replace: () => this.go("offer"),
      "download-receipt": () => this.downloadReceipt(),
    });
    this.addEventListener("input", ({ target }) => {
      if (!(target instanceof HTMLElement)) return;
      const stage = target.closest("[data-stage]");
      if (!(stage instanceof HTMLElement)) return;
      if (target.matches("[data-item]")) addUp(stage);
      if (target.matches("[data-takes-off]")) takeOff(stage);
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.dataset.state === "sealing") event.preventDefault();
    });
    this.look = () => this.lookAgain().catch((error) => complain(this, error));
    document.addEventListener("visibilitychange", this.look);
    this.load().catch((error) => {
      this.go("unable"); // nobody should fill in what cannot be sealed here
      complain(this, error);
    });
  }

  disconnectedCallback() {
    this.stopper.abort();
    if (this.look) document.removeEventListener("visibilitychange", this.look);
  }

  /** @param {string} state */
  go(state) {
    enter(this, state);
    this.dispatchEvent(new CustomEvent("seal-bid:state", { detail: state, bubbles: true }));
  }

  async load() {
    if (!globalThis.crypto?.subtle) throw new SealingError("client.no_webcrypto");
    if (!(await hasCurves())) throw new SealingError("client.no_curves");
    this.bid = await loadBid(this.given.place);
    this.device = await deviceKey(this.given.place.bidder);
    await this.settle();
  }

  /** What connectedCallback set; an element that is not in a page has none. */
  get given() {
    if (!this.place) throw new Error("<seal-bid> is not in a page");
    return { place: this.place };
  }

  get known() {
    if (!this.bid) throw new SealingError("client.unfinished");
    return this.bid;
  }

  get key() {
    if (!this.device) throw new SealingError("client.no_device_key");
    return this.device;
  }

  /**
   * Do what changes the bid in one tab at a time, on what is kept now: a tab that acted on what it
   * saw an hour ago would write over another tab's receipt.
   * @param {() => Promise<unknown>} act
   */
  async alone(act) {
    const { bidder, tender, lot } = this.given.place;
    const how = { ifAvailable: true };
    await navigator.locks.request(`bid ${bidder} ${tender} ${lot}`, how, async (lock) => {
      if (!lock) throw new SealingError("client.other_tab");
      if (await this.hasMoved()) throw new SealingError("client.moved_elsewhere");
      await act();
    });
  }

  /** Take over what another tab did to the bid; true if it did anything. */
  async hasMoved() {
    const seen = stepOf(this.known);
    this.bid = await loadBid(this.given.place);
    this.device = await deviceKey(this.given.place.bidder);
    if (stepOf(this.bid) === seen) return false;
    await this.settle();
    return true;
  }

  /** On coming back to this tab, show how far the bid is now, unless this tab is at work on it. */
  async lookAgain() {
    const { bidder, tender, lot } = this.given.place;
    const how = { ifAvailable: true };
    if (document.visibilityState === "visible" && this.bid)
      await navigator.locks.request(`bid ${bidder} ${tender} ${lot}`, how, async (lock) => {
        if (lock) await this.hasMoved();
      });
  }

  /** Go to the state that what is kept calls for. */
  async settle() {
    const { known: bid } = this;
    const last = bid.commits.at(-1);
    if (last) {
      show(this, "receipt", last.receipt);
      show(this, "accepted", beijing(last.accepted));
      show(this, "commit", hex(await commitHash(last.bytes)));
    }
    if (bid.pending) this.go("pending");
    else if (bid.draft.length) await this.settleDraft(bid);
    else if (last) this.go(last.action === "withdraw" ? "withdrawn" : "committed");
    else this.go("offer");
  }

  /** @param {import("./bid.js").Bid} bid */
  async settleDraft(bid) {
    const waited = [...(await filesWaitedFor(bid)).values()].flat();
    show(this, "files", waited.map(({ name }) => name).join("\n"));
    this.go(bid.draft.every(({ entry }) => entry) ? "ready" : "resumable");
  }

  /** The stages to seal: all, but those that are to stay as they were committed. */
  get stages() {
    const kept = new Set(this.known.live.map(({ stage }) => stage));
    return stagesOf(this).filter((part) => {
      const box = part.querySelector("input[data-keep]");
      const stays = box instanceof HTMLInputElement && box.checked;
      return !(stays && kept.has(part.dataset.stage ?? ""));
    });
  }

  async check() {
    const findings = [];
    for (const part of this.stages) findings.push(...(await findingsOf(part, this.hiddenNames)));
    this.showFindings(findings);
    if (!this.stages.length) throw new SealingError("client.nothing_to_seal");
    if (hasErrors(findings)) return this.go("offer");
    this.dataset.device = this.device ? "known" : "none";
    this.go(this.device && this.recovery ? "proven" : "checked");
  }

  /** @param {import("./lint.js").Finding[]} findings */
  showFindings(findings) {
    const template = this.querySelector("template[data-finding]");
    const list = this.querySelector('[data-show="findings"]');
    if (!(template instanceof HTMLTemplateElement) || !list) return;
    list.replaceChildren(
      ...findings.map(({ level, code, facts }) => {
        const line = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
        const item = line.firstElementChild;
        if (item instanceof HTMLElement) Object.assign(item.dataset, { level, code });
        show(line, "message", sentence(this, code, this.inWords(facts)));
        return line;
      }),
    );
  }

  /**
   * Call a field by its label; its code says nothing to who fills it in.
   * @param {Record<string, string>} facts
   */
  inWords(facts) {
    const input = facts.field && this.querySelector(`[data-field="${CSS.escape(facts.field)}"]`);
    const label = input instanceof HTMLInputElement && input.labels?.[0]?.textContent?.trim();
    return label ? { ...facts, field: label } : facts;
  }

  async newKeys() {
    const { bidder } = this.given.place;
    const made = await makeKeys(bidder, entered(this, "new-passphrase"));
    this.device = made.device;
    this.dataset.device = "known";
    show(this, "paper", made.paper);
    download(`${bidder}.recovery-key.json`, made.file, "application/json");
  }

  /** Take the recovery key back from its owner: what cannot be given back now is no second key. */
  async prove() {
    const given = (await chosen(this, "key-file")) ?? entered(this, "paper");
    this.recovery = await proveRecovery(given, entered(this, "passphrase"), this.key);
    this.go("proven");
  }

  async seal() {
    if (!this.recovery) return this.go("checked");
    const terms = await fetchPolicy(must(this, "policyUrl"));
    const offers = new Map(this.stages.map((part) => [part.dataset.stage ?? "", offerOf(part)]));
    const escrow = this.querySelector('[data-in="escrow"]');
    await begin(this.known, terms, offers, {
      device: this.key,
      recovery: this.recovery,
      escrow: escrow instanceof HTMLInputElement && escrow.checked,
    });
    await this.send(new Map([...offers].map(([stage, { files }]) => [stage, files])));
  }

  async resume() {
    const again = this.querySelector('[data-in="again"]');
    const files = again instanceof HTMLInputElement ? [...(again.files ?? [])] : [];
    const fromForm = stagesOf(this).flatMap((part) => offerOf(part).files);
    const waited = await filesWaitedFor(this.known);
    await this.send(new Map([...waited.keys()].map((stage) => [stage, [...files, ...fromForm]])));
  }

  /** @param {Map<string, File[]>} files by stage */
  async send(files) {
    this.stopper = new AbortController();
    show(this, "waiting", "");
    this.go("sealing");
    const open = this.known.draft.filter(({ entry }) => !entry);
    const total = open.reduce((sum, { length }) => sum + length, 0);
    this.progress({ bytes: 0, total, rate: 0, remaining: Number.POSITIVE_INFINITY });
    const { onWait } = this;
    const onProgress = (/** @type {import("./sending.js").Progress} */ one) => this.progress(one);
    const watch = { onProgress, onWait, signal: this.stopper.signal };
    try {
      await send(this.known, this.given.place, files, this.key, watch);
    } finally {
      await this.settle();
    }
  }

  onWait = (/** @type {number} */ seconds, /** @type {boolean} */ reached) =>
    show(
      this,
      "waiting",
      sentence(this, reached ? "client.waiting" : "client.out_of_reach", { seconds }),
    );

  /** @param {import("./sending.js").Progress} progress */
  progress({ bytes, total, rate, remaining }) {
    const bar = this.querySelector('progress[data-show="progress"]');
    if (bar instanceof HTMLProgressElement) [bar.max, bar.value] = [total, bytes];
    show(this, "bytes", size(bytes));
    show(this, "total", size(total));
    show(this, "rate", `${size(rate)}/s`);
    show(this, "remaining", clock(remaining));
    show(this, "waiting", "");
  }

  /** @param {"submit" | "withdraw"} action */
  async submit(action) {
    this.stopper = new AbortController();
    try {
      const { onWait, stopper } = this;
      await commit(this.known, this.given.place, this.key, action, {
        onWait,
        signal: stopper.signal,
      });
      this.dispatchEvent(new CustomEvent("seal-bid:committed", { bubbles: true }));
    } finally {
      show(this, "waiting", "");
      await this.settle();
    }
  }

  async discard() {
    await discard(this.known);
    await this.settle();
  }

  downloadReceipt() {
    const last = this.known.commits.at(-1);
    const { tender, lot } = this.given.place;
    if (last) download(`${tender}-${lot}.receipt.txt`, last.receipt, "text/plain;charset=utf-8");
  }
}

customElements.define("seal-bid", SealBid);
