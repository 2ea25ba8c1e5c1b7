import assert from "node:assert/strict";
import { test } from "node:test";

import { memoryStorage } from "../../chat/web/page/core/storage.js";
import { fakePage, letIn, message, pageInside, settle, stamp } from "./fakes.mjs";

const tides = (page) => page.chat.state.places.get("#tides");
const rows = (page) => tides(page).rows.map((row) => [row.text, row.seq]);

async function reconnect(page, more = {}) {
  page.line.break();
  await back(page, more);
}

async function back(page, more = {}) {
  page.chat.wake();
  page.line.open();
  await letIn(page, more);
}

test("what is said waits, and is stored under its key", async () => {
  const page = await pageInside();
  const key = page.chat.say("#tides", "hello");
  assert.deepEqual([tides(page).rows[0].state, tides(page).rows[0].isMine], ["waiting", true]);
  const [request] = page.line.of("message");
  assert.deepEqual([request.id, request.room, request.text], [key, "tides", "hello"]);
  page.line.push(message(11));
  page.line.answer("message", { room: "tides", seq: 12, timestamp: stamp(12) });
  await settle();
  assert.deepEqual(rows(page), [
    ["text 11", 11],
    ["hello", 12],
  ]);
  assert.equal(tides(page).rows[1].key, key);
  assert.equal(page.chat.unsent, 0);
});

test("what was not acknowledged is said again, under its id, before anything is asked for", async () => {
  const page = await pageInside();
  const first = page.chat.say("#tides", "one");
  page.line.break();
  const second = page.chat.say("#tides", "two");
  await back(page, { seq: 14 });
  assert.deepEqual(
    page.line.of("message").map(({ id }) => id),
    [first, second],
  );
  const types = page.line.sent.map(({ type }) => type);
  assert.ok(types.lastIndexOf("message") < types.indexOf("resume"));
});

test("the cursor is that of the moment when the line broke, whatever is acknowledged before the resume", async () => {
  const page = await pageInside();
  page.line.push(message(11));
  page.chat.say("#tides", "mine");
  page.line.break();
  await back(page, { seq: 20 });
  page.line.answer("message", { room: "tides", seq: 15, timestamp: stamp(15) });
  page.line.push(message(21));
  await settle();
  const [resume] = page.line.of("resume");
  assert.deepEqual([resume.rooms, resume.life], [{ lobby: 10, tides: 11 }, "one"]);
  // It breaks again before the answer: the cursor is still the same.
  await reconnect(page, { seq: 22 });
  assert.equal(page.line.of("resume")[0].rooms.tides, 11);
  const past = [12, 13, 15, 16, 21].map((seq) =>
    message(seq, seq === 15 ? "mine" : `text ${seq}`, { past: true, ...(seq === 15 ? { from: "Ann" } : {}) }),
  );
  page.line.answer("resume", {}, past);
  await settle();
  assert.deepEqual(rows(page), [
    ["text 11", 11],
    ["text 12", 12],
    ["text 13", 13],
    ["mine", 15],
    ["text 16", 16],
    ["text 21", 21],
  ]);
  assert.deepEqual([tides(page).isCatchingUp, tides(page).cursor], [false, 22]);
});

test("while a resume has more, it is asked again", async () => {
  const page = await pageInside();
  await reconnect(page, { seq: 30 });
  page.line.answer("resume", { more: true }, [message(11, "11", { past: true }), message(12, "12", { past: true })]);
  await settle();
  assert.equal(page.line.of("resume")[1].rooms.tides, 12);
  page.line.answer("resume", {}, [message(13, "13", { past: true })]);
  await settle();
  assert.deepEqual(rows(page), [
    ["11", 11],
    ["12", 12],
    ["13", 13],
  ]);
  assert.equal(tides(page).cursor, 30);
});

test("a resume that fails for one place is asked for each alone, and again later", async () => {
  const page = await pageInside();
  await reconnect(page, { seq: 30 });
  page.line.refuse("resume", "not_in_room");
  await settle();
  assert.deepEqual(
    page.line
      .of("resume")
      .slice(1)
      .map(({ rooms }) => Object.keys(rooms)),
    [["lobby"], ["tides"]],
  );
  page.line.refuse("resume", "not_in_room");
  await settle();
  await page.clock.pass(2000);
  assert.deepEqual(page.line.of("resume").at(-1).rooms, { tides: 10 });
});

