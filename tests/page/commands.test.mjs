import assert from "node:assert/strict";
import { test } from "node:test";

import { commandIn, helpFor, run, saidBy } from "../../chat/web/page/core/commands.js";
import { REQUESTS } from "../../chat/web/page/core/command_requests.js";
import { COMMANDS } from "../../chat/web/page/core/command_table.js";
import { newPlace } from "../../chat/web/page/core/state.js";

// A chat that notes what is asked of it.
function noting() {
  const asked = [];
  const places = new Map([newPlace("room", "tides"), newPlace("direct", "Ben")].map((place) => [place.key, place]));
  const note =
    (name) =>
    (...args) =>
      asked.push([name, ...args]) && `@${args[0]}`;
  const chat = { asked, state: { places }, ask: async (request) => asked.push(request) && { ack: {}, pushes: [] } };
  for (const name of ["say", "direct", "join", "part", "leave"]) {
    chat[name] = note(name);
  }
  return chat;
}

test("each command of the server has its request here, and there are no others", () => {
  assert.deepEqual(Object.keys(REQUESTS).sort(), COMMANDS.map((command) => command.name).sort());
});

for (const [line, request] of [
  ["/topic Tea at four", { type: "topic", room: "tides", text: "Tea at four" }],
  ["/topic -", { type: "topic", room: "tides", text: "" }],
  ["/topic", { type: "topic", room: "tides" }],
  ["/kick @Ben that will do", { type: "kick", name: "Ben", room: "tides", reason: "that will do" }],
  ["/ban Ben 10m flood", { type: "ban", name: "Ben", room: "tides", seconds: 600, reason: "flood" }],
  ["/ban Ben flood", { type: "ban", name: "Ben", room: "tides", reason: "flood" }],
  ["/mute Ben", { type: "mute", name: "Ben", room: "tides" }],
  ["/edit #12 new text", { type: "edit", seq: 12, text: "new text", room: "tides" }],
  ["/edit @Ben 3 new", { type: "edit", seq: 3, text: "new", to: "Ben" }],
  ["/delete 12", { type: "delete", seq: 12, room: "tides" }],
  ["/react 12 👍", { type: "react", seq: 12, emoji: "👍", room: "tides" }],
  ["/unreact 12", { type: "react", seq: 12, undo: true, room: "tides" }],
  ["/invite link 5 2d", { type: "invite", link: true, room: "tides", uses: 5, seconds: 172_800 }],
  ["/invite 田中", { type: "invite", name: "田中", room: "tides" }],
  ["/slow 10s", { type: "settings", room: "tides", settings: { slow: 10 } }],
  ["/slow off", { type: "settings", room: "tides", settings: { slow: null } }],
  ["/private", { type: "settings", room: "tides", settings: { private: true } }],
  ["/close delete tides", { type: "close", room: "tides", how: "delete", name: "tides" }],
  ["/audit before 50", { type: "audit", room: "tides", before: 50 }],
  ["/audit all before 50", { type: "audit", room: "all", before: 50 }],
  ["/report 12 rude", { type: "report", seq: 12, room: "tides", reason: "rude" }],
  ["/lockdown on", { type: "lockdown", on: true }],
  ["／whois Ben", { type: "whois", name: "Ben" }],
  ["server:whois Ben", { type: "whois", name: "Ben" }],
]) {
  test(`${line} is a request`, async () => {
    const chat = noting();
    const outcome = await run(chat, "#tides", line);
    assert.deepEqual(chat.asked, [request]);
    assert.equal(outcome.type, "answer");
  });
}

test("in a conversation a message's number means one of it", async () => {
  const chat = noting();
  await run(chat, "@ben", "/edit 3 new");
  assert.deepEqual(chat.asked, [{ type: "edit", seq: 3, text: "new", to: "Ben" }]);
});

test("some commands are done by the page", async () => {
  const chat = noting();
  await run(chat, "#tides", "/msg Ben: hi there");
  assert.deepEqual(chat.asked, [
    ["direct", "Ben"],
    ["say", "@Ben", "hi there"],
  ]);
  await run(chat, "#tides", "/reply 12 I have some");
  assert.deepEqual(chat.asked.at(-1), ["say", "#tides", "I have some", { answers: 12 }]);
  await run(chat, "#tides", "/join #team code");
  assert.deepEqual(chat.asked.at(-1), ["join", "team", "code"]);
  assert.deepEqual(await run(chat, "#tides", "/search lost keys"), {
    type: "show",
    what: "search",
    query: "lost keys",
  });
});

test("an unknown command, and one that lacks something, is an error and not a message", async () => {
  const chat = noting();
  await assert.rejects(run(chat, "#tides", "/dance now"), { code: "unknown_command" });
  await assert.rejects(run(chat, "#tides", "/constructor"), { code: "unknown_command" });
  await assert.rejects(run(chat, "#tides", "/kick"), { code: "usage", message: "Type /kick <name> [reason]" });
  await assert.rejects(run(chat, "#tides", "/edit no"), { code: "usage" });
  assert.deepEqual(chat.asked, []);
});

test("two slashes say one", () => {
  assert.equal(commandIn("//etc"), null);
  assert.equal(saidBy("//etc"), "/etc");
  assert.equal(commandIn("see /etc"), null);
});

test("help comes while one types", () => {
  assert.deepEqual(
    helpFor("/ki").map((row) => row.name),
    ["kick"],
  );
  assert.deepEqual(
    helpFor("/kick Be").map((row) => row.usage),
    ["kick <name> [reason]"],
  );
  assert.ok(helpFor("/").length > 50);
  assert.deepEqual(helpFor("hello"), []);
});
