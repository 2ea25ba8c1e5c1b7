// What the box that jumps, the search, the cards of commands and the lists for operators make of what they get.

import assert from "node:assert/strict";
import { test } from "node:test";

import { unreadFrom } from "../../chat/web/page/core/counting.js";
import { entriesOf, entryLine } from "../../chat/web/page/core/entries.js";
import { createMemory } from "../../chat/web/page/core/memory.js";
import { shownOf } from "../../chat/web/page/core/outcomes.js";
import { ownChange } from "../../chat/web/page/core/own_changes.js";
import { createRecentEmoji } from "../../chat/web/page/core/recent_emoji.js";
import { roomChange } from "../../chat/web/page/core/room_changes.js";
import { byPlace, excerptOf, jumps, searchMessages } from "../../chat/web/page/core/search.js";
import { firstState, newPlace, newRow } from "../../chat/web/page/core/state.js";
import { memoryStorage } from "../../chat/web/page/core/storage.js";
import { createRefusals } from "../../chat/web/page/view/refusals.js";
import { Clock } from "./fakes.mjs";

const ME = { name: "Ann", isAccount: true, isOperator: false };

function stateOf(places, open = null) {
  return { ...firstState({}), me: ME, open, places: new Map(places.map((place) => [place.key, place])) };
}

test("with nothing typed, what is unread stands first, but not the place on the screen", () => {
  const quiet = newPlace("room", "quiet");
  const news = newPlace("room", "news", { unread: 3 });
  const loud = newPlace("room", "loud", { unread: 2, mentions: 1 });
  const muted = newPlace("room", "muted", { unread: 9, level: "none" });
  const open = newPlace("room", "open", { unread: 1, mentions: 1 });
  const labels = jumps(stateOf([quiet, news, loud, muted, open], open.key), "").map((jump) => jump.label);
  assert.deepEqual(labels, ["loud", "news", "quiet", "muted", "open"]);
});

/** A chat whose server finds this message, and keeps what it was asked. */
function finding(push, ack = {}) {
  const asked = [];
  const ask = async (request) => {
    asked.push(request);
    return { ack, pushes: [push] };
  };
  return { asked, state: { me: ME }, ask };
}

test("a search is everywhere, in a room or in a conversation; the server's next page is asked for with its number", async () => {
  const push = { type: "message", from: "Ben", to: "Ann", seq: 4, timestamp: "2026-11-27T10:00:00Z", text: "tide" };
  const chat = finding(push, { next: 17 });
  const { found, next } = await searchMessages(chat, "tide");
  assert.deepEqual([found[0].key, found[0].kind, found[0].name, next], ["@ben", "direct", "Ben", 17]);
  await searchMessages(chat, "tide", 17, { place: newPlace("room", "tides") });
  await searchMessages(chat, "tide", null, { place: newPlace("direct", "Ben"), limit: 5 });
  assert.deepEqual(chat.asked, [
    { type: "search", query: "tide" },
    { type: "search", query: "tide", room: "tides", next: 17 },
    { type: "search", query: "tide in:@Ben", limit: 5 },
  ]);
});

test("what was found stands by place, the place of the newest first", () => {
  const hit = (key, seq) => ({ key, kind: "room", name: key.slice(1), row: newRow({ key: `s${seq}`, seq }) });
  const groups = byPlace([hit("#b", 9), hit("#a", 8), hit("#b", 7)]);
  assert.deepEqual(groups.map(({ key, rows }) => [key, rows.map((row) => row.seq)]), [["#b", [9, 7]], ["#a", [8]]]);
});

test("a long text is cut around what was looked for", () => {
  const text = `${"before ".repeat(100)}Tide ${"after ".repeat(100)}`;
  const cut = excerptOf(text, ["tide"], 100);
  assert.match(cut, /^… .*Tide after.* …$/);
  assert.ok(cut.length < 110);
  assert.equal(excerptOf("short\nand  plain", ["x"]), "short and plain");
  assert.equal(excerptOf("word ".repeat(100), ["nothing"], 20), "word word word word  …");
});

