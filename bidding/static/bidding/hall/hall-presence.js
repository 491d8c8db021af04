// <hall-presence data-src="/halls/…/presence/"><output></output></hall-presence>: connects, which is all it
// says; the host's own socket is told how many accounts are connected.
const PATIENCE = 3_000;

class HallPresence extends HTMLElement {
  /** @type {WebSocket | undefined} */
  socket;

  connectedCallback() {
    const address = new URL(this.dataset.src ?? "", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.socket = new WebSocket(address);
    this.socket.onmessage = (message) => this.show(JSON.parse(message.data).connected);
    this.socket.onclose = (end) => {
      if (this.isConnected && end.code < 4400)
        setTimeout(() => this.isConnected && this.connectedCallback(), PATIENCE);
    };
  }

  disconnectedCallback() {
    this.socket?.close();
  }

  /** @param {number} connected */
  show(connected) {
    const place = this.querySelector("output");
    if (!place) return;
    place.textContent = String(connected);
    this.hidden = false;
  }
}

customElements.define("hall-presence", HallPresence);
