// A chosen file, made ready to send. Photos are drawn anew: smaller, and without the place they were taken at.

import { words } from "./words.js";

const LARGEST = 5 * 1024 * 1024;
const LONGEST_SIDE = 2000;
const TYPES = ["image/jpeg", "image/png", "image/webp", "application/pdf"];

export async function readFile(file) {
  if (!TYPES.includes(file.type)) throw new Error(words.files.type);
  const blob = file.type === "application/pdf" ? file : await redraw(file);
  if (blob.size > LARGEST) throw new Error(words.files.size);
  return { name: file.name, type: blob.type, data: await base64(blob) };
}

async function redraw(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Error(words.files.picture);
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, file.type, 0.88));
  if (!blob) throw new Error(words.files.picture);
  return blob;
}

function base64(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => failed(new Error(words.files.unreadable));
    reader.readAsDataURL(blob);
  });
}
