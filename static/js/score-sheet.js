// <score-sheet><output class="given"></output><progress></progress><table>…</table></score-sheet>: Enter goes down the column of a
// bid, Shift+Enter up, so that a sheet is filled by the keyboard alone; counts what is marked as one goes.
class ScoreSheet extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => event.key === "Enter" && this.step(event));
    this.addEventListener("change", () => this.count());
    this.count();
  }

  /** @param {KeyboardEvent} event */
  step(event) {
    const cell = event.target instanceof HTMLInputElement && event.target.closest("td");
    if (!(cell instanceof HTMLTableCellElement)) return;
    event.preventDefault();
    const rows = [...this.querySelectorAll("tbody tr")];
    const row =
      rows[rows.indexOf(/** @type {Element} */ (cell.parentElement)) + (event.shiftKey ? -1 : 1)];
    const next = row?.children[cell.cellIndex]?.querySelector("input");
    if (!next) return event.target instanceof HTMLElement && event.target.blur();
    next.focus();
    next.select();
  }

  count() {
    const fields = [...this.querySelectorAll("tbody input")];
    const given = fields.filter(
      (field) => field instanceof HTMLInputElement && field.value !== "",
    ).length;
    const [told, bar] = [this.querySelector("output.given"), this.querySelector("progress")];
    if (told) told.textContent = String(given);
    if (bar) bar.value = given;
  }
}

customElements.define("score-sheet", ScoreSheet);
