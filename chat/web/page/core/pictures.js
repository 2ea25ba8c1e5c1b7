// What the first bytes of a picture say of it: its kind, its size, and whether it tells where it was taken.

/**
 * @typedef {object} Picture
 * @property {"jpeg"|"png"|"webp"|"gif"|"avif"|"heic"} kind
 * @property {number} width - in pixels; 0 where it is not known
 * @property {number} height
 * @property {boolean} hasDetails - it has EXIF, XMP or the like: the camera, and perhaps the place
 * @property {boolean} isAnimated
 */

/**
 * @param {Uint8Array} bytes - all of a file, or its beginning
 * @returns {Picture?} null for what is no picture that we know
 */
export function pictureIn(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at, length = 4) => LATIN.decode(bytes.subarray(at, at + length));
  try {
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return inJpeg(view, word);
    if (word(1, 3) === "PNG") return inPng(view, word);
    if (word(0) === "RIFF" && word(8) === "WEBP") return inWebp(view, word);
    if (word(0, 3) === "GIF") return found("gif", view.getUint16(6, true), view.getUint16(8, true), false, true);
    if (word(4) === "ftyp") return inBoxes(word);
  } catch {
    // It ends too early: it is broken, or no picture.
  }
  return null;
}

const LATIN = new TextDecoder("latin1");
const found = (kind, width, height, hasDetails = false, isAnimated = false) => ({ kind, width, height, hasDetails, isAnimated });

/** Segments that hold what cameras and programs say of a picture: EXIF and XMP, IPTC. */
const DETAILS = new Set([0xe1, 0xed]);

function inJpeg(view, word) {
  const picture = found("jpeg", 0, 0);
  let at = 2;
  while (at + 4 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) break;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      picture.height = view.getUint16(at + 5);
      picture.width = view.getUint16(at + 7);
    }
    // Several pictures in one file have their own segments, with details of their own.
    picture.hasDetails ||= DETAILS.has(marker) || (marker === 0xe2 && word(at + 4, 3) === "MPF");
    at += 2 + view.getUint16(at + 2);
  }
  return picture;
}

function inPng(view, word) {
  const picture = found("png", view.getUint32(16), view.getUint32(20));
  for (let at = 8; at + 12 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const type = word(at + 4);
    picture.isAnimated ||= type === "acTL";
    picture.hasDetails ||= type === "eXIf" || (type === "iTXt" && word(at + 8, 17) === "XML:com.adobe.xmp");
  }
  return picture;
}

function inWebp(view, word) {
  const picture = found("webp", 0, 0);
  for (let at = 12; at + 8 <= view.byteLength; at += 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) & 1)) {
    const type = word(at);
    if (type === "VP8X") {
      picture.width = 1 + (view.getUint32(at + 12, true) & 0xffffff);
      picture.height = 1 + ((view.getUint32(at + 14, true) >>> 8) & 0xffffff);
    } else if (type === "VP8 " && picture.width === 0) {
      picture.width = view.getUint16(at + 14, true) & 0x3fff;
      picture.height = view.getUint16(at + 16, true) & 0x3fff;
    } else if (type === "VP8L" && picture.width === 0) {
      const bits = view.getUint32(at + 9, true);
      picture.width = 1 + (bits & 0x3fff);
      picture.height = 1 + ((bits >>> 14) & 0x3fff);
    }
    picture.isAnimated ||= type === "ANIM" || type === "ANMF";
    picture.hasDetails ||= type === "EXIF" || type === "XMP ";
  }
  return picture;
}

/** AVIF and HEIC. Where they keep their details is far in; those that have some name them in the beginning. */
function inBoxes(word) {
  const brand = word(8);
  const kind = brand.startsWith("avi") ? "avif" : /^(hei|hev|mif|msf)/.test(brand) ? "heic" : null;
  if (kind === null) return null;
  const head = word(0, 65_536);
  return found(kind, 0, 0, kind === "heic" || head.includes("Exif") || head.includes("mime"), brand === "avis");
}

/** The longest side that a photo keeps. In pixels. */
export const LONGEST = 2560;

/** How large a picture is drawn: its longest side has at most LONGEST pixels, and it is never blown up. */
export function drawnSize(width, height) {
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * What is to be done with a picture before it is sent: nothing (`keep`), or draw it anew (`draw`).
 * @param {Picture?} picture
 */
export function planFor(picture) {
  if (picture === null || picture.kind === "gif" || picture.isAnimated) return "keep";
  return picture.hasDetails || Math.max(picture.width, picture.height) > LONGEST ? "draw" : "keep";
}
