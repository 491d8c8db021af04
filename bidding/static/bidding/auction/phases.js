// What an entrant is shown goes by the phase: an element with data-phases="open closing" stands in these phases only; with
// data-joined="yes" or "no" it stands in the timed phase only for who goes on, or for who does not. A question that is asked anew
// is open again.

/** The phases in which everybody knows who goes on. */
const KNOWN = new Set(["closing", "draw"]);

/**
 * @param {HTMLElement} room
 * @param {{phase: string, branch?: string, joined?: string[], closes_at?: string}} shown
 */
export function fitPhase(room, shown) {
  const now = shown.phase === "ceiling" ? `ceiling-${shown.branch ?? ""}` : shown.phase;
  const isNew = room.dataset.phase !== now;
  room.dataset.phase = now;
  const said = room.querySelector("[data-put=answer]");
  if (isNew && said instanceof HTMLElement) said.hidden = true;
  const goesOn = (shown.joined ?? []).includes(room.dataset.you ?? "") ? "yes" : "no";
  for (const part of room.querySelectorAll("[data-phases]")) {
    if (!(part instanceof HTMLElement)) continue;
    const fits = (part.dataset.phases ?? "").split(" ").includes(now);
    const { joined } = part.dataset;
    const wasHidden = part.hidden;
    part.hidden = !fits || (KNOWN.has(shown.phase) && joined !== undefined && joined !== goesOn);
    if (isNew && wasHidden && !part.hidden) ask(part, shown.closes_at ?? "");
  }
}

/**
 * Open the question of a part, with its own time left.
 * @param {HTMLElement} part
 * @param {string} at
 */
function ask(part, at) {
  const left = document.createElement("time-left");
  left.setAttribute("at", at);
  part.querySelector("[data-put=question-left]")?.replaceChildren(left);
  toggle(part, "");
  const title = part.querySelector("h3[tabindex]");
  if (title instanceof HTMLElement) title.focus();
}

/**
 * Show that a question is answered: the forms go, the answer stands.
 * @param {Element | null} part
 * @param {string} answer join, decline, or nothing while it is open
 */
export function toggle(part, answer) {
  const forms = part?.querySelector("[data-ask]");
  if (forms instanceof HTMLElement) forms.hidden = answer !== "";
  for (const said of part?.querySelectorAll("[data-answered]") ?? [])
    if (said instanceof HTMLElement) said.hidden = said.dataset.answered !== answer;
}
