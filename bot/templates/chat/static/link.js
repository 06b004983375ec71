// One WebSocket that comes back by itself. It knows nothing of messages.

const LONGEST_PAUSE = 15000;
const LONGEST_SILENCE = 15000;
const SLOWEST = 20; // bytes a millisecond: a photo over a weak connection takes its time

export class Link {
  constructor({ hello, receive, state, lost }) {
    Object.assign(this, { hello, receive, state, lost, failures: 0, isOpen: false });
  }

  start() {
    this.connect();
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.drop());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  connect() {
    const address = new URL("/chat/ws", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = (this.socket = new WebSocket(address));
    socket.onopen = () => socket.send(JSON.stringify(this.hello()));
    socket.onmessage = ({ data }) => socket === this.socket && this.heard(JSON.parse(data));
    socket.onclose = () => socket === this.socket && this.closed();
  }

  heard(frame) {
    if (frame.type === "accepted" || frame.type === "error") clearTimeout(this.silence);
    if (frame.type === "welcome") {
      this.failures = 0;
      this.isOpen = true;
      this.state("open");
    }
    this.receive(frame);
  }

  // A dead network may swallow what is sent without ever closing the socket.
  send(frame) {
    const text = JSON.stringify(frame);
    this.socket.send(text);
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.drop(), LONGEST_SILENCE + text.length / SLOWEST);
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.closed();
  }

  closed() {
    clearTimeout(this.silence);
    clearTimeout(this.timer);
    this.socket = null;
    this.isOpen = false;
    this.state("lost");
    this.lost();
    const pause = Math.min(500 * 2 ** this.failures++, LONGEST_PAUSE);
    this.timer = setTimeout(() => this.connect(), pause * (0.5 + Math.random() / 2));
  }

  hurry() {
    if (this.socket) return;
    clearTimeout(this.timer);
    this.connect();
  }
}
