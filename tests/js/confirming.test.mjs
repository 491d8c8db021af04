// What somebody is asked to confirm is what is sent: prices that move meanwhile wait, and a typed promise is never overwritten.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fill } from "../../bidding/static/bidding/auction/filling.js";

/** @param {string} value @param {Record<string, string>} [dataset] */
const field = (value, dataset = {}) =>
  /** @type {HTMLInputElement} */ (
    /** @type {unknown} */ ({ value, defaultValue: value, form: { dataset } })
  );

test("a field follows the page until somebody types", () => {
  const input = field("10");
  fill(input, "20");
  assert.equal(input.value, "20");
  input.value = "300";
  fill(input, "30");
  assert.equal(input.value, "300");
  input.value = input.defaultValue;
  fill(input, "40");
  assert.equal(input.value, "40");
});

test("a price that moves while its form is asked about stays what was seen", () => {
  const input = field("1000", { asking: "" });
  fill(input, "1100");
  assert.equal(input.value, "1000");
});

test("a form says that it is asked about until it was sent or let be", async () => {
  /** @type {Record<string, (event: any) => void>} */
  const heard = {};
  /** @type {any} */
  let Dialog;
  Object.assign(globalThis, {
    HTMLElement: class {},
    HTMLButtonElement: class {},
    Element: class {},
    document: {
      addEventListener: (/** @type {string} */ name, /** @type {any} */ go) => {
        heard[name] = go;
      },
    },
    customElements: {
      define: (/** @type {string} */ _name, /** @type {any} */ made) => {
        Dialog = made;
      },
    },
  });
  const dialogs = "../../static/js/confirm-dialog.js"; // no module that exports: a path unknown to tsc
  await import(dialogs);
  for (const answer of ["yes", "no"]) {
    /** @type {string[]} */
    const told = [];
    const form = {
      dataset: /** @type {Record<string, string>} */ ({ confirm: "?" }),
      requestSubmit: () => told.push(`sent ${form.dataset.asking !== undefined}`),
      dispatchEvent: (/** @type {Event} */ event) =>
        told.push(`${event.type} ${form.dataset.asking !== undefined}`),
    };
    let close = () => {};
    const dialog = {
      returnValue: "",
      querySelector: () => ({}),
      addEventListener: (/** @type {string} */ _name, /** @type {() => void} */ go) => {
        close = go;
      },
      showModal: () => {},
    };
    const element = new Dialog();
    element.querySelector = () => dialog;
    element.connectedCallback();
    const event = { target: form, preventDefault: () => {}, stopImmediatePropagation: () => {} };
    heard.submit?.(event);
    assert.equal(form.dataset.asking, "");
    dialog.returnValue = answer;
    close();
    const sent = answer === "yes" ? ["sent true"] : [];
    assert.deepEqual(told, [...sent, "confirm-closed false"]);
  }
});
