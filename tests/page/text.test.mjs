import assert from "node:assert/strict";
import { test } from "node:test";

import { parse, plain } from "../../chat/web/page/core/text.js";
import { seeded } from "./seeded.mjs";

const NOBODY = { isPerson: () => false, isRoom: () => false };

// A short way to write trees: [type, children or text].
function short(node) {
  if (node.type === "text") {
    return node.text;
  }
  return [node.type, ...(node.children ?? [node.text]).map((each) => (typeof each === "string" ? each : short(each)))];
}

function line(text, known) {
  const { blocks } = parse(text, known);
  assert.equal(blocks.length, 1);
  return blocks[0].children.map(short);
}

for (const [text, ...nodes] of [
  ["**bold** and *it*", ["bold", "bold"], " and ", ["italic", "it"]],
  ["~~gone~~", ["strike", "gone"]],
  ["***both***", ["bold", ["italic", "both"]]],
  ["**a *b* c**", ["bold", "a ", ["italic", "b"], " c"]],
  ["2*3*4 and 2**3", "2*3*4 and 2**3"],
  ["a * b * c", "a * b * c"],
  ["**open", "**open"],
  ["*a **b* c**", ["italic", "a **b"], " c**"],
  ["これは**強調**です", "これは", ["bold", "強調"], "です"],
  ["`co*d*e`", ["codespan", "co*d*e"]],
  ["``a`b`` `c", ["codespan", "a`b"], " `c"],
  ["https://a.b/c", ["link", "https://a.b/c"]],
  ["see https://a.b/c.", "see ", ["link", "https://a.b/c"], "."],
  ["(https://a.b/c)", "(", ["link", "https://a.b/c"], ")"],
  ["https://a.b/A_(c)", ["link", "https://a.b/A_(c)"]],
  ["**https://a.b**", ["bold", ["link", "https://a.b"]]],
  ["mailto:ann@example.org, yes", ["link", "mailto:ann@example.org"], ", yes"],
  ["见https://a.b/c。好", "见https://a.b/c。好"],
  ["javascript:alert(1) data:x vbscript:x", "javascript:alert(1) data:x vbscript:x"],
  ["https:// http://? mailto:x", "https:// http://? mailto:x"],
  ["xhttps://a.b", "xhttps://a.b"],
  ["bob@example.org", "bob@example.org"],
  ["<b>&amp;</b>", "<b>&amp;</b>"],
]) {
  test(`${text} is read`, () => assert.deepEqual(line(text), nodes));
}

test("people and rooms are named by the server's rules", () => {
  const known = { isPerson: (name) => ["Ann", "Mary-Jane", "田中"].includes(name), isRoom: (name) => name === "tides" };
  assert.deepEqual(line("@Ann: hi", known), [["mention", "@Ann"], ": hi"]);
  assert.deepEqual(line("@Ann- @Mary-Jane", known), [["mention", "@Ann"], "- ", ["mention", "@Mary-Jane"]]);
  assert.deepEqual(line("@田中さん", known), [["mention", "@田中"], "さん"]);
  assert.deepEqual(line("@Annabel x@Ann @Ann@host", known), ["@Annabel x@Ann @Ann@host"]);
  assert.deepEqual(line("#tides #tide #412", known), [["room", "#tides"], " #tide ", ["number", "#412"]]);
});

test("lines, quotes and code are blocks", () => {
  const { blocks } = parse("one\n\n> said\n> > before\nno > quote\n```py\nx = *1*\n```\n```one```");
  assert.deepEqual(
    blocks.map((block) => block.type),
    ["paragraph", "paragraph", "quote", "paragraph", "code", "code"],
  );
  assert.deepEqual(
    blocks[2].children.map((block) => block.type),
    ["paragraph", "quote"],
  );
  assert.deepEqual([blocks[4].language, blocks[4].text], ["py", "x = *1*"]);
  assert.equal(blocks[5].text, "one");
});

test("a fence that is never closed is text", () => {
  assert.deepEqual(
    parse("```\ncode").blocks.map((block) => block.type),
    ["paragraph", "paragraph"],
  );
});

test("emoji alone are flagged", () => {
  for (const text of ["😀", "👩‍🚀 👍🏽", "🇩🇪🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "1️⃣"]) {
    assert.equal(parse(text).isEmoji, true, text);
  }
  for (const text of ["a", "1", "12", "😀 a", "", "   ", "#"]) {
    assert.equal(parse(text).isEmoji, false, text);
  }
});

const PIECES = [
  "*",
  "**",
  "~~",
  "`",
  "```",
  "\n",
  "> ",
  "@Ann",
  "#tides",
  "https://a.b/c",
  " ",
  "word",
  "田中",
  "(",
  ")",
  "😀",
  ".",
  "_",
  "mailto:a@b.c",
  "\u0301",
  "ש",
  "h",
  "\\",
  "<",
  "&",
];

function randomText(random, size) {
  return Array.from({ length: size }, () => PIECES[Math.floor(random() * PIECES.length)]).join("");
}

function depthOf(nodes) {
  return 1 + Math.max(0, ...nodes.map((node) => (node.children ? depthOf(node.children) : 0)));
}

// The characters of `part` are in `whole`, in this order; what is left of `whole` comes back.
function rest(whole, part) {
  let left = "";
  let at = 0;
  const chars = [...part];
  for (const char of whole) {
    if (char === chars[at]) {
      at += 1;
    } else {
      left += char;
    }
  }
  assert.equal(at, chars.length, JSON.stringify([whole, part]));
  return left;
}

test("nothing is lost but marks, whatever is said, and trees stay shallow", () => {
  const random = seeded(12);
  for (let run = 0; run < 3000; run += 1) {
    const text = randomText(random, 1 + Math.floor(random() * 40));
    const { blocks } = parse(text);
    const left = rest(text, plain(blocks));
    assert.match(left, /^[*~`>\s\w+#.-]*$/u, JSON.stringify(text));
    assert.ok(depthOf(blocks) <= 10, JSON.stringify(text));
  }
});

test("a link is always one of three schemes", () => {
  const random = seeded(13);
  const visit = (node) => {
    if (node.type === "link") {
      assert.match(node.href, /^(?:https?:\/\/|mailto:)/i);
    }
    node.children?.forEach(visit);
  };
  for (let run = 0; run < 2000; run += 1) {
    parse(randomText(random, 30)).blocks.forEach(visit);
  }
});

const SIZE = 16_384;
const HOSTILE = [
  "*",
  "* ",
  "*a ",
  "**a *b ~~c ",
  "`",
  "` ``",
  "@",
  "@a ",
  "@田",
  "@田田田田田田田田 ",
  ">",
  "> \n",
  "```\n",
  "```a b\n",
  "http://a)",
  "http://a ",
  "h",
  "mailto:",
  "http://",
  "https://[",
  "\n",
  "😀",
  "a\u0301",
  "#",
  "#1",
  "~~a ",
  "_*",
  "(",
  "1️⃣",
  ">>\n",
];

test("the time of 16 KiB grows with their length, and with nothing else", () => {
  for (const piece of HOSTILE) {
    const text = piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE);
    const { steps } = parse(text, NOBODY);
    assert.ok(steps <= 8 * text.length, `${JSON.stringify(piece)}: ${steps / text.length} steps a character`);
    const half = parse(text.slice(0, SIZE / 2), NOBODY).steps;
    assert.ok(steps <= 2.2 * half + 100, `${JSON.stringify(piece)}: ${half} → ${steps}`);
  }
});
