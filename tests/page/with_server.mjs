// The page without a document, and the real server. Run by test_with_server.py.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { searchMessages } from "../../chat/web/page/core/search.js";
import { page, Server, until } from "./real.mjs";

const server = new Server();
const chats = [];

before(() => server.start());
after(async () => {
  await Promise.all(chats.map((chat) => chat.leave()));
  await server.stop();
});

async function enter(name, more = {}) {
  const { chat, storage, sockets } = page(server);
  chats.push(chat);
  await chat.enter({ name, ...more });
  return { chat, storage, sockets };
}

const placeIn = (state, key) => state.places.get(key);
const texts = (state, key) =>
  (placeIn(state, key)?.rows ?? []).filter((row) => row.kind === "message").map((row) => row.text);
const has = (key, text) => (state) => texts(state, key).includes(text);

test("two accounts and a guest talk, change and answer in a room", async () => {
  const { chat: ann } = await enter("Ann", { password: "correct-horse", room: "tides" });
  const { chat: ben } = await enter("Ben", { password: "correct-horse", room: "tides" });
  const { chat: zoe } = await enter("Zoë", { room: "tides" });
  ann.say("#tides", "hello @Ben");
  await until(ben, has("#tides", "hello @Ben"));
  await until(ann, (state) => placeIn(state, "#tides").rows.every((row) => row.state === "stored"));
  const [row] = placeIn(ben.state, "#tides").rows.filter((each) => each.kind === "message");
  assert.equal(row.mentionsMe, true);
  await ben.ask({ type: "react", room: "tides", seq: row.seq, emoji: "👍" });
  await until(zoe, (state) => placeIn(state, "#tides").rows.some((each) => each.reactions.length === 1));
  await ann.command("#tides", `/edit ${row.seq} good morning`);
  await until(zoe, has("#tides", "good morning"));
  assert.deepEqual(texts(ann.state, "#tides"), ["good morning"]);
  await ann.ask({ type: "delete", room: "tides", seq: row.seq });
  await until(ben, (state) => placeIn(state, "#tides").rows.some((each) => each.isDeleted));
  await assert.rejects(zoe.command("#tides", "/kick Ben"), { code: "not_allowed" });
  zoe.typing("#tides");
  await until(ann, (state) => placeIn(state, "#tides").typing.includes("Zoë"));
  await ann.members("#tides");
  const roles = placeIn(ann.state, "#tides").members.map(({ name, role }) => [name, role]);
  assert.deepEqual(roles, [
    ["Ann", "owner"],
    ["Ben", "member"],
    ["Zoë", "guest"],
  ]);
});

test("a conversation reaches both devices of an account, and is read on both", async () => {
  const { chat: one } = await enter("Dora", { password: "correct-horse" });
  const { chat: two } = await enter("Dora", { password: "correct-horse" });
  const { chat: guest } = await enter("Gus");
  guest.say(guest.direct("Dora"), "psst");
  await until(one, has("@gus", "psst"));
  await until(two, has("@gus", "psst"));
  one.say("@gus", "yes?");
  await until(two, has("@gus", "yes?"));
  await until(guest, has("@dora", "yes?"));
  assert.equal(placeIn(two.state, "@gus").unread, 1);
  one.sawAll("@gus");
  await until(two, (state) => placeIn(state, "@gus").unread === 0);
  await until(guest, (state) => placeIn(state, "@dora").otherRead > 0);
});

test("what was said before is loaded page by page, without gaps, and found", async () => {
  const { chat: eve } = await enter("Eve", { password: "correct-horse", room: "archive" });
  const many = Array.from({ length: 130 }, (_, number) => `line ${number}`);
  many.forEach((text) => eve.say("#archive", text));
  await until(eve, (state) => placeIn(state, "#archive").rows.every((row) => row.seq !== null));
  const { chat } = await enter("Eve", { password: "correct-horse" });
  await chat.open("#archive");
  assert.equal(texts(chat.state, "#archive").length, 50);
  await chat.older("#archive");
  await chat.older("#archive");
  await chat.older("#archive");
  assert.deepEqual(texts(chat.state, "#archive"), many);
  const { found } = await searchMessages(chat, "line 77 in:archive");
  assert.deepEqual(
    found.map(({ key, row }) => [key, row.text]),
    [["#archive", "line 77"]],
  );
});

test("a message far back is shown in its context, and from there one comes to the end", async () => {
  const { chat } = await enter("Eve", { password: "correct-horse" });
  assert.equal(await chat.around("#archive", 20), true);
  const place = placeIn(chat.state, "#archive");
  assert.equal(place.hasOlder || place.rows[0].seq <= 2, true);
  assert.equal(place.hasNewer, true);
  await chat.newer("#archive");
  await chat.newer("#archive");
  await chat.newer("#archive");
  assert.equal(placeIn(chat.state, "#archive").hasNewer, false);
  assert.equal(texts(chat.state, "#archive").at(-1), "line 129");
});

