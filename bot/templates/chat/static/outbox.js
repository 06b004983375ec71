// Messages that are not in the history yet. They go one at a time, so that they stay in order;
// one that is sent again has the same id, so the server stores it once.

import { recall, remember } from "./storage.js";

export class Outbox {
  constructor() {
    this.items = recall("outbox") ?? [];
    this.underWayId = null;
  }

  add(message) {
    const item = { id: newId(), at: new Date().toISOString(), accepted: false, ...message };
    this.items.push(item);
    this.save(item);
    return item;
  }

  next() {
    return this.underWay() ? undefined : this.items.find((item) => !item.accepted);
  }

  find(id) {
    return this.items.find((item) => item.id === id);
  }

  underWay() {
    return this.find(this.underWayId);
  }

  // The connection is gone, or the server asked for patience: whatever was under way goes again.
  rest() {
    this.underWayId = null;
  }

  accepted(id) {
    const item = this.find(id);
    if (item) item.accepted = true;
    if (this.underWayId === id) this.underWayId = null;
    this.save(item);
  }

  take(id) {
    const item = this.find(id);
    this.items = this.items.filter((other) => other !== item);
    if (this.underWayId === id) this.underWayId = null;
    this.save(item);
    return item;
  }

  forgetAccepted() {
    this.items.filter((item) => item.accepted).forEach((item) => this.take(item.id));
  }

  hasUnsentFile() {
    return this.items.some((item) => item.attachment && !item.accepted);
  }

  // Another tab may have written meanwhile: only this item's entry changes. Files are too large to keep.
  save(item) {
    if (!item || item.attachment) return;
    const others = (recall("outbox") ?? []).filter((other) => other.id !== item.id);
    remember("outbox", this.items.includes(item) ? [...others, item] : others);
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
