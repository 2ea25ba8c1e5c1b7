// What the first bytes of pictures say, and what becomes of them; the names of files.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fileName, pathOf, withEnding } from "../../chat/web/page/core/file_names.js";
import { drawnSize, pictureIn, planFor } from "../../chat/web/page/core/pictures.js";
import { isCostly, isExpired, shownSize } from "../../chat/web/page/view/attachment.js";

const bytes = (...parts) => Uint8Array.from(Buffer.concat(parts.map((part) => Buffer.from(part))));
const segment = (marker, body) => bytes([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255], body);
const frame = (width, height) => segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 3]);
const jpeg = (...segments) => bytes([0xff, 0xd8], ...segments, [0xff, 0xda, 0, 2]);
const EXIF = segment(0xe1, bytes("Exif\0\0"));
const chunk = (type, body = []) => bytes([0, 0, 0, body.length], type, body, [0, 0, 0, 0]);
const png = (width, ...chunks) =>
  bytes([0x89], "PNG\r\n\x1a\n", chunk("IHDR", [0, 0, width >> 8, width & 255, 0, 0, 0, 9, 8, 6, 0, 0, 0]), ...chunks);
const part = (type, body) => bytes(type, [body.length, 0, 0, 0], body, body.length & 1 ? [0] : []);
const webp = (...parts) => bytes("RIFF\0\0\0\0WEBP", ...parts);
const vp8x = (width, height) => part("VP8X", [0, 0, 0, 0, width - 1, 0, 0, height - 1, 0, 0]);

test("kind, size and details of pictures", () => {
  const look = (data) => {
    const { kind, width, height, hasDetails, isAnimated } = pictureIn(data);
    return [kind, width, height, hasDetails, isAnimated];
  };
  assert.deepEqual(look(jpeg(frame(640, 480))), ["jpeg", 640, 480, false, false]);
  assert.deepEqual(look(jpeg(EXIF, frame(640, 480))), ["jpeg", 640, 480, true, false]);
  assert.deepEqual(look(jpeg(segment(0xed, bytes("Photoshop")), frame(1, 2))), ["jpeg", 1, 2, true, false]);
  assert.deepEqual(look(png(300)), ["png", 300, 9, false, false]);
  assert.deepEqual(look(png(300, chunk("IDAT"), chunk("eXIf"))), ["png", 300, 9, true, false]);
  assert.deepEqual(look(png(300, chunk("acTL"))), ["png", 300, 9, false, true]);
  assert.deepEqual(look(webp(vp8x(20, 10), part("VP8 ", [1, 2, 3]), part("EXIF", [1]))), ["webp", 20, 10, true, false]);
  assert.deepEqual(look(webp(vp8x(20, 10), part("ANIM", [0]))), ["webp", 20, 10, false, true]);
  assert.deepEqual(look(bytes("GIF89a", [5, 0, 6, 0])), ["gif", 5, 6, false, true]);
  assert.deepEqual(look(bytes([0, 0, 0, 20], "ftypavif....Exif")), ["avif", 0, 0, true, false]);
  assert.deepEqual(look(bytes([0, 0, 0, 20], "ftypheic")), ["heic", 0, 0, true, false]);
});

test("what is no picture, or ends too early, is none; nothing loops or throws", () => {
  assert.equal(pictureIn(bytes("hello")), null);
  assert.equal(pictureIn(bytes("")), null);
  assert.equal(pictureIn(bytes([0x89], "PNG\r\n")), null);
  assert.equal(pictureIn(bytes([0, 0, 0, 20], "ftypisom")), null);
  const whole = jpeg(EXIF, frame(640, 480));
  for (let length = 0; length < whole.length; length += 1) {
    pictureIn(whole.slice(0, length));
  }
});

test("photos with details, and those over 2,560 pixels, are drawn anew; nothing is blown up", () => {
  const plan = (data) => planFor(pictureIn(data));
  assert.equal(plan(jpeg(frame(2560, 1000))), "keep");
  assert.equal(plan(jpeg(frame(2561, 1000))), "draw");
  assert.equal(plan(jpeg(EXIF, frame(10, 10))), "draw");
  assert.equal(plan(png(3000, chunk("acTL"))), "keep");
  assert.equal(plan(bytes("GIF89a", [5, 90, 6, 90])), "keep");
  assert.equal(planFor(null), "keep");
  assert.deepEqual(drawnSize(5120, 100), { width: 2560, height: 50 });
  assert.deepEqual(drawnSize(20, 5120), { width: 10, height: 2560 });
  assert.deepEqual(drawnSize(30, 20), { width: 30, height: 20 });
});

test("names of files are as the server has them", () => {
  assert.equal(fileName("C:\\Users\\Ann\\tides  1.csv"), "tides 1.csv");
  assert.equal(fileName("../../etc/passwd"), "passwd");
  assert.equal(fileName("gpj\u202e.exe\u0000"), "gpj.exe");
  assert.equal(fileName("Cafe\u0301.txt"), "Café.txt");
  assert.equal(fileName("..."), "file");
  assert.equal([...fileName(`${"é".repeat(300)}.parquet`)].length, 120);
  assert.match(fileName(`${"é".repeat(300)}.parquet`), /\.parquet$/);
  assert.equal(withEnding("IMG 1.JPEG", "webp"), "IMG 1.webp");
  assert.equal(pathOf("id", "a b?.txt"), "/files/id/a%20b%3F.txt");
});

test("which pictures wait for a click, how large they are, and what has expired", () => {
  assert.equal(isCostly({ size: 4_000_000 }, false), false);
  assert.equal(isCostly({ size: 4_000_001 }, false), true);
  assert.equal(isCostly({ size: 1 }, true), true);
  assert.deepEqual(shownSize(800, 400), { width: 520, height: 260 });
  assert.deepEqual(shownSize(400, 800), { width: 132, height: 264 });
  assert.deepEqual(shownSize(40, 20), { width: 40, height: 20 });
  assert.equal(isExpired({ until: 1000 }, 1000), true);
  assert.equal(isExpired({ until: 1001 }, 1000), false);
  assert.equal(isExpired({ until: null }, 1000), false);
});