test("after a crash of the server guests are back in their rooms, with what was said meanwhile", async () => {
  const { chat: gia, storage } = await enter("Gia", { room: "harbour" });
  const { chat: hal } = await enter("Hal", { password: "correct-horse", room: "harbour" });
  gia.say("#harbour", "before");
  await until(hal, has("#harbour", "before"));
  await server.kill();
  hal.say("#harbour", "meanwhile");
  await server.start();
  [gia, hal].forEach((chat) => chat.wake());
  await until(gia, has("#harbour", "meanwhile"));
  assert.deepEqual(texts(gia.state, "#harbour"), ["before", "meanwhile"]);
  const { chat: again } = page(server, storage);
  chats.push(again);
  assert.equal(again.start(), true);
  await until(again, has("#harbour", "meanwhile"));
  assert.equal(again.state.me.name, "Gia");
  assert.equal(again.state.open, "#harbour");
  again.say("#harbour", "from both tabs");
  await until(gia, has("#harbour", "from both tabs"));
  assert.equal(gia.state.link.refused, null);
});

test("whoever comes into a room learns its topic, and whether it is private", async () => {
  const { chat: uma } = await enter("Uma", { password: "correct-horse", room: "reef" });
  await uma.command("#reef", "/topic What lives there");
  await uma.command("#reef", "/private");
  const { ack } = await uma.command("#reef", "/invite link");
  const { chat: vic } = await enter("Vic", { room: "reef", code: ack.code });
  await until(vic, (state) => placeIn(state, "#reef").topic === "What lives there" && placeIn(state, "#reef").isPrivate);
});

test("a private room is entered with the code of an invitation, and left", async () => {
  const { chat: ivy } = await enter("Ivy", { password: "correct-horse", room: "secrets" });
  await ivy.command("#secrets", "/private");
  assert.equal(placeIn(ivy.state, "#secrets").isPrivate, true);
  const { ack } = await ivy.command("#secrets", "/invite link");
  const { chat: jo } = await enter("Jo");
  await assert.rejects(jo.join("secrets"), { code: "private" });
  assert.equal(await jo.join("secrets", ack.code), "#secrets");
  jo.say("#secrets", "thanks");
  await until(ivy, has("#secrets", "thanks"));
  await jo.part("#secrets");
  assert.equal(jo.state.places.has("#secrets"), false);
});

test("after a crash of the server a guest is back in a private room by the code of the link, if that still holds", async () => {
  const { chat: lea } = await enter("Lea", { password: "correct-horse", room: "cave" });
  await lea.command("#cave", "/private");
  const { ack: many } = await lea.command("#cave", "/invite link");
  const { ack: one } = await lea.ask({ type: "invite", link: true, room: "cave", uses: 1 });
  const { chat: moe, storage } = await enter("Moe", { room: "cave", code: many.code });
  const { chat: ned } = await enter("Ned", { room: "cave", code: one.code });
  await server.kill();
  await server.start();
  [lea, moe, ned].forEach((chat) => chat.wake());
  await until(ned, (state) => state.notices.some(({ code, room }) => code === "bad_code" && room === "cave"));
  assert.equal(ned.state.places.has("#cave"), false);
  assert.match(ned.state.notices.at(-1).text, /link .* cave .* ask somebody there/i);
  moe.say("#cave", "back again");
  await until(lea, has("#cave", "back again"));
  await server.kill();
  await server.start();
  const { chat: again } = page(server, storage);
  chats.push(again);
  again.start();
  await until(again, has("#cave", "back again"));
  await again.part("#cave");
  await until(again, () => Object.keys(storage.local.get("chat.codes")).length === 0);
});

test("a guest makes the name an account, keeps rooms and rows, and comes back with the new token", async () => {
  const { chat: kim, storage } = await enter("Kim", { room: "garden" });
  kim.say("#garden", "as a guest");
  await until(kim, (state) => placeIn(state, "#garden").rows.every((row) => row.seq !== null));
  await kim.makeAccount("correct-horse");
  assert.equal(kim.state.me.isAccount, true);
  assert.deepEqual(texts(kim.state, "#garden"), ["as a guest"]);
  await kim.changePassword("correct-horse", "correct-horses");
  kim.say("#garden", "as an account");
  await until(
    kim,
    (state) => state.link.state === "open" && placeIn(state, "#garden").rows.every((row) => row.seq !== null),
  );
  const { chat: again } = page(server, storage);
  chats.push(again);
  again.start();
  await until(again, (state) => has("#garden", "as a guest")(state) && has("#garden", "as an account")(state));
  assert.equal(again.state.me.isAccount, true);
});
