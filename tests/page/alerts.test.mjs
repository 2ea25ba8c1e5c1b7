// What calls somebody who is not looking.

import assert from "node:assert/strict";
import { test } from "node:test";

import { alertFor, callCount } from "../../chat/web/page/core/alerts.js";
import { newPlace, newRow } from "../../chat/web/page/core/state.js";

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
