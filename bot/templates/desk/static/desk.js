// Fresh pages without a reload. Everything else works without this file.

const EVERY = 3000;
const EVERY_HIDDEN = 30000; // the page rests, but its title must still say that somebody waits
const LOST = "Sambungan ke Sambut terputus. Halaman ini diperbarui lagi begitu tersambung.";
const ENDED = "Sesi Anda sudah berakhir. Buka tautan masuk yang baru; tulisan Anda tetap ada di sini.";

const { liveUrl, title } = document.body.dataset;
const find = (id) => document.getElementById(id);
const seen = new Map();
let waiting = count(document);
let timer;

function count(page) {
  return Number(page.querySelector("#waiting [data-count]")?.dataset.count ?? 0);
}

function tell(text) {
  const trouble = find("trouble");
  if (trouble.textContent !== text) trouble.textContent = text;
  trouble.hidden = !text;
}

async function refresh() {
  try {
    const answer = await fetch(liveUrl, { cache: "no-store", redirect: "error" });
    if (answer.status === 403) return tell(ENDED);
    if (!answer.ok) throw new Error(answer.status);
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    tell("");
  } catch {
    tell(LOST);
  }
  next();
}

function next() {
  clearTimeout(timer);
  timer = setTimeout(refresh, document.hidden ? EVERY_HIDDEN : EVERY);
}

function show(page) {
  const focused = document.activeElement?.id;
  for (const region of page.querySelectorAll("[data-live]")) {
    const old = find(region.id);
    const html = region.innerHTML;
    if (!old || seen.get(region.id) === html) continue;
    seen.set(region.id, html);
    if (region.dataset.live === "list") updateList(old, region);
    else updateRegion(old, region);
  }
  if (focused && document.activeElement?.id !== focused) find(focused)?.focus({ preventScroll: true });
  announce(count(page));
}

// A question that is being answered ("Ya, selesaikan") stays open.
function updateRegion(old, fresh) {
  const open = [...old.querySelectorAll("details[open]")].map((box) => box.id);
  old.replaceChildren(...fresh.childNodes);
  for (const id of open) find(id)?.setAttribute("open", "");
}

// Only what changed is touched, so that a screen reader reads only what is new.
function updateList(list, fresh) {
  const known = new Map([...list.children].map((node) => [node.id, node]));
  let place = list.firstElementChild;
  for (const item of [...fresh.children]) {
    let node = known.get(item.id) ?? item;
    known.delete(item.id);
    if (node !== item && node.outerHTML !== item.outerHTML) {
      node.replaceWith(item);
      if (place === node) place = item;
      node = item;
    }
    if (node === place) place = place.nextElementSibling;
    else list.insertBefore(node, place);
  }
  known.forEach((node) => node.remove());
}

function announce(now) {
  if (now > waiting) find("news").textContent = `Ada kasus baru. ${now} kasus menunggu petugas.`;
  waiting = now;
  document.title = now ? `(${now}) ${title}` : title;
}

// What an agent types survives a reload, until the desk says that it was taken.
function keepDrafts(box) {
  for (const field of box.querySelectorAll("textarea")) {
    const key = `${box.dataset.case}:${field.id}`;
    field.value ||= sessionStorage.getItem(key) ?? "";
    if (field.id === "note" && field.value) find("note-box").open = true;
    field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field.form.requestSubmit();
    });
  }
}

const box = document.querySelector("[data-case]");
if (box) {
  const done = new URLSearchParams(location.search).get("done");
  if (done) sessionStorage.removeItem(`${box.dataset.case}:${done}`);
  // The answer to a form must not be sent again by a reload.
  history.replaceState(null, "", `/cases/${box.dataset.case}`);
  keepDrafts(box);
  box.querySelector(".flash.bad")?.focus();
}
find("leave")?.form.addEventListener("submit", () => sessionStorage.clear());

if (liveUrl) {
  for (const region of document.querySelectorAll("[data-live]")) seen.set(region.id, region.innerHTML);
  document.addEventListener("visibilitychange", () => (document.hidden ? next() : refresh()));
  next();
}
