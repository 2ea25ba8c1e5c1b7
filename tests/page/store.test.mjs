import assert from "node:assert/strict";
import { test } from "node:test";

import { badgeOf } from "../../chat/web/page/core/counting.js";
import { LIMIT } from "../../chat/web/page/core/rows.js";
import { letIn, message, pageInside, settle, stamp } from "./fakes.mjs";

const tides = (page) => page.chat.state.places.get("#tides");
const texts = (page, key = "#tides") => page.chat.state.places.get(key).rows.map((row) => row.text);

function change(type, seq, more = {}) {
  return { type, room: "tides", seq, from: "Ben", timestamp: stamp(seq), ...more };
}

test("messages by others count, those that name us louder; comings and goings never", async () => {
  const page = await pageInside();
  page.line.push(message(11), { type: "joined", nickname: "Zoë", room: "tides", seq: 12, timestamp: stamp(12) });
  page.line.push(message(13, "@Ann", { mentions: ["ann"] }), message(14, "mine", { from: "Ann" }));
  assert.deepEqual([tides(page).unread, tides(page).mentions], [2, 1]);
  assert.deepEqual(badgeOf(tides(page)), { count: 1, isLoud: true });
});

test("counts of the server hold what was said before, and the page goes on from there", async () => {
  const page = await pageInside();
  page.line.break();
  page.chat.wake();
  page.line.open();
  const heads = [{ room: "tides", seq: 20, delivered: 10, read: 10, unread: 5, mentions: 2, level: "all" }];
  await letIn(page, { rooms: heads });
  assert.deepEqual([tides(page).unread, tides(page).mentions], [5, 2]);
  page.line.push(message(12, "@Ann", { past: true, mentions: ["ann"] }), message(21));
  assert.deepEqual([tides(page).unread, tides(page).mentions], [6, 2]);
});

test("what is seen is read: here at once, for the server once a second", async () => {
  const page = await pageInside();
  page.line.push(message(11), message(12), message(13));
  page.chat.saw("#tides", 11);
  assert.equal(tides(page).unread, 2);
  page.chat.saw("#tides", 12);
  page.chat.saw("#tides", 13);
  assert.equal(tides(page).unread, 0);
  assert.equal(page.line.of("read").length, 0);
  await page.clock.pass(1000);
  assert.deepEqual(
    page.line.of("read").map(({ room, seq }) => [room, seq]),
    [["tides", 13]],
  );
});

test("reading on another device moves this one, and the last message read covers later comings", async () => {
  const page = await pageInside();
  page.line.push(message(11), { type: "left", nickname: "Ben", room: "tides", seq: 12, timestamp: stamp(12) });
  page.line.push({ type: "read", room: "tides", seq: 12 });
  assert.deepEqual([tides(page).unread, tides(page).read], [0, 12]);
  page.line.push(message(13), { type: "joined", nickname: "Ben", room: "tides", seq: 14, timestamp: stamp(14) });
  page.chat.saw("#tides", 13);
  assert.deepEqual([tides(page).unread, tides(page).read], [0, 14]);
});

test("all is read by one key, and that is taken back before the server hears of it", async () => {
  const page = await pageInside();
  page.line.push(message(11), message(12));
  const undo = page.chat.readAll();
  assert.equal(tides(page).unread, 0);
  page.line.push(message(13));
  undo();
  await page.clock.pass(20_000);
  assert.deepEqual([tides(page).unread, tides(page).read], [3, 10]);
  assert.equal(page.line.of("read").length, 0);
});

test("unread from here on", async () => {
  const page = await pageInside();
  page.line.push(message(11), message(12), message(13));
  page.chat.saw("#tides", 13);
  page.chat.markUnread("#tides", 12);
  assert.deepEqual([tides(page).unread, tides(page).newFrom], [2, 12]);
});

test("the New line stands before what was unread when the place was opened, until it is left", async () => {
  const page = await pageInside();
  page.line.push(message(11), message(12));
  page.chat.open("#tides");
  assert.equal(tides(page).newFrom, 11);
  page.chat.saw("#tides", 12);
  page.line.push(message(13));
  assert.equal(tides(page).newFrom, 11);
  page.chat.open("#lobby");
  assert.equal(tides(page).newFrom, null);
});