test("commands lead to cards, dialogs, messages, or to nothing that is not seen anyway", () => {
  const answer = (request, ack = {}, pushes = []) => shownOf({ type: "answer", request, ack, pushes });
  assert.deepEqual(answer({ type: "topic" }, { text: "waves" }), { title: "Topic", lines: ["waves"], copy: null });
  assert.equal(answer({ type: "topic", text: "waves" }), null);
  assert.equal(answer({ type: "pin", seq: 1 }), null);
  assert.deepEqual(answer({ type: "ignored" }, {}, [{ type: "ignored", names: ["Ben", "Zed"] }]).lines, ["Ben, Zed"]);
  const link = answer({ type: "invite", link: true }, { code: "c0de", room: "tides", uses: 3 });
  assert.deepEqual([link.copy, link.lines[0].slice(0, 13)], ["#join=tides.c0de", "Up to 3 peopl"]);
  const bans = [{ type: "bans", room: "tides", bans: [{ name: "Zed", by: "Ann", reason: "noise" }] }];
  assert.deepEqual(answer({ type: "bans" }, {}, bans).lines, ["Zed, by Ann: noise"]);
  assert.deepEqual(shownOf({ type: "show", what: "search", query: "tide" }), { dialog: "search", props: { query: "tide" } });
  assert.deepEqual(shownOf({ type: "show", what: "message", query: "12" }), { seq: 12 });
  assert.deepEqual(shownOf({ type: "show", what: "history", query: "#tides around 412" }), { seq: 412 });
  assert.equal(shownOf({ type: "show", what: "history", query: "" }).title, "History");
  assert.equal(shownOf({ type: "done" }), null);
  assert.equal(shownOf(undefined), null);
});

test("entries are lines, and have the number of the next page", async () => {
  const entry = { number: 3, timestamp: "2026-11-27T10:00:00Z", what: "ban", from: "Ann", room: "tides", name: "Ben", reason: "noise" };
  assert.equal(entryLine(entry), "Ann: ban Ben in #tides: noise");
  assert.equal(entryLine({ what: "held", from: "Zed", text: "hi" }), "Zed: held: “hi”");
  const push = { type: "entries", request: "audit", entries: [entry] };
  const { entries, next } = await entriesOf(finding(push, { more: true, next: 3 }), { type: "audit" });
  assert.deepEqual([entries[0].at, entries[0].untilAt, next], [Date.UTC(2026, 10, 27, 10), null, 3]);
  assert.equal((await entriesOf(finding(push), { type: "audit" })).next, null);
});

test("the emoji that were used last stand first, and common ones fill the line", () => {
  const emoji = createRecentEmoji({ memory: createMemory(memoryStorage()) });
  assert.equal(emoji.list().length, 8);
  emoji.used("🌊");
  emoji.used("👀");
  emoji.used("🌊");
  assert.deepEqual(emoji.list().slice(0, 3), ["🌊", "👀", "👍"]);
  assert.equal(new Set(emoji.list()).size, 8);
});

test("marked unread from a message, everything before it is read", () => {
  const rows = [1, 2, 3].map((seq) => newRow({ key: `s${seq}`, seq, from: "Ben", text: "x" }));
  const place = newPlace("room", "tides", { rows, seq: 3, read: 0, unread: 3 });
  const next = unreadFrom(place, 2);
  assert.deepEqual([next.read, next.unread, next.newFrom], [1, 2, 2]);
  assert.deepEqual(unreadFrom({ ...place, read: 3, unread: 0 }, 2).unread, 2);
});

test("what was refused at a message stays there for a while, or until something else is done", async () => {
  const clock = new Clock();
  const refusals = createRefusals({ setTimeout: clock.set, clearTimeout: clock.clear });
  let heard = 0;
  const stop = refusals.subscribe(() => (heard += 1));
  refusals.put("s1", "You are muted.");
  assert.equal(refusals.of("s1"), "You are muted.");
  refusals.put("s1", null);
  refusals.put("s1", null);
  assert.deepEqual([refusals.of("s1"), heard], ["", 2]);
  refusals.put("s2", "No.");
  await clock.pass(12_000);
  assert.equal(refusals.of("s2"), "");
  stop();
});

test("a room that was deleted is gone, and people are told why", () => {
  const place = newPlace("room", "tides", { seq: 4, cursor: 4 });
  const state = stateOf([newPlace("lobby", "lobby"), place], place.key);
  const change = { type: "settings", room: "tides", seq: 5, from: "Zed", timestamp: "2026-11-27T10:00:00Z" };
  const gone = roomChange(state, { ...change, settings: { closed: "deleted" } }, {});
  assert.deepEqual([gone.places.has("#tides"), gone.open, gone.notices[0].text], [false, "#lobby", "Zed deleted the room (tides)"]);
  const archived = roomChange(state, { ...change, settings: { closed: "archived" } }, { isLooking: true, lookedAt: () => null });
  assert.equal(archived.places.get("#tides").isArchived, true);
  const asked = { type: "close", room: "tides", how: "delete", name: "tides" };
  assert.deepEqual(ownChange(state, asked, { seq: 5, room: "tides" }).settings, { closed: "deleted" });
});
