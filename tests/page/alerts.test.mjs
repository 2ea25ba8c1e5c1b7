// What calls somebody who is not looking.

import assert from "node:assert/strict";
import { test } from "node:test";

import { alertFor, callCount, missedCall } from "../../chat/web/page/core/alerts.js";
import { newPlace, newRow } from "../../chat/web/page/core/state.js";
import { memoryStorage } from "../../chat/web/page/core/storage.js";
import { letIn, message, pageInside, settle } from "./fakes.mjs";

const row = (part = {}) => newRow({ key: "s7", seq: 7, at: 1, from: "Zoë", text: "**hi** `@Ann`", mentionsMe: true, ...part });

test("what names us calls, and what is said to us alone; not in a place that is muted", () => {
  const tides = newPlace("room", "tides");
  assert.deepEqual(alertFor(tides, row()), {
    title: "\u2068Zoë\u2069 in \u2068#tides\u2069",
    body: "hi @Ann",
    tag: "#tides",
    seq: 7,
    fragment: "#/r/tides/7",
  });
  const alert = alertFor(newPlace("direct", "Zoë"), row({ mentionsMe: false }));
  assert.deepEqual([alert.title, alert.tag, alert.fragment], ["\u2068Zoë\u2069", "@zoë", "#/d/Zo%C3%AB/7"]);
  assert.equal(alertFor(tides, row({ mentionsMe: false })), null);
  assert.ok(alertFor({ ...tides, level: "mentions" }, row()));
  assert.equal(alertFor({ ...tides, level: "none" }, row()), null);
  assert.equal(alertFor(tides, row({ kind: "joined" })), null);
  assert.equal(alertFor(tides, row({ isDeleted: true })), null);
});

test("a file has its name, and a long text is cut between letters", () => {
  const tides = newPlace("room", "tides");
  assert.equal(alertFor(tides, row({ text: "", file: { name: "a.png" } })).body, "a.png");
  assert.equal(alertFor(tides, row({ text: "🦊".repeat(300) })).body, `${"🦊".repeat(200)}…`);
  assert.equal(alertFor(tides, row({ text: "x".repeat(16_000) })).body.length, 201);
});

test("the badge counts what calls", () => {
  const places = [newPlace("room", "a", { mentions: 2 }), newPlace("room", "b", { mentions: 1, level: "none" })];
  places.push(newPlace("direct", "Zoë", { mentions: 3 }));
  assert.equal(callCount({ places: new Map(places.map((one) => [one.key, one])) }), 5);
});

test("of what was missed the last message of each place calls that names us, once", async () => {
  const page = await pageInside();
  const heard = [];
  page.chat.hear((place, { seq }) => heard.push([place.key, seq]), missedCall);
  page.line.break();
  page.chat.wake();
  page.line.open();
  await letIn(page, { rooms: [{ room: "tides", seq: 14, delivered: 10, read: 10, unread: 4, mentions: 2 }] });
  const named = (seq) => message(seq, "@Ann", { past: true, mentions: ["ann"] });
  page.line.answer("resume", {}, [named(11), named(12), message(13, "hm", { past: true })]);
  await settle();
  assert.deepEqual(heard, [["#tides", 12]]);
});

test("a level for all rooms holds where there is none for the room alone", async () => {
  const page = await pageInside();
  page.line.push({ ...message(1, "psst"), room: undefined, to: "Ann" });
  const levels = () => ["#tides", "@ben", "#lobby"].map((key) => page.chat.state.places.get(key)?.level);
  const asked = async (request) => {
    const asking = page.chat.ask({ type: "notify", ...request });
    page.line.answer("notify");
    await asking;
  };
  await asked({ level: "mentions", room: "tides" });
  await asked({ level: "none" });
  assert.deepEqual(levels(), ["mentions", "none", "none"]);
  await asked({ level: "all" });
  assert.deepEqual(levels(), ["mentions", "all", "all"]);
});

test("settings of another tab hold in this one", async () => {
  const listeners = [];
  const page = await pageInside({ storage: { ...memoryStorage(), listen: (listener) => listeners.push(listener) } });
  listeners.forEach((listener) => listener("chat.settings", { theme: "dark", sounds: true }));
  assert.deepEqual([page.chat.state.settings.theme, page.chat.state.settings.sounds], ["dark", true]);
});