test("so much was missed that the place is loaded anew", async () => {
  const page = await pageInside();
  page.line.push(message(11));
  page.chat.say("#tides", "waits");
  await reconnect(page, { seq: 5000 });
  assert.equal(page.line.of("resume").length, 0);
  assert.deepEqual(rows(page), [["waits", null]]);
  assert.deepEqual([tides(page).isLoaded, tides(page).hasOlder, tides(page).cursor], [false, true, 5000]);
});

test("another life of the server: all rows go, what waits and drafts stay, and people are told", async () => {
  const page = await pageInside();
  page.line.push(message(11));
  page.line.break();
  page.chat.say("#tides", "waits");
  page.chat.draft("#tides", "begun");
  await back(page, { life: "two", seq: 5 });
  assert.deepEqual(rows(page), [["waits", null]]);
  assert.deepEqual([tides(page).draft, tides(page).seq, tides(page).cursor], ["begun", 5, 5]);
  assert.equal(page.chat.state.notices[0].code, "other_life");
  assert.equal(page.line.of("resume").length, 0);
});

test("a refused message stays, and may be tried again or discarded", async () => {
  const page = await pageInside();
  const key = page.chat.say("#tides", "hello");
  page.line.refuse("message", "muted", "you are muted in tides");
  await settle();
  const [row] = tides(page).rows;
  assert.deepEqual([row.state, row.refusal], ["failed", { code: "muted", message: "you are muted in tides" }]);
  page.chat.retry(row);
  assert.deepEqual(
    page.line.of("message").map(({ id }) => id),
    [key, key],
  );
  page.line.refuse("message", "muted");
  await settle();
  page.chat.discard(tides(page).rows[0]);
  assert.deepEqual([tides(page).rows, page.chat.unsent], [[], 0]);
});

test("a reload loses nothing: what waited, drafts, the open place", async () => {
  const before = await pageInside();
  before.chat.open("#tides");
  before.line.break();
  before.chat.say("#tides", "waits");
  before.chat.draft("#lobby", "begun");
  before.chat.keepSpot("#tides", { seq: 7, offset: 12 });
  const page = fakePage({ storage: before.storage, seed: 2 });
  assert.equal(page.chat.start(), true);
  page.line.open();
  await letIn(page);
  assert.deepEqual(rows(page), [["waits", null]]);
  assert.equal(page.line.of("message").length, 1);
  assert.equal(page.chat.state.places.get("#lobby").draft, "begun");
  assert.equal(page.chat.state.open, "#tides");
  assert.deepEqual(page.chat.spotOf("#tides"), { seq: 7, offset: 12 });
});

test("an own message that comes back before its acknowledgement stands once", async () => {
  const page = await pageInside();
  const key = page.chat.say("#tides", "mine");
  await reconnect(page, { seq: 11 });
  page.line.push(message(11, "mine", { from: "Ann", past: true }));
  page.line.answer("message", { room: "tides", seq: 11, timestamp: stamp(11) });
  await settle();
  assert.deepEqual(
    tides(page).rows.map((row) => [row.key, row.seq]),
    [[key, 11]],
  );
  page.chat.say("#tides", "again");
  const [, second] = page.line.of("message");
  page.line.push(message(12, "again", { from: "Ann", id: second.id }));
  assert.deepEqual(rows(page), [
    ["mine", 11],
    ["again", 12],
  ]);
  page.line.answer("message", { room: "tides", seq: 12, timestamp: stamp(12) });
  await settle();
  assert.deepEqual([rows(page).length, page.chat.unsent], [2, 0]);
});

test("guests go back into their rooms, and find their place", async () => {
  const before = await pageInside({ account: false });
  const joining = before.chat.join("tides");
  before.line.answer("join", { room: "tides", seq: 5, members: ["Ann", "Ben"] });
  await joining;
  before.line.push(message(6), message(7));
  before.chat.saw("#tides", 6);
  await before.clock.pass(2000);
  const page = fakePage({ storage: before.storage, seed: 2 });
  page.chat.start();
  page.line.open();
  await letIn(page, { account: false });
  assert.deepEqual(
    page.line.of("join").map(({ room }) => room),
    [undefined, "tides"],
  );
  page.line.answer("join", { room: "tides", seq: 9, members: ["Ann", "Ben"] });
  await settle();
  const asked = page.line.of("history").find(({ since }) => since === 6);
  assert.equal(asked.room, "tides");
  page.line.push(message(7, "text 7", { past: true }), { type: "ack", request: "history", id: asked.id, count: 1 });
  await settle();
  assert.deepEqual([tides(page).read, tides(page).unread], [6, 1]);
});

