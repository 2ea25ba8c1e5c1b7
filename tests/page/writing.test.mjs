import assert from "node:assert/strict";
import { test } from "node:test";

import { completed, completionAt, emojiFor, peopleFor } from "../../chat/web/page/core/completion.js";
import { EMOJI } from "../../chat/web/page/core/emoji.js";
import { enterMeans } from "../../chat/web/page/core/ime.js";
import { fold, hueOf, initialOf, personKey, roomKey } from "../../chat/web/page/core/names.js";
import { pasted } from "../../chat/web/page/core/paste.js";
import { fragmentOf, routeOf } from "../../chat/web/page/core/router.js";
import { lastOwn } from "../../chat/web/page/core/rows.js";
import { jumps, litParts, searchMessages, wordsOf } from "../../chat/web/page/core/search.js";
import { bytesOf, sizeOf, spaceFor } from "../../chat/web/page/core/sizes.js";
import { firstState, newPlace, newRow } from "../../chat/web/page/core/state.js";

const NAMES = { people: ["Zoë", "Ben", "Mary-Ann", "Anna", "Ann"], rooms: ["tides", "field-notes"] };

function offered(text, caret = text.length) {
  return completionAt(text, caret, NAMES)?.options.map((option) => option.label) ?? null;
}

test("names are offered behind a sign, the best first", () => {
  assert.deepEqual(offered("hi @an"), ["Anna", "Ann", "Mary-Ann"]);
  assert.deepEqual(offered("@ann"), ["Ann", "Anna", "Mary-Ann"]);
  assert.deepEqual(offered("hi @"), NAMES.people);
  assert.deepEqual(offered("see #no"), ["field-notes"]);
  assert.equal(offered("bob@ex"), null);
  assert.equal(offered("@nobody"), null);
});

test("emoji are offered after two letters, and never for a smiley", () => {
  assert.deepEqual(offered("so :taco")?.[0], "taco");
  for (const text of [":)", ":D", ":t", "10:30", "a:th", "::th", ": th"]) {
    assert.equal(offered(text), null, text);
  }
  assert.equal(emojiFor("thumbs", 2)[0][0], "👍");
  assert.equal(new Set(EMOJI.map(([, name]) => name)).size, EMOJI.length);
});

test("commands are offered at the beginning only", () => {
  assert.deepEqual(offered("/kic"), ["/kick <name> [reason]", "/server-kick <name or address> [reason]"].slice(0, 1));
  assert.equal(offered("and /kic"), null);
  assert.equal(offered("/kick "), null);
});

test("what is taken replaces what was typed, with a space behind it", () => {
  const text = "hi @an, there";
  const completion = completionAt(text, 6, NAMES);
  assert.deepEqual(completed(text, completion, completion.options[1]), { text: "hi @Ann , there", caret: 8 });
  const next = completionAt("hi @an there", 6, NAMES);
  assert.deepEqual(completed("hi @an there", next, next.options[0]), { text: "hi @Anna there", caret: 9 });
});

test("whoever spoke last is offered first, and we ourselves never", () => {
  const rows = ["Ben", "Zoë", "ann"].map((from, index) =>
    newRow({ key: `${index}`, seq: index, from, isMine: from === "ann" }),
  );
  const place = newPlace("room", "tides", { rows, members: [{ name: "Omar" }, { name: "Ann" }] });
  const people = new Map([["carol", { name: "Carol", away: false }]]);
  const state = { ...firstState({}), me: { name: "Ann" }, people, places: new Map([[place.key, place]]) };
  assert.deepEqual(peopleFor(state, "#tides"), ["Zoë", "Ben", "Omar", "Carol"]);
});

const ENTER = { isComposing: false, keyCode: 13, sinceEnd: Infinity, composed: "", isShift: false, isTouch: false };
for (const [what, facts, means] of [
  ["alone", {}, "send"],
  ["with Shift", { isShift: true }, "line"],
  ["on a screen keyboard", { isTouch: true }, "line"],
  ["with Ctrl", { isOther: true }, "line"],
  ["while Chrome composes Japanese", { isComposing: true, keyCode: 229, composed: "にほん" }, "leave"],
  ["that an input method has", { keyCode: 229, composed: "に" }, "leave"],
  ["that Safari tells after the end", { sinceEnd: 5, composed: "日本" }, "leave"],
  ["a while after the end", { sinceEnd: 31, composed: "日本" }, "send"],
  ["that ends one syllable of Hangul", { isComposing: true, keyCode: 229, composed: "안" }, "after"],
  ["after one syllable of Hangul", { sinceEnd: 5, composed: "안" }, "send"],
  ["with Shift, in Hangul", { isComposing: true, keyCode: 229, composed: "안", isShift: true }, "leave"],
  ["in several syllables", { isComposing: true, keyCode: 229, composed: "안녕" }, "leave"],
]) {
  test(`Enter ${what}: ${means}`, () => assert.equal(enterMeans({ ...ENTER, ...facts }), means));
}

test("addresses say where one is, in any script", () => {
  assert.deepEqual(routeOf("#/r/tides"), { type: "room", name: "tides", seq: null });
  assert.deepEqual(routeOf("#/r/tides/412"), { type: "room", name: "tides", seq: 412 });
  assert.deepEqual(routeOf("#/d/Ben"), { type: "person", name: "Ben", seq: null });
  assert.deepEqual(routeOf("#join=tides.c0de"), { type: "invitation", name: "tides", code: "c0de" });
  for (const place of [newPlace("room", "海の部屋"), newPlace("direct", "Zoë"), newPlace("room", "عربي")]) {
    const route = routeOf(fragmentOf(place, 7));
    assert.deepEqual([route.name, route.seq], [place.name, 7]);
  }
  for (const broken of [
    "",
    "#",
    "#/",
    "#/r/",
    "#/x/tides",
    "#/r/%E0%A4%A",
    "#join=",
    "#join=tides",
    "#/r/a/b",
    "#/r/tides/9999999999999999",
  ]) {
    assert.deepEqual(routeOf(broken), { type: "none" }, broken);
  }
});

