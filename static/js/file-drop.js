// <file-drop> around a form with one file input: takes dropped files and shows the progress of the upload.
// <file-drop><form …><div class="drop">…<input type="file"></div>
//   <progress max="1" value="0" hidden></progress><output></output></form></file-drop>
import { word } from "./words.js";

class FileDrop extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.input = this.querySelector("input[type=file]");
    this.form?.addEventListener("submit", (event) => this.upload(event));
    for (const [name, over] of /** @type {const} */ ([
      ["dragover", true],
      ["dragleave", false],
      ["drop", false],
    ]))
      this.addEventListener(name, (event) => {
        event.preventDefault();
        this.toggleAttribute("data-over", over);
      });
    this.addEventListener("drop", (event) => {
      if (this.input instanceof HTMLInputElement && event.dataTransfer?.files.length)
        this.input.files = event.dataTransfer.files;
    });
  }

  /** @param {SubmitEvent} event */
  upload(event) {
    const form = this.form;
    if (!form) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json, text/html;q=0.9");
    request.upload.onprogress = (step) => this.progress(step.loaded / step.total);
    request.onload = () => this.finish(request);
    request.onerror = () => this.tell(word("failed"));
    this.progress(0);
    request.send(new FormData(form, event.submitter));
  }

  /** @param {number} share */
  progress(share) {
    const bar = this.querySelector("progress");
    if (bar) [bar.hidden, bar.value] = [false, share];
    this.tell(`${Math.round(share * 100)} %`);
  }

  /** @param {XMLHttpRequest} request */
  finish(request) {
    if (request.status < 400) return location.assign(request.responseURL);
    this.tell(refusal(request) || word("failed"));
  }

  /** @param {string} sentence */
  tell(sentence) {
    const place = this.querySelector("output");
    if (place) place.textContent = sentence;
  }
}

/**
 * Find what the server said was wrong: a JSON refusal, or the errors of the form sent back.
 * @param {XMLHttpRequest} request
 */
function refusal(request) {
  if (request.getResponseHeader("Content-Type")?.startsWith("application/json"))
    return String(JSON.parse(request.responseText).message ?? "");
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  return [...page.querySelectorAll(".form-errors li")].map((one) => one.textContent).join(" ");
}

customElements.define("file-drop", FileDrop);
