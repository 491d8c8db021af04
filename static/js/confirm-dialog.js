// <confirm-dialog> (once, in the frame): a form or button with data-confirm="问题" and, if wished,
// data-confirm-detail="后果" asks before it is sent; a button of type=button before it is clicked.
// While a form is asked about it has data-asking, and what it would send must stay as it was; "confirm-closed" tells it is over.
// Without scripts the form is sent as it is.
/** @type {WeakSet<HTMLFormElement>} */
const agreed = new WeakSet();
/** @type {WeakSet<HTMLElement>} */
const clicked = new WeakSet();

class ConfirmDialog extends HTMLElement {
  connectedCallback() {
    document.addEventListener("submit", (event) => this.check(event), { capture: true });
    document.addEventListener("click", (event) => this.checkClick(event), { capture: true });
  }

  /** @param {MouseEvent} event */
  checkClick(event) {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest("button[type=button][data-confirm]");
    if (!(button instanceof HTMLButtonElement) || clicked.delete(button)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.ask(button.dataset.confirm ?? "", button.dataset.confirmDetail ?? "", () => {
      clicked.add(button);
      button.click();
    });
  }

  /** @param {SubmitEvent} event */
  check(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const asking = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!asking.dataset.confirm || agreed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const go = () => {
      agreed.add(form);
      form.requestSubmit(event.submitter);
    };
    form.dataset.asking = "";
    this.ask(asking.dataset.confirm, asking.dataset.confirmDetail ?? "", go, () => {
      delete form.dataset.asking;
      form.dispatchEvent(new CustomEvent("confirm-closed", { bubbles: true }));
    });
  }

  /**
   * @param {string} question
   * @param {string} detail
   * @param {() => void} go
   * @param {() => void} [over]
   */
  ask(question, detail, go, over = () => {}) {
    const dialog = this.querySelector("dialog");
    const [heading, text] = [dialog?.querySelector("h2"), dialog?.querySelector("p")];
    const close = (/** @type {boolean} */ isYes) => {
      if (isYes) go();
      over();
    };
    if (!dialog || !heading || !text) return close(true);
    heading.textContent = question;
    text.textContent = detail;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => close(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  }
}

customElements.define("confirm-dialog", ConfirmDialog);