test("names are the same in any case and width", () => {
  assert.equal(fold("ＡＮＮ"), "ann");
  assert.equal(fold("STRASSE"), fold("straße"));
  assert.equal(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
  assert.equal(roomKey("#Tides"), "#tides");
  assert.equal(personKey("＠Ben"), "@ben");
  assert.equal(hueOf("Ann"), hueOf("ANN"));
  const hues = new Set(Array.from({ length: 500 }, (_, index) => hueOf(`person${index}`)));
  assert.equal(hues.size, 18);
  assert.deepEqual([initialOf("zoë"), initialOf("田中"), initialOf("_x")], ["Z", "田", "_"]);
});

test("sizes: what a message may have, and what a file has", () => {
  for (const text of ["a", "é", "田", "😀", "a\ud800"]) {
    assert.equal(bytesOf(text), new TextEncoder().encode(text.replace("\ud800", "xx")).length, text);
  }
  assert.deepEqual(spaceFor("hi").isNear, false);
  const most = 16_384 - 512;
  assert.deepEqual([spaceFor("a".repeat(most)).isOver, spaceFor("a".repeat(most + 1)).isOver], [false, true]);
  assert.equal(spaceFor("\n".repeat(99)).isOver, false);
  assert.equal(spaceFor("\n".repeat(100)).isOver, true);
  assert.equal(spaceFor("a".repeat(800), { line_bytes: 1312, message_lines: 100 }).isOver, false);
  assert.equal(spaceFor("a".repeat(720), { line_bytes: 1312, message_lines: 100 }).isNear, true);
  assert.deepEqual(
    [sizeOf(999, "en"), sizeOf(18_400_000, "en"), sizeOf(300_000_000, "en")],
    ["999 B", "18.4 MB", "300 MB"],
  );
});

test("a long paste is offered as a file", () => {
  assert.deepEqual(pasted("a\r\nb\rc"), { text: "a\nb\nc", isFile: false });
  assert.equal(pasted("x\n".repeat(40)).isFile, false);
  assert.equal(pasted("x\n".repeat(41)).isFile, true);
  assert.equal(pasted("田".repeat(4001)).isFile, true);
});

test("the box that jumps: unread first, then what fits", () => {
  const places = [
    newPlace("room", "tides"),
    newPlace("room", "harbour", { unread: 3 }),
    newPlace("direct", "Carol", { unread: 1, mentions: 1 }),
  ];
  const people = new Map([
    ["ben", { name: "Ben", away: false }],
    ["ann", { name: "Ann", away: false }],
  ]);
  const state = {
    ...firstState({}),
    me: { name: "Ann" },
    people,
    places: new Map(places.map((place) => [place.key, place])),
  };
  const labels = (typed) => jumps(state, typed, [{ key: "settings", label: "Settings" }]).map((jump) => jump.label);
  assert.deepEqual(labels(""), ["Carol", "harbour", "tides", "Ben", "Settings"]);
  assert.deepEqual(labels("se"), ["Settings"]);
  assert.deepEqual(labels("@"), ["Carol", "Ben"]);
  assert.deepEqual(labels("#h"), ["harbour"]);
});

test("messages are found on the server, page by page", async () => {
  const asked = [];
  const push = (more) => ({ type: "message", seq: 4, timestamp: "2026-11-27T12:00:00Z", text: "keys", ...more });
  const chat = {
    state: { me: { name: "Ann" } },
    ask: async (request) => {
      asked.push(request);
      return { ack: { next: 17 }, pushes: [push({ from: "Ben", room: "Tides" }), push({ from: "Ann", to: "Ben" })] };
    },
  };
  const { found, next } = await searchMessages(chat, "lost keys from:ben");
  assert.deepEqual(
    found.map(({ key, name }) => [key, name]),
    [
      ["#tides", "Tides"],
      ["@ben", "Ben"],
    ],
  );
  assert.equal(next, 17);
  await searchMessages(chat, "lost keys", next);
  assert.deepEqual(asked[1], { type: "search", query: "lost keys", next: 17 });
});

test("the words that were searched are lit, without case and accents", () => {
  assert.deepEqual(wordsOf("Café from:ben KEYS before:2026-01-01"), ["cafe", "keys"]);
  const parts = litParts("The café’s KEYS, ﬁne", ["cafe", "keys", "fine"]);
  assert.equal(parts.map((part) => part.text).join(""), "The café’s KEYS, ﬁne");
  assert.deepEqual(
    parts.filter((part) => part.isLit).map((part) => part.text),
    ["café", "KEYS", "ﬁne"],
  );
});

test("↑ edits the last own message that has a text", () => {
  const own = (seq, more) => newRow({ key: `s${seq}`, seq, isMine: true, text: `text ${seq}`, ...more });
  const rows = [
    own(1),
    own(2, { text: "", file: { name: "tide.png" } }),
    own(3, { isMine: false }),
    own(4, { isDeleted: true }),
    own(null, { state: "waiting" }),
  ];
  assert.equal(lastOwn(rows).seq, 1);
  assert.equal(lastOwn(rows.slice(1)), undefined);
});
