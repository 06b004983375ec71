// One line of the conversation, and the day above it.

import { words } from "./words.js";

const CLASSES = { sending: "waiting", failed: "failed" };
const ADDRESS = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]]/g;

const clock = new Intl.DateTimeFormat(words.locale, { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(words.locale, { weekday: "long", day: "numeric", month: "long" });

export function drawLine(line, text) {
  const node = element("div", `line ${line.from}`);
  node.dataset.from = line.from;
  node.dataset.at = line.at;
  node.append(element("p", "by", words.authors[line.from]), element("div", "text"), element("p", "meta"));
  fill(node.querySelector(".text"), text, line.from !== "customer");
  return node;
}

export function setMeta(node, at, state, note) {
  node.dataset.at = at;
  node.classList.remove("waiting", "failed");
  if (CLASSES[state]) node.classList.add(CLASSES[state]);
  const said = state === "failed" && note ? `${words.states.failed}: ${note}` : words.states[state];
  node.querySelector(".meta").textContent = [clock.format(new Date(at)), said].filter(Boolean).join(" · ");
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
  if (sameDay(date, new Date())) return words.today;
  return sameDay(date, yesterday) ? words.yesterday : calendar.format(date);
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
