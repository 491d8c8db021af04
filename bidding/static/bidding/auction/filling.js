// What the page puts into a field by itself, and when it must not: what somebody typed stays, and what somebody is being asked to
// confirm is what is sent.

/** @param {HTMLInputElement} input */
export const isAsked = (input) => input.form?.dataset.asking !== undefined;

/**
 * Put a value into a field that still holds what the page last put there.
 * @param {HTMLInputElement} input
 * @param {string} value
 */
export function fill(input, value) {
  if (isAsked(input) || input.value !== input.defaultValue) return;
  input.value = input.defaultValue = value;
}
