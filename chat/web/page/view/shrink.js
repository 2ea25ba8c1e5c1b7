// Makes of a chosen file what is sent: photos are drawn anew, which leaves out where they were taken.

import { fileName, withEnding } from "../core/file_names.js";
import { drawnSize, pictureIn, planFor } from "../core/pictures.js";

/** A larger picture is not read into memory. In bytes. */
const MOST_BYTES = 64_000_000;
/** A larger one is not drawn: browsers give up, some of them with the tab. In pixels. */
const MOST_PIXELS = 120_000_000;
const QUALITY = 0.85;
const SHOWN = new Set(["jpeg", "png", "webp", "gif", "avif"]);

/**
 * @param {File} file - as somebody chose it
 * @param {boolean} [isOriginal] - the person wants it as it is
 * @returns {Promise<import("../core/uploads.js").Prepared>} `about` has `size` in pixels, a `preview` to show, and
 *   `isDrawn`: it was drawn anew. `mustAsk`: it may tell where it was taken, and could not be drawn
 */
export async function prepared(file, isOriginal = false) {
  const name = fileName(file.name);
  const picture = await lookAt(file);
  if (picture === null) return { name, blob: file };
  if (isOriginal || planFor(picture) === "keep") return asItIs(file, name, picture, { isOriginal });
  const drawn = await draw(file, picture);
  if (drawn === null) return { ...asItIs(file, name, picture), mustAsk: picture.hasDetails };
  if (!picture.hasDetails && drawn.blob.size >= file.size) return asItIs(file, name, picture);
  const { blob, size } = drawn;
  const about = { size, preview: URL.createObjectURL(blob), isDrawn: true };
  return { name: withEnding(name, blob.type === "image/webp" ? "webp" : "jpg"), blob, about };
}

async function lookAt(file) {
  const head = new Uint8Array(await file.slice(0, 64).arrayBuffer());
  if (pictureIn(head) === null && !file.type.startsWith("image/")) return null;
  return pictureIn(new Uint8Array(await file.slice(0, MOST_BYTES).arrayBuffer()));
}

function asItIs(file, name, { kind, width, height }, more = {}) {
  const preview = SHOWN.has(kind) ? URL.createObjectURL(file) : null;
  return { name, blob: file, about: { size: width > 0 ? { width, height } : null, preview, ...more } };
}

/** The picture upright, not larger than it may be, without anything but its colours; null where that cannot be. */
async function draw(file, picture) {
  if (picture.width * picture.height > MOST_PIXELS || file.size > MOST_BYTES) return null;
  let bitmap = null;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const size = drawnSize(bitmap.width, bitmap.height);
    const canvas = Object.assign(document.createElement("canvas"), size);
    const context = canvas.getContext("2d");
    if (!isHonest(context)) return null;
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, size.width, size.height);
    const blob = await encoded(canvas, "image/webp") ?? (await encoded(opaque(canvas), "image/jpeg"));
    canvas.width = 0;
    return blob && { blob, size };
  } catch {
    return null;
  } finally {
    bitmap?.close();
  }
}

/** Some browsers give noise instead of what was drawn, so that nobody recognises them by it. */
function isHonest(context) {
  context.fillStyle = "rgb(12, 200, 91)";
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  context.clearRect(0, 0, 1, 1);
  return red === 12 && green === 200 && blue === 91;
}

/** What browsers that cannot make a type make is a PNG. */
async function encoded(canvas, type) {
  const blob = await new Promise((done) => canvas.toBlob(done, type, QUALITY));
  return blob?.type === type ? blob : null;
}

/** The same on white: JPEG would have what is clear in black. */
function opaque(canvas) {
  const context = canvas.getContext("2d");
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}
