// What a message means: lines, quotes and code, as plain objects. Nothing here is HTML, and nothing becomes it.
//
// Every character is looked at a few times at most (`steps` counts that), whatever the text is: there is no way to make
// the page slow by what one says.

import { scanLine } from "./inline.js";

/** Quotes within quotes, up to this depth; a deeper sign is text. */
const DEEPEST = 3;
const FENCE = "```";
/** The longest text that may be drawn large, if it is nothing but emoji. */
const LARGEST = 120;
const PICTURE = "\\p{Extended_Pictographic}(?:\\uFE0F|\\p{Emoji_Modifier})?(?:[\\u{E0020}-\\u{E007F}]+)?";
const EMOJI = `(?:\\p{Regional_Indicator}{2}|[0-9#*]\\uFE0F?\\u20E3|${PICTURE}(?:\\u200D${PICTURE})*)`;
const ONLY_EMOJI = new RegExp(`^\\s*(?:${EMOJI}\\s*)+$`, "u");

/**
 * @typedef {{type: "paragraph", children: Inline[]}|{type: "quote", children: Block[]}|
 *   {type: "code", language: string, text: string}} Block - a paragraph is one line, with a direction of its own
 * @typedef {{type: "text", text: string}|{type: "bold"|"italic"|"strike", children: Inline[]}|
 *   {type: "codespan", text: string}|{type: "link", href: string, text: string}|
 *   {type: "mention", name: string, text: string}|{type: "room", name: string, text: string}|
 *   {type: "number", seq: number, text: string}} Inline - of a `number`, the message that it may mean
 * @typedef {{isPerson: (name: string) => boolean, isRoom: (name: string) => boolean}} Known - which names mean something
 */

/**
 * @param {string} text
 * @param {Known} [known] - without it every `@name` and `#name` is taken for one
 * @returns {{blocks: Block[], isEmoji: boolean, steps: number}} `isEmoji`: it is nothing else, and may be drawn large
 */
export function parse(text, known = { isPerson: () => true, isRoom: () => true }) {
  const count = { steps: 0 };
  const blocks = blocksOf(text.split("\n"), { known, count }, 0);
  return { blocks, isEmoji: text.length <= LARGEST && ONLY_EMOJI.test(text), steps: count.steps };
}

function blocksOf(lines, scan, depth) {
  const blocks = [];
  let index = 0;
  // Where the last fence is: none that is opened behind it can be closed.
  const lastFence = lines.findLastIndex((line) => isFence(line));
  while (index < lines.length) {
    const line = lines[index];
    scan.count.steps += line.length + 1;
    if (line.startsWith(FENCE) && (oneLineCode(line) !== null || index < lastFence)) {
      const [block, next] = codeOf(lines, index);
      scan.count.steps += block.text.length;
      blocks.push(block);
      index = next;
    } else if (isQuote(line) && depth < DEEPEST) {
      const end = quoteEnd(lines, index);
      const inner = lines.slice(index, end).map(unquoted);
      blocks.push({ type: "quote", children: blocksOf(inner, scan, depth + 1) });
      index = end;
    } else {
      blocks.push({ type: "paragraph", children: scanLine(line, scan) });
      index += 1;
    }
  }
  return blocks;
}

// A line that ends a block of code: only the fence stands there.
function isFence(line) {
  return line.trimEnd() === FENCE;
}

function oneLineCode(line) {
  const inner = line.trimEnd();
  return inner.length > 2 * FENCE.length && inner.endsWith(FENCE) ? inner.slice(FENCE.length, -FENCE.length) : null;
}

function codeOf(lines, begin) {
  const inner = oneLineCode(lines[begin]);
  if (inner !== null) {
    return [{ type: "code", language: "", text: inner }, begin + 1];
  }
  let end = begin + 1;
  while (!isFence(lines[end])) {
    end += 1;
  }
  // What stands behind the fence is a language if it is one word; else it is the first line of the code.
  const word = lines[begin].slice(FENCE.length).trim();
  const isLanguage = /^[\w+#.-]{0,20}$/.test(word);
  const first = isLanguage ? [] : [lines[begin].slice(FENCE.length)];
  const text = [...first, ...lines.slice(begin + 1, end)].join("\n");
  return [{ type: "code", language: isLanguage ? word : "", text }, end + 1];
}

function isQuote(line) {
  return line.startsWith(">") && (line.length === 1 || line[1] === " " || line[1] === ">");
}

function unquoted(line) {
  return line.slice(line[1] === " " ? 2 : 1);
}

function quoteEnd(lines, begin) {
  let end = begin;
  while (end < lines.length && isQuote(lines[end])) {
    end += 1;
  }
  return end;
}

/**
 * The text of blocks without their marks, such as for a notification or for the list of rooms.
 * @param {Block[]} blocks
 * @returns {string}
 */
export function plain(blocks) {
  return blocks.map(plainBlock).join("\n");
}

function plainBlock(block) {
  if (block.type === "code") {
    return block.text;
  }
  return block.type === "quote" ? plain(block.children) : block.children.map(plainInline).join("");
}

function plainInline(node) {
  return node.children === undefined ? node.text : node.children.map(plainInline).join("");
}
