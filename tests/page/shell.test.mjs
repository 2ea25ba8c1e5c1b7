// What of the page's shell needs no document: its sentences, its title, what a role may do.

import assert from "node:assert/strict";
import { test } from "node:test";

import { whereOf } from "../../chat/web/page/core/names.js";
import { newPlace } from "../../chat/web/page/core/state.js";
import { ignore } from "../../chat/web/page/view/ignoring.js";
import { may, moderates, owns } from "../../chat/web/page/view/powers.js";
import { counted, sentence, titleOf } from "../../chat/web/page/view/sentences.js";
import { shortTime } from "../../chat/web/page/view/short_time.js";
import { titleFor } from "../../chat/web/page/view/title.js";

const ANN = { name: "Ann", isAccount: true, isOperator: false };

test("a refusal is a sentence, without what one types on other wires", () => {
  const claimed = "the name Ann belongs to somebody, type server:login Ann <password>";
  assert.equal(sentence({ message: claimed }), "The name Ann belongs to somebody.");
  assert.equal(sentence({ message: "émile is away!" }), "Émile is away!");
  assert.equal(sentence({ message: "you said: type hello" }), "You said: type hello.");
  assert.equal(sentence({}), "");
  assert.equal(counted(1, "person", "people"), "1 person");
  assert.equal(counted(0, "person", "people"), "0 people");
});

function state(places, part = {}) {
  const link = { state: "open", since: null };
  return { me: ANN, places: new Map(places.map((one) => [one.key, one])), open: places[0]?.key, about: null, link, ...part };
}

test("the title counts what is new, but not what is muted", () => {
  const tides = newPlace("room", "tides");
  assert.equal(titleFor(state([tides])), "#tides");
  const loud = newPlace("room", "harbour", { unread: 2, mentions: 1 });
  assert.equal(titleFor(state([tides, loud])), "(2) #tides");
  assert.equal(titleFor(state([tides, { ...loud, level: "mentions" }])), "(1) #tides");
  assert.equal(titleFor(state([tides, { ...loud, level: "none" }])), "#tides");
  assert.equal(titleFor(state([newPlace("direct", "Zoë", { unread: 3, mentions: 3 })])), "(3) Zoë");
  assert.equal(titleFor(state([tides], { link: { state: "waiting", since: 1 } })), "(offline) #tides");
  assert.equal(titleFor(state([], { me: null, about: { name: "chat.example" } })), "chat.example");
  assert.equal(titleOf(newPlace("lobby", "lobby")), "#lobby");
});

test("a role may do what the server lets it do", () => {
  const room = (role, kind = "room") => newPlace(kind, "tides", { role });
  assert.ok(moderates(room("moderator"), ANN) && moderates(room("owner"), ANN));
  assert.ok(!moderates(room("member"), ANN) && !moderates(room("owner", "direct"), ANN));
  assert.ok(moderates(room("member"), { ...ANN, isOperator: true }));
  const kicks = (place, me, role) => may(place, me, "kick", role);
  assert.ok(kicks(room("moderator"), ANN, "member") && kicks(room("moderator"), ANN, undefined));
  assert.ok(!kicks(room("moderator"), ANN, "moderator") && kicks(room("owner"), ANN, "moderator"));
  assert.ok(!kicks(room("member"), { ...ANN, isOperator: true }, "moderator"));
  assert.ok(owns(room("owner"), ANN) && !owns(room("moderator"), ANN));
  const archived = { ...room("owner"), isArchived: true };
  assert.ok(may(archived, ANN, "close") && may(archived, ANN, "audit") && !may(archived, ANN, "pin"));
  assert.ok(may(room("guest", "direct"), ANN, "react") && !may(room("guest", "direct"), ANN, "pin"));
  assert.deepEqual(whereOf(room("member")), { room: "tides" });
  assert.deepEqual(whereOf(newPlace("direct", "Zoë")), { to: "Zoë" });
});

test("the list tells the time of today, then the weekday, then the date", () => {
  const at = (text) => new Date(text).getTime();
  const now = at("2026-11-27T09:10:00");
  assert.equal(shortTime(at("2026-11-27T09:05:00"), now), new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }).format(now - 3e5));
  assert.equal(shortTime(at("2026-11-26T23:59:00"), now), new Intl.DateTimeFormat(undefined, { weekday: "short" }).format(now - 864e5));
  assert.match(shortTime(at("2026-11-20T12:00:00"), now), /20/);
  assert.match(shortTime(at("2024-01-02T12:00:00"), now), /2024/);
});

test("that somebody is ignored is said, and can be taken back", async () => {
  const [asked, notes] = [[], []];
  const ask = async (request) => void asked.push(request);
  const note = (text, action) => notes.push({ text, action });
  await ignore({ chat: { ask }, layers: { note } }, "nelly");
  assert.deepEqual([notes[0].text, notes[0].action.label], ["You ignore nelly now.", "Undo"]);
  await notes[0].action.run();
  assert.deepEqual(asked, [{ type: "ignore", name: "nelly" }, { type: "unignore", name: "nelly" }]);
  assert.equal(notes[1].text, "You hear nelly again.");
});
