// The page. Whatever others wrote goes in as text nodes only.

import { drawLine, drawDay, sameDay, setMeta } from "./line.js";
import { words } from "./words.js";

const find = (id) => document.getElementById(id);

export class View {
  constructor() {
    this.title = document.title;
    this.unread = 0;
    this.pending = new Map();
    for (const id of ["log", "scroll", "typing", "banner", "link", "newest", "notice", "starters", "composer", "text", "file"]) {
      this[id] = find(id);
    }
  }

  listen({ say, sayFile }) {
    this.say = say;
    this.composer.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("input", () => this.grow());
    this.file.addEventListener("change", () => this.choose(sayFile));
    this.starters.addEventListener("click", ({ target }) => target.matches("button") && this.answer({ text: target.textContent }));
    this.newest.addEventListener("click", () => this.toEnd());
    this.scroll.addEventListener("scroll", () => this.atEnd() && (this.newest.hidden = true));
    document.addEventListener("visibilitychange", () => this.countUnread(0));
    new ResizeObserver(() => this.stick && this.toEnd()).observe(this.scroll);
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    const text = this.text.value.trim();
    this.text.focus();
    if (!text) return;
    this.text.value = "";
    this.grow();
    this.answer({ text });
  }

  answer(message) {
    this.showNotice("");
    this.say(message);
    this.toEnd();
    this.text.focus({ preventScroll: true });
  }

  choose(sayFile) {
    const [file] = this.file.files;
    this.file.value = "";
    this.showNotice("");
    if (file) sayFile(file);
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight + 3}px`;
  }

  // A pending line becomes a real one where it belongs: before those that still wait.
  addLine(line, item) {
    this.keepEnd(() => {
      const node = this.pending.get(line.id) ?? this.draw(line, item);
      this.pending.delete(line.id);
      node.dataset.from = line.from;
      setMeta(node, line.at, line.from === "customer" ? "sent" : "");
      this.place(node, line.at, [...this.pending.values()][0] ?? null);
      if (line.from === "customer") this.dropChoices();
      else if (line.buttons?.length) this.showChoices(node, line.buttons);
    });
    if (line.from !== "customer" && this.log.ariaLive === "polite") this.arrived();
  }

  addPending(item) {
    this.keepEnd(() => {
      const node = this.draw({ ...item, from: "customer" }, item);
      setMeta(node, item.at, item.accepted ? "sent" : "sending");
      this.pending.set(item.id, node);
      this.place(node, item.at, null);
      this.dropChoices();
    });
  }

  draw(line, item) {
    return drawLine(line, line.text || fileName(item));
  }

  place(node, at, before) {
    this.starters.hidden = true;
    if (node.parentNode !== this.log || before) this.log.insertBefore(node, before);
    const previous = previousLine(node);
    if (!sameDay(previous?.dataset.at, at) && !node.previousElementSibling?.matches(".day")) node.before(drawDay(at));
    node.classList.toggle("follows", previous?.dataset.from === node.dataset.from && node.previousElementSibling === previous);
  }

  mark(id, state, note) {
    const node = this.pending.get(id);
    if (!node) return;
    setMeta(node, node.dataset.at, state, note);
    if (state === "failed") this.pending.delete(id);
  }

  showChoices(node, buttons) {
    this.dropChoices();
    if (this.pending.size) return;
    const group = document.createElement("div");
    group.className = "choices";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", words.choices);
    for (const { title, value } of buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title;
      button.addEventListener("click", () => this.answer({ text: title, button: value }));
      group.append(button);
    }
    node.append(group);
  }

  dropChoices() {
    this.log.querySelectorAll(".choices").forEach((group) => group.remove());
  }

  // The history has been shown; only what comes now is worth reading aloud.
  settled() {
    this.log.ariaLive = "polite";
    this.starters.hidden = this.log.children.length > 0;
  }

  clear() {
    this.log.replaceChildren();
    this.pending.clear();
    this.log.ariaLive = "off";
  }

  showLink(state) {
    this.link.dataset.state = state;
    this.link.textContent = words.link[state];
    if (state === "lost") this.showTyping(false);
  }

  showTyping(on) {
    this.keepEnd(() => { this.typing.hidden = !on; });
    this.isTyping = on;
    this.showBanner();
  }

  showWarming(on) {
    this.isWarming = on;
    this.showBanner();
  }

  showBanner() {
    const text = this.isWarming ? words.warming[this.isTyping ? "stored" : "welcome"] : "";
    if (this.banner.textContent !== text) this.banner.textContent = text;
    this.banner.hidden = !text;
  }

  showNotice(text) {
    this.notice.textContent = text;
    this.notice.hidden = !text;
  }

  arrived() {
    if (!this.atEnd()) this.newest.hidden = false;
    if (document.hidden) this.countUnread(this.unread + 1);
  }

  countUnread(count) {
    this.unread = count;
    document.title = count ? `(${count}) ${this.title}` : this.title;
  }

  atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    this.stick = scrollHeight - scrollTop - clientHeight < 60;
    return this.stick;
  }

  keepEnd(change) {
    const follow = this.atEnd();
    change();
    if (follow) this.toEnd();
  }

  toEnd() {
    this.stick = true;
    this.newest.hidden = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }
}

function fileName(item) {
  return item?.attachment ? `${words.attachment}: ${item.attachment.name}` : words.attachment;
}

function previousLine(node) {
  let previous = node.previousElementSibling;
  while (previous && !previous.matches(".line")) previous = previous.previousElementSibling;
  return previous;
}
