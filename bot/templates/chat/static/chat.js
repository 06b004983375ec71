// What happens when: a line arrives, the customer writes, the connection comes and goes.

import { readFile } from "./files.js";
import { Link } from "./link.js";
import { Outbox } from "./outbox.js";
import { recall, remember } from "./storage.js";
import { View } from "./view.js";
import { words } from "./words.js";

const RETRY = new Set(["busy", "slow_down"]);

const view = new View();
const outbox = new Outbox();
const link = new Link({ hello, receive, state: (state) => view.showLink(state), lost: () => outbox.rest() });
let seq = 0;

function hello() {
  return { type: "hello", session: recall("session"), seq };
}

const handlers = {
  welcome({ session, resumed }) {
    if (!resumed) {
      seq = 0;
      outbox.forgetAccepted();
      view.clear();
      outbox.items.forEach((item) => view.addPending(item));
    }
    remember("session", session);
    sendNext();
  },
  message(line) {
    if (line.seq <= seq) return;
    seq = line.seq;
    view.addLine(line, line.id && outbox.take(line.id));
  },
  accepted({ id }) {
    outbox.accepted(id);
    view.mark(id, "sent");
    sendNext();
  },
  error({ id, code, text }) {
    // Without an id the answer is to the only message that is under way.
    const item = id ? outbox.find(id) : outbox.underWay();
    if (!item) return;
    if (RETRY.has(code)) {
      setTimeout(() => { outbox.rest(); sendNext(); }, 3000);
      return;
    }
    outbox.take(item.id);
    view.mark(item.id, "failed", words.errors[code] ?? text);
    sendNext();
  },
  status({ state }) {
    if (state === "warming_up" || state === "ready") return view.showWarming(state === "warming_up");
    view.showTyping(state === "typing");
    if (state === "idle") outbox.forgetAccepted();
    view.settled();
  },
};

function receive(frame) {
  handlers[frame.type]?.(frame);
}

function sendNext() {
  const item = outbox.next();
  if (!item || !link.isOpen) return;
  const { id, text, button, attachment } = item;
  outbox.underWayId = id;
  link.send({ type: "message", id, text, button, attachment });
}

function say(message) {
  const item = outbox.add(message);
  view.addPending(item);
  sendNext();
}

async function sayFile(file) {
  try {
    say({ attachment: await readFile(file) });
  } catch (error) {
    view.showNotice(error.message);
  }
}

view.listen({ say, sayFile });
outbox.items.forEach((item) => view.addPending(item));
addEventListener("beforeunload", (event) => outbox.hasUnsentFile() && event.preventDefault());
link.start();