test("while nobody looks, a New line appears in the open place", async () => {
  const page = await pageInside();
  page.chat.open("#tides");
  page.chat.looking(true, false);
  page.line.push(message(11), message(12));
  assert.equal(tides(page).newFrom, 11);
});

test("edits, deletions and reactions change the row, and nothing else is drawn again", async () => {
  const page = await pageInside();
  page.line.push(message(11), message(12));
  const [first] = tides(page).rows;
  page.line.push(change("edited", 13, { of: 12, text: "better" }));
  page.line.push(
    change("reacted", 14, { of: 12, emoji: "👍" }),
    change("reacted", 15, { of: 12, emoji: "👍", from: "Zoë" }),
  );
  assert.deepEqual(tides(page).rows[1].reactions, [["👍", ["Ben", "Zoë"]]]);
  page.line.push(change("reacted", 16, { of: 12, emoji: "👍", undo: true }));
  assert.deepEqual(tides(page).rows[1].reactions, [["👍", ["Zoë"]]]);
  assert.deepEqual([tides(page).rows[1].text, tides(page).rows[1].isEdited], ["better", true]);
  page.line.push(change("deleted", 17, { of: 12 }));
  const [same, gone] = tides(page).rows;
  assert.equal(same, first);
  assert.deepEqual([gone.isDeleted, gone.deletedBy, gone.text], [true, "Ben", ""]);
  assert.equal(tides(page).unread, 1);
});

test("what we change ourselves is only acknowledged, and changes our page all the same", async () => {
  const page = await pageInside();
  page.line.push(message(11));
  page.chat.ask({ type: "react", room: "tides", seq: 11, emoji: "👍" });
  page.line.answer("react", { room: "tides", seq: 12, timestamp: stamp(12) });
  assert.deepEqual(tides(page).rows[0].reactions, [["👍", ["Ann"]]]);
  page.chat.ask({ type: "react", room: "tides", seq: 11, undo: true });
  page.line.answer("react", { room: "tides", seq: 13, timestamp: stamp(13) });
  assert.deepEqual(tides(page).rows[0].reactions, []);
  page.chat.ask({ type: "topic", room: "tides", text: "Tea" });
  page.line.answer("topic", { room: "tides", seq: 14, timestamp: stamp(14) });
  assert.equal(tides(page).topic, "Tea");
  assert.equal(tides(page).rows.at(-1).text, "Ann set the topic: Tea");
});

for (const [push, sentence] of [
  [change("topic", 11, { text: "Tea" }), "Ben set the topic: Tea"],
  [change("settings", 11, { settings: { private: true } }), "Ben let only invited people in"],
  [change("settings", 11, { settings: { slow: 60 } }), "Ben made everybody wait 1 minute between messages"],
  [change("settings", 11, { settings: { closed: "archived" } }), "Ben closed the room: it can be read"],
  [change("role", 11, { name: "Zoë", role: "moderator" }), "Ben made Zoë a moderator"],
  [change("kicked", 11, { name: "Zoë", reason: "enough" }), "Ben removed Zoë: enough"],
  [change("banned", 11, { name: "Zoë", seconds: 600 }), "Ben banned Zoë for 10 minutes"],
  [change("pinned", 11, { of: 7 }), "Ben pinned #7"],
  [change("invited", 11, { name: "Zoë" }), "Ben invited Zoë"],
  [change("invited", 11, { name: "ben" }), "Ben used an invitation link"],
]) {
  test(`the room is told: ${sentence}`, async () => {
    const page = await pageInside();
    page.line.push(push);
    assert.deepEqual(texts(page), [sentence]);
    assert.equal(tides(page).unread, 0);
  });
}