test("what a guest was told alone outlives a reload, and is confirmed only after it was kept", async () => {
  const before = await pageInside({ account: false });
  before.line.push({ ...message(1, "psst"), room: undefined, to: "Ann" });
  assert.equal(before.storage.session.get("chat.direct"), null);
  await before.clock.pass(500);
  assert.equal(before.storage.session.get("chat.direct").places[0].rows[0].text, "psst");
  assert.deepEqual(
    before.line.of("delivered").map(({ to, seq }) => [to, seq]),
    [["Ben", 1]],
  );
  const page = fakePage({ storage: before.storage, seed: 2 });
  page.chat.start();
  page.line.open();
  await letIn(page, { account: false });
  assert.deepEqual(
    page.chat.state.places.get("@ben").rows.map((row) => row.text),
    ["psst"],
  );
});

test("drafts are the same in all tabs", async () => {
  const listeners = [];
  const storage = { ...memoryStorage(), listen: (listener) => listeners.push(listener) };
  const page = await pageInside({ storage });
  listeners[0]("chat.drafts", { "#tides": "from the other tab" });
  assert.equal(tides(page).draft, "from the other tab");
  page.chat.say("#tides", "said");
  assert.equal(tides(page).draft, "");
  assert.deepEqual(storage.local.get("chat.drafts"), {});
});

test("whoever leaves is forgotten", async () => {
  const page = await pageInside();
  page.chat.draft("#tides", "begun");
  const leaving = page.chat.leave();
  page.line.answer("disconnect");
  page.line.break(1000);
  await leaving;
  assert.equal(page.chat.state.me, null);
  assert.equal(page.chat.state.places.size, 0);
  assert.equal(fakePage({ storage: page.storage }).chat.start(), false);
  assert.equal(page.storage.local.get("chat.drafts"), null);
  await page.clock.pass(60_000);
  assert.equal(page.lines.length, 1);
});

test("what waits for a moderator is not a failure, and what cannot be shown any more is told", async () => {
  const page = await pageInside();
  page.chat.say("#tides", "rude");
  page.line.refuse("message", "held", "your message in tides waits for a moderator");
  await settle();
  assert.deepEqual([rows(page), page.chat.unsent, page.chat.state.notices[0].code], [[], 0, "held"]);
  page.chat.say("#tides", "too late");
  page.line.push({ type: "kicked", room: "tides", seq: 11, from: "Ben", name: "Ann", timestamp: stamp(11) });
  page.line.refuse("message", "not_in_room");
  await settle();
  assert.deepEqual([page.chat.unsent, page.chat.state.notices.at(-1).text], [0, "Not sent to tides: too late"]);
});

test("what one person began is not there for the next one at this browser", async () => {
  const before = await pageInside();
  before.line.break();
  before.chat.say("#lobby", "by Ann");
  before.chat.draft("#tides", "begun by Ann");
  const page = fakePage({ storage: before.storage, seed: 3 });
  const entered = page.chat.enter({ name: "Zoë" });
  page.line.open();
  page.line.answer("join", { nickname: "Zoë", seq: 10, life: "one", lobby: "lobby", online: ["Zoë"], token: "other" });
  await entered;
  assert.equal(page.line.of("message").length, 0);
  assert.equal(page.chat.unsent, 0);
  assert.equal(page.storage.local.get("chat.drafts"), null);
});

test("too long a message is refused before it is sent", async () => {
  const page = await pageInside();
  await assert.rejects(page.chat.enterLine("#tides", "a".repeat(20_000)), { code: "too_long" });
  assert.equal(page.line.of("message").length, 0);
  await page.chat.enterLine("#tides", "//etc");
  assert.equal(page.line.of("message")[0].text, "/etc");
});
