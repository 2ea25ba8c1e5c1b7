// Reads one line of a message: bold, italic, struck out, code, links, people, rooms.

import { lastCharOf, UNSPACED } from "./chars.js";
import { linkAt } from "./links.js";
import { nameAt } from "./mentions.js";

/** A run of characters that mean nothing by themselves. */
const PLAIN = /[^*~`@#hHmM]+/y;
const WORD = /[\p{L}\p{N}\p{M}_]/u;
const ASCII_WORD = /\w/;
const KINDS = { "*": "italic", "**": "bold", "~~": "strike" };

/**
 * @param {string} line
 * @param {{known: object, count: {steps: number}}} scan
 * @returns {import("./text.js").Inline[]}
 */
export function scanLine(line, scan) {
  if (line === "") {
    return [];
  }
  const reader = new LineReader(line, scan);
  reader.read();
  return reader.nodes();
}

class LineReader {
  constructor(line, { known, count }) {
    this.line = line;
    this.known = known;
    this.count = count;
    this.at = 0;
    // What is open: each kind once, so the stack has three frames at most above the line itself.
    this.stack = [{ mark: "", children: [] }];
    this.ticks = null;
  }

  read() {
    while (this.at < this.line.length) {
      this.count.steps += 1;
      const char = this.line[this.at];
      if (char === "*" || char === "~") {
        this.readMark(char);
      } else if (char === "`") {
        this.readCode();
      } else {
        this.readOther(char);
      }
    }
  }

  nodes() {
    while (this.stack.length > 1) {
      this.giveUp();
    }
    return this.stack[0].children;
  }

  readOther(char) {
    const node = this.special(char);
    if (node !== null) {
      this.count.steps += node.text.length;
      this.add(node);
      this.at += node.text.length;
      return;
    }
    PLAIN.lastIndex = this.at;
    const found = PLAIN.exec(this.line);
    const text = found === null ? char : found[0];
    this.count.steps += text.length;
    this.addText(text);
    this.at += text.length;
  }

  special(char) {
    if (char === "@" || char === "#") {
      return nameAt(this.line, this.at, this.known);
    }
    return "hHmM".includes(char) && !this.isWord(this.before()) ? linkAt(this.line, this.at) : null;
  }

  readCode() {
    const size = this.runOf("`");
    const end = this.closingTicks(size);
    if (end === undefined) {
      this.addText("`".repeat(size));
      this.at += size;
      return;
    }
    const text = this.line.slice(this.at + size, end);
    this.count.steps += text.length;
    this.add({ type: "codespan", text });
    this.at = end + size;
  }

  // Runs of ticks are looked for once in each line, and then used from the left to the right.
  closingTicks(size) {
    this.ticks ??= this.allTicks();
    const runs = this.ticks.get(size);
    while (runs.length > 0 && runs.at(-1) <= this.at) {
      this.count.steps += 1;
      runs.pop();
    }
    return runs.at(-1);
  }

  // Where runs of ticks begin, by their sizes, the first one last.
  allTicks() {
    const ticks = new Map();
    this.count.steps += this.line.length;
    for (let end = this.line.length; end > 0;) {
      const last = this.line.lastIndexOf("`", end - 1);
      let begin = last;
      while (this.line[begin - 1] === "`") {
        begin -= 1;
      }
      const size = last - begin + 1;
      if (last >= 0) {
        ticks.has(size) ? ticks.get(size).push(begin) : ticks.set(size, [begin]);
      }
      end = begin;
    }
    return ticks;
  }

  readMark(char) {
    const size = this.runOf(char);
    const [before, after] = [this.before(), this.charAt(this.at + size)];
    const canClose = before.trim() !== "" && !this.isSpacedWord(after);
    const canOpen = after.trim() !== "" && !this.isSpacedWord(before);
    let left = char === "*" ? (size <= 3 ? size : 0) : size === 2 ? 2 : 0;
    this.addText(char.repeat(size - left));
    while (left > 0) {
      this.count.steps += 1;
      const mark = this.nextMark(char, left, canClose, canOpen);
      this.at += mark.length;
      left -= mark.length;
    }
    this.at += char === "*" && size > 3 ? size : char === "~" && size !== 2 ? size : 0;
  }

  nextMark(char, left, canClose, canOpen) {
    const top = this.stack.at(-1).mark;
    if (canClose && top !== "" && top[0] === char && top.length <= left) {
      this.close(top);
      return top;
    }
    const mark = char.repeat(Math.min(2, left));
    if (canClose && this.isOpen(mark)) {
      this.close(mark);
    } else if (canOpen && !this.isOpen(mark)) {
      this.stack.push({ mark, children: [] });
    } else {
      this.addText(mark);
    }
    return mark;
  }

  isOpen(mark) {
    return this.stack.some((frame) => frame.mark === mark);
  }

  close(mark) {
    while (this.stack.at(-1).mark !== mark) {
      this.giveUp();
    }
    const { children } = this.stack.pop();
    this.add({ type: KINDS[mark], children });
  }

  // What was opened is not closed: its mark was text.
  giveUp() {
    const { mark, children } = this.stack.pop();
    this.addText(mark);
    this.count.steps += children.length;
    for (const child of children) {
      if (child.type === "text") {
        this.addText(child.text);
      } else {
        this.add(child);
      }
    }
  }

  add(node) {
    this.stack.at(-1).children.push(node);
  }

  addText(text) {
    const { children } = this.stack.at(-1);
    const last = children.at(-1);
    if (text === "") {
      return;
    }
    if (last?.type === "text") {
      last.text += text;
    } else {
      children.push({ type: "text", text });
    }
  }

  runOf(char) {
    let end = this.at;
    while (this.line[end] === char) {
      end += 1;
    }
    this.count.steps += end - this.at;
    return end - this.at;
  }

  before() {
    return this.at === 0 ? "" : lastCharOf(this.line, this.at);
  }

  charAt(index) {
    return index < this.line.length ? String.fromCodePoint(this.line.codePointAt(index)) : "";
  }

  isWord(char) {
    return char < "\u0080" ? ASCII_WORD.test(char) : WORD.test(char);
  }

  isSpacedWord(char) {
    // Where words have no spaces between them, a mark may stand within one.
    return this.isWord(char) && !UNSPACED.test(char);
  }
}
