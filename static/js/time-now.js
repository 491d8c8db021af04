// <time-now>: the server's time, running.
import { beijing, keepTime, serverNow } from "./clock.js";

class TimeNow extends HTMLElement {
  connectedCallback() {
    keepTime();
    this.timer = setInterval(() => {
      const written = beijing(serverNow());
      if (written) this.textContent = written;
    }, 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }
}

customElements.define("time-now", TimeNow);
