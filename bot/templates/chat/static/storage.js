// The browser's store; a private window without one keeps things as long as the page is open.

const memory = new Map();

export function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(`sambut.${key}`)) ?? memory.get(key);
  } catch {
    return memory.get(key);
  }
}

export function remember(key, value) {
  memory.set(key, value);
  try {
    localStorage.setItem(`sambut.${key}`, JSON.stringify(value));
  } catch {
    // Full or forbidden: the copy in memory has to do.
  }
}
