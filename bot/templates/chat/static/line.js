// One line of the conversation, and the day above it.

const STATES = { sending: "mengirim…", sent: "terkirim", failed: "tidak terkirim" };
const CLASSES = { sending: "waiting", failed: "failed" };
const ADDRESS = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]]/g;

const clock = new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat("id-ID", { weekday: "long", day: "numeric", month: "long" });

export function drawLine(line, bot, text) {
  const node = element("div", `line ${line.from}`);
  node.dataset.from = line.from;
  node.dataset.at = line.at;
  node.append(element("p", "by", author(line.from, bot)), element("div", "text"), element("p", "meta"));
  fill(node.querySelector(".text"), text, line.from !== "customer");
  return node;
}

export function setMeta(node, at, state, note) {
  node.dataset.at = at;
  node.classList.remove("waiting", "failed");
  if (CLASSES[state]) node.classList.add(CLASSES[state]);
  const words = state === "failed" && note ? `${STATES.failed}: ${note}` : STATES[state];
  node.querySelector(".meta").textContent = [clock.format(new Date(at)), words].filter(Boolean).join(" · ");
}

export function drawDay(at) {
  return element("p", "day", dayName(new Date(at)));
}

export function sameDay(one, other) {
  return Boolean(one) && new Date(one).toDateString() === new Date(other).toDateString();
}

function dayName(date) {
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  if (sameDay(date, new Date())) return "Hari ini";
  return sameDay(date, yesterday) ? "Kemarin" : calendar.format(date);
}

function author(from, bot) {
  if (from === "customer") return "Anda";
  return from === "agent" ? "Petugas layanan" : `${bot} · asisten virtual`;
}

// Addresses become links only in what the company wrote.
function fill(node, text, withLinks) {
  let end = 0;
  for (const { 0: address, index } of withLinks ? text.matchAll(ADDRESS) : []) {
    const link = element("a", "", address);
    Object.assign(link, { href: address, target: "_blank", rel: "noopener noreferrer" });
    node.append(text.slice(end, index), link);
    end = index + address.length;
  }
  node.append(text.slice(end));
}

function element(name, className, text = "") {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
}