test("a room has another name, and keeps its rows; whoever is put out of one is told", async () => {
  const page = await pageInside();
  page.chat.open("#tides");
  page.line.push(message(11), change("renamed", 12, { name: "Waves" }));
  assert.equal(page.chat.state.open, "#waves");
  assert.deepEqual(texts(page, "#waves"), ["text 11", "Ben called the room Waves"]);
  page.line.push({ ...change("kicked", 13, { name: "Ann" }), room: "Waves" });
  assert.equal(page.chat.state.places.has("#waves"), false);
  assert.equal(page.chat.state.open, "#lobby");
  const [notice] = page.chat.state.notices;
  assert.deepEqual([notice.code, notice.text], ["kicked", "You were removed from Waves"]);
});

test("that we were put out of a room is told for ten seconds, or until we are in it again", async () => {
  const page = await pageInside();
  const { chat } = page;
  const out = (type, more) => page.line.push(change(type, 11, { name: "Ann", ...more }));
  const back = () => page.line.push({ type: "joined", room: "tides", nickname: "Ann", seq: 12, timestamp: stamp(12) });
  const told = () => chat.state.notices.map(({ text }) => text);
  out("banned", { seconds: 600, reason: "enough" });
  assert.deepEqual(told(), ["You were banned from tides for 10 minutes: enough"]);
  await page.clock.pass(9_000);
  assert.equal(told().length, 1);
  await page.clock.pass(2_000);
  assert.deepEqual(told(), []);
  back();
  out("kicked");
  assert.deepEqual(told(), ["You were removed from tides"]);
  back();
  assert.deepEqual(told(), []);
  out("kicked");
  chat.looking(true, false);
  await page.clock.pass(60_000);
  assert.deepEqual(told(), ["You were removed from tides"]);
  chat.looking(true, true);
  await page.clock.pass(10_000);
  assert.deepEqual(told(), []);
});

test("whoever is ignored is gone at once, with what they said; heard again, it is asked for anew", async () => {
  const page = await pageInside();
  const { chat } = page;
  chat.open("#tides");
  await settle();
  page.line.answer("history", { more: false });
  await settle();
  page.line.push(message(11, "mine to keep", { from: "Zoë" }), message(12, "noise"));
  page.line.push(change("reacted", 13, { of: 11, emoji: "👍" }), change("topic", 14, { text: "Tea" }));
  chat.ask({ type: "ignore", name: "ben" });
  page.line.answer("ignore");
  assert.deepEqual(texts(page), ["mine to keep", "Ben set the topic: Tea"]);
  assert.deepEqual([tides(page).rows[0].reactions, tides(page).last.text], [[], "mine to keep"]);
  const asked = page.line.of("history").length;
  chat.ask({ type: "unignore", name: "Ben" });
  page.line.answer("unignore");
  await settle();
  assert.deepEqual([chat.state.ignored, page.line.of("history").length], [[], asked + 1]);
  page.line.answer("history", { more: false }, [11, 12].map((seq) => ({ ...message(seq), past: true })));
  await settle();
  assert.deepEqual(texts(page), ["text 11", "text 12"]);
});

test("a conversation begins by itself; typing is forgotten after five seconds", async () => {
  const page = await pageInside();
  page.line.push({ type: "typing", from: "Ben", room: "tides" });
  assert.deepEqual(tides(page).typing, ["Ben"]);
  await page.clock.pass(4_900);
  assert.deepEqual(tides(page).typing, ["Ben"]);
  await page.clock.pass(200);
  assert.deepEqual(tides(page).typing, []);
  page.line.push({ ...message(1, "psst"), room: undefined, to: "Ann" });
  const place = page.chat.state.places.get("@ben");
  assert.deepEqual([place.kind, place.unread, place.mentions], ["direct", 1, 1]);
  page.line.push({ type: "seen", from: "Ben", to: "Ann", seq: 1 });
  assert.equal(page.chat.state.places.get("@ben").otherRead, 1);
});

