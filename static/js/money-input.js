// <money-input><input …><output></output></money-input>: writes the amount in capitals below as one types.
import { inCapitals } from "./capitals.js";

class MoneyInput extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", () => this.show());
    this.show();
  }

  show() {
    const [input, output] = [this.querySelector("input"), this.querySelector("output")];
    if (input && output) output.textContent = inCapitals(input.value);
  }
}

customElements.define("money-input", MoneyInput);
