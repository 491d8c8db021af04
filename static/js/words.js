// The words scripts say come from the page (body data-word-…), so that they are translated with it.

/**
 * @param {string} name
 * @returns {string}
 */
export const word = (name) =>
  document.body.dataset[`word${name[0]?.toUpperCase()}${name.slice(1)}`] ?? "";

/**
 * Let screen readers say a sentence, once.
 * @param {string} sentence
 */
export function say(sentence) {
  const place = document.querySelector("#spoken");
  if (place) place.textContent = sentence;
}

/** The token Django asks of a request that writes. */
export function csrfToken() {
  const given = document.body.getAttribute("hx-headers");
  const field = document.querySelector("[name=csrfmiddlewaretoken]");
  if (given) return String(JSON.parse(given)["X-CSRFToken"]);
  return field instanceof HTMLInputElement ? field.value : "";
}