test("no more than a thousand rows are kept, around what is looked at", async () => {
  const page = await pageInside();
  page.chat.open("#tides");
  for (let seq = 11; seq < 11 + LIMIT + 500; seq += 1) {
    page.line.push(message(seq));
  }
  assert.ok(tides(page).rows.length <= LIMIT);
  assert.equal(tides(page).rows.at(-1).seq, 10 + LIMIT + 500);
  assert.equal(tides(page).hasOlder, true);
  const first = tides(page).rows[0].seq;
  page.chat.keepSpot("#tides", { seq: first, offset: 0 });
  for (let seq = 2000; seq < 2000 + LIMIT; seq += 1) {
    page.line.push(message(seq));
  }
  assert.equal(tides(page).rows[0].seq, first);
  assert.equal(tides(page).hasNewer, true);
  assert.equal(tides(page).seq, 1999 + LIMIT);
});

test("older rows are loaded before those that are here, and newer ones behind them", async () => {
  const page = await pageInside();
  page.chat.open("#tides");
  await settle();
  assert.deepEqual([page.line.of("history").at(-1).room, page.line.of("history").at(-1).before], ["tides", undefined]);
  page.line.answer("history", { more: true }, [message(9, "nine", { past: true }), message(10, "ten", { past: true })]);
  await settle();
  assert.deepEqual(texts(page), ["nine", "ten"]);
  const loading = page.chat.older("#tides");
  page.chat.older("#tides");
  await settle();
  assert.equal(tides(page).loading, "older");
  assert.equal(page.line.of("history").at(-1).before, 9);
  page.line.answer("history", {}, [message(8, "eight", { past: true })]);
  await loading;
  assert.deepEqual(texts(page), ["eight", "nine", "ten"]);
  assert.deepEqual([tides(page).hasOlder, tides(page).loading], [false, "none"]);
});

test("a message far back is shown with what stands around it; what comes meanwhile is not lost", async () => {
  const page = await pageInside();
  page.line.push(message(11));
  const found = page.chat.around("#tides", 5);
  await settle();
  assert.equal(page.line.of("history").at(-1).around, 5);
  page.line.answer(
    "history",
    { more: true, newer: true },
    [4, 5, 6].map((seq) => message(seq, `${seq}`, { past: true })),
  );
  assert.equal(await found, true);
  assert.deepEqual(texts(page), ["4", "5", "6"]);
  page.line.push(message(12));
  assert.deepEqual([tides(page).hasNewer, tides(page).seq], [true, 12]);
  const newer = page.chat.newer("#tides");
  await settle();
  assert.equal(page.line.of("history").at(-1).since, 6);
  page.line.push(message(13, "late"));
  page.line.answer("history", {}, [message(11, "11", { past: true }), message(12, "12", { past: true })]);
  await newer;
  assert.deepEqual(texts(page), ["4", "5", "6", "11", "12", "late"]);
  assert.equal(tides(page).hasNewer, false);
  assert.equal(await page.chat.around("#tides", 5), true);
});

test("the page confirms what has arrived", async () => {
  const page = await pageInside();
  await page.clock.pass(1000);
  page.line.push({ ...message(1, "psst"), room: undefined, to: "Ann" }, message(11));
  await page.clock.pass(1000);
  const told = page.line.of("delivered").map(({ room, to, seq }) => [room ?? `@${to}`, seq]);
  assert.deepEqual(told, [
    ["tides", 11],
    ["@Ben", 1],
  ]);
});

test("another version of the server makes the page outdated, and nothing more", async () => {
  const page = await pageInside();
  const again = async (version) => {
    page.line.break();
    page.chat.wake();
    page.line.open();
    page.line.answer("join", {
      nickname: "Ann",
      seq: 10,
      life: "one",
      lobby: "lobby",
      account: true,
      rooms: [],
      version,
    });
    await settle();
  };
  await again("1.0");
  assert.equal(page.chat.state.isOutdated, false);
  await again("1.1");
  assert.equal(page.chat.state.isOutdated, true);
});

test("what comes by itself before an answer is not taken for a part of it", async () => {
  const page = await pageInside();
  page.chat.open("#tides");
  await settle();
  const past = (seq) => message(seq, `${seq}`, { past: true });
  page.line.answer(
    "history",
    { more: true, count: 4 },
    [past(1), past(2), past(5), past(6)].concat([past(7), past(8), past(9), past(10)]),
  );
  await settle();
  assert.deepEqual(texts(page), ["7", "8", "9", "10"]);
});
