// Files on their way: what is asked, sent and tried again, with a fake server and a clock that goes when it is told to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createFileTrays } from "../../chat/web/page/core/file_trays.js";
import { newPlace } from "../../chat/web/page/core/state.js";
import { createUploads } from "../../chat/web/page/core/uploads.js";
import { Clock, settle } from "./fakes.mjs";
import { seeded } from "./seeded.mjs";

const TIDES = newPlace("room", "tides");

/** One request of the fake server, which the test answers. */
class Xhr {
  static all = [];
  upload = {};
  headers = {};
  open(method, address) {
    Object.assign(this, { method, address });
    Xhr.all.push(this);
  }
  setRequestHeader(name, value) {
    this.headers[name] = value;
  }
  send(body) {
    this.body = body;
  }
  abort() {
    this.onabort();
  }
  getResponseHeader(name) {
    return this.answered[name] ?? null;
  }
  async answer(status, answered = {}, body = "") {
    Object.assign(this, { status, answered, responseText: typeof body === "string" ? body : JSON.stringify(body) });
    this.onload();
    await settle();
  }
  async lose() {
    this.onerror();
    await settle();
  }
  async progress(loaded) {
    this.upload.onprogress({ loaded });
    await settle();
  }
}

/** A page with uploads, and a server which answers each `upload` with what `begin` returns. */
function page({ limits = { file_bytes: 1000 } } = {}) {
  Xhr.all = [];
  const clock = new Clock();
  const random = seeded(1);
  const asked = [];
  const said = [];
  let waiting = [];
  let count = 0;
  const world = {
    isOpen: true,
    begin: () => ({ offset: 0 }),
    isConnected: () => world.isOpen,
    connected: () => (world.isOpen ? Promise.resolve() : new Promise((done) => waiting.push(done))),
    async ask(request) {
      if (!world.isOpen) throw { code: "offline", message: "" };
      asked.push(request);
      return { ack: { file: `f-${request.id}`, upload: `/uploads/${request.id}-${asked.length}`, ...world.begin(request) } };
    },
    xhr: () => new Xhr(),
    addressOf: (path) => path,
    timers: clock,
    random: (size) => Uint8Array.from({ length: size }, () => Math.floor(random() * 256)),
    async open() {
      world.isOpen = true;
      waiting.forEach((done) => done());
      waiting = [];
      await settle();
    },
  };
  const state = { places: new Map([[TIDES.key, { ...TIDES, draft: "" }]]) };
  const chat = {
    state,
    say(key, text, more) {
      said.push([text, more.file ?? null, more]);
      return "row";
    },
  };
  const uploads = createUploads({
    world,
    newId: () => `u${(count += 1)}`,
    limits: () => limits,
    changed: () => trays?.moved(),
  });
  const trays = createFileTrays({ chat, uploads, changed: () => undefined });
  const draft = (text) => state.places.set(TIDES.key, { ...TIDES, draft: text });
  async function add(name, size = 10, more = {}) {
    const blob = new Blob(["x".repeat(size)]);
    const id = uploads.add(TIDES, { name, size, type: "" }, async () => ({ name, blob, ...more }));
    await settle();
    return id;
  }
  const item = (id) => uploads.items.find((each) => each.id === id);
  const states = () => uploads.items.map((each) => each.state);
  return { clock, world, asked, said, chat, uploads, trays, draft, add, item, states };
}

const last = () => Xhr.all.at(-1);
const methods = () => Xhr.all.map((each) => each.method);

test("a file is asked for, sent from the first byte, and there", async () => {
  const { asked, add, item } = page();
  const id = await add("tides.csv", 10);
  assert.deepEqual(asked, [{ type: "upload", id, room: "tides", name: "tides.csv", size: 10 }]);
  assert.equal(last().method, "PATCH");
  assert.deepEqual(last().headers, {
    "Tus-Resumable": "1.0.0",
    "Content-Type": "application/offset+octet-stream",
    "Upload-Offset": "0",
  });
  await last().progress(4);
  assert.deepEqual([item(id).state, item(id).sent], ["sending", 4]);
  await last().answer(204, { "Upload-Offset": "10" });
  assert.deepEqual([item(id).state, item(id).file], ["done", `f-${id}`]);
});

test("what was lost goes on where the server has it, after the connection is back", async () => {
  const { clock, world, add, item, asked } = page();
  const id = await add("tides.csv", 10);
  await last().progress(8);
  world.isOpen = false;
  await last().lose();
  await clock.pass(600_000);
  assert.deepEqual(methods(), ["PATCH"]);
  await world.open();
  assert.equal(last().method, "HEAD");
  await last().answer(200, { "Upload-Offset": "6" });
  assert.equal(last().headers["Upload-Offset"], "6");
  assert.equal(last().body.size, 4);
  assert.equal(item(id).sent, 6);
  await last().answer(204, { "Upload-Offset": "10" });
  assert.equal(item(id).state, "done");
  assert.equal(asked.length, 1);
});

test("an address that is gone is asked for anew, under the same id", async () => {
  const { clock, world, add, item, asked } = page();
  const id = await add("tides.csv", 10);
  const first = last().address;
  await last().lose();
  await clock.pass(2_000);
  world.begin = () => ({ offset: 7 });
  await last().answer(404);
  await clock.pass(5_000);
  assert.deepEqual(asked.map((request) => request.id), [id, id]);
  assert.notEqual(last().address, first);
  assert.equal(last().headers["Upload-Offset"], "7");
  await last().answer(204, { "Upload-Offset": "10" });
  assert.equal(item(id).state, "done");
});

test("a file of which all is there is made whole by HEAD", async () => {
  const { world, add, item } = page();
  world.begin = () => ({ offset: 10 });
  const id = await add("tides.csv", 10);
  assert.deepEqual(methods(), ["HEAD"]);
  await last().answer(200, { "Upload-Offset": "10" });
  assert.equal(item(id).state, "done");
});

test("busy, a wrong offset and a wrong sum pass; each wait is longer; in the end it has failed", async () => {
  const { clock, add, item, uploads } = page();
  const id = await add("tides.csv", 10);
  await last().answer(503, { "Retry-After": "3" }, { code: "busy", message: "the server starts" });
  await clock.pass(2_900);
  assert.equal(Xhr.all.length, 1);
  await clock.pass(200);
  assert.deepEqual(methods(), ["PATCH", "HEAD"]);
  await last().answer(200, { "Upload-Offset": "0" });
  await last().answer(409, {}, { code: "wrong_offset", message: "the file goes on at byte 3" });
  await clock.pass(3_000);
  await last().answer(200, { "Upload-Offset": "3" });
  await last().answer(422, {}, { code: "wrong_sum", message: "other bytes" });
  await clock.pass(3_000);
  await last().answer(200, { "Upload-Offset": "0" });
  for (let turn = 0; turn < 20 && item(id).state === "sending"; turn += 1) {
    await last().answer(503, {}, { code: "busy", message: "the server starts" });
    await clock.pass(60_000);
  }
  assert.deepEqual([item(id).state, item(id).refusal.code], ["failed", "busy"]);
  uploads.again(id);
  await settle();
  assert.equal(last().method, "HEAD");
  await last().answer(200, { "Upload-Offset": "10" });
  assert.equal(item(id).state, "done");
});

test("what does not pass is said: too large, nothing in it, no room for it", async () => {
  const { add, item, world } = page();
  const large = await add("large", 1001);
  const empty = await add("empty", 0);
  assert.equal(item(large).refusal.message, "A file has up to 1 kB.");
  assert.equal(item(empty).refusal.code, "empty");
  assert.equal(Xhr.all.length, 0);
  world.begin = () => {
    throw { code: "quota_full", message: "there is no room for that file" };
  };
  const full = await add("full", 10);
  assert.equal(item(full).refusal.code, "quota_full");
});

test("a connection that stands still for a minute is given up", async () => {
  const { clock, add } = page();
  await add("tides.csv", 10);
  await clock.pass(50_000);
  await last().progress(3);
  await clock.pass(59_000);
  assert.deepEqual(methods(), ["PATCH"]);
  await clock.pass(5_000);
  assert.deepEqual(methods(), ["PATCH", "HEAD"]);
});

test("three are sent at once; the next one follows, also after one that was taken away", async () => {
  const { add, states, uploads } = page();
  const ids = [];
  for (const name of ["a", "b", "c", "d", "e"]) ids.push(await add(name));
  assert.deepEqual(states(), ["sending", "sending", "sending", "waiting", "waiting"]);
  await Xhr.all[1].answer(204, { "Upload-Offset": "10" });
  assert.deepEqual(states(), ["sending", "done", "sending", "sending", "waiting"]);
  uploads.cancel(ids[0]);
  await settle();
  assert.deepEqual(states(), ["done", "sending", "sending", "sending"]);
  assert.equal(Xhr.all.filter((each) => each.method === "DELETE").length, 1);
});

test("what is taken away before its address is known is taken away on the server, too", async () => {
  const { add, uploads, world } = page();
  let tell = null;
  const { ask } = world;
  world.ask = (request) => new Promise((done) => (tell = () => done(ask(request))));
  const id = await add("tides.csv");
  uploads.cancel(id);
  tell();
  await settle();
  assert.deepEqual(methods(), ["DELETE"]);
});

test("a DELETE that is lost is tried again", async () => {
  const { add, uploads, clock } = page();
  const id = await add("tides.csv");
  uploads.cancel(id);
  await settle();
  await last().lose();
  await clock.pass(5_000);
  assert.deepEqual(methods(), ["PATCH", "DELETE", "DELETE"]);
  await last().answer(204);
  await clock.pass(600_000);
  assert.equal(Xhr.all.length, 3);
});

test("somebody has to be asked first; another way of sending takes the same place", async () => {
  const { add, item, uploads, asked } = page();
  const id = await add("photo.jpg", 10, { mustAsk: true });
  assert.equal(item(id).state, "asking");
  assert.equal(asked.length, 0);
  uploads.allow(id);
  await settle();
  assert.equal(item(id).state, "sending");
  uploads.replace(id, async () => ({ name: "other.jpg", blob: new Blob(["yyyy"]) }));
  await settle();
  assert.deepEqual([item(id).name, item(id).size, item(id).state], ["other.jpg", 4, "sending"]);
  assert.notEqual(asked[1].id, asked[0].id);
});

test("Send waits for the files, and says them in their order, the text with the first", async () => {
  const { add, said, trays, draft, uploads } = page();
  await add("a");
  await add("b");
  draft("look  ");
  const sent = trays.send("#tides", { answers: 7 });
  assert.equal(trays.isWaiting("#tides"), true);
  assert.equal(await trays.send("#tides"), false);
  await Xhr.all[1].answer(204, { "Upload-Offset": "10" });
  assert.deepEqual(said, []);
  await Xhr.all[0].answer(204, { "Upload-Offset": "10" });
  assert.equal(await sent, true);
  assert.deepEqual(said.map(([text, file, { answers, keepsDraft }]) => [text, file, answers, keepsDraft]), [
    ["look", "f-u1", 7, false],
    ["", "f-u2", undefined, true],
  ]);
  assert.equal(said[0][2].info.url, "/files/f-u1/a");
  assert.equal(uploads.items.length, 0);
});

test("Send without says the text; what has failed stays, and is not waited for", async () => {
  const { add, said, trays, draft, states } = page();
  await add("a");
  draft("only text");
  const sent = trays.send("#tides");
  assert.equal(trays.sendWithout("#tides"), true);
  assert.equal(await sent, true);
  assert.deepEqual(said.map(([text, file]) => [text, file]), [["only text", null]]);
  await add("empty", 0);
  draft("with a");
  const again = trays.send("#tides");
  await Xhr.all[0].answer(204, { "Upload-Offset": "10" });
  assert.equal(await again, true);
  assert.deepEqual(said.map(([text, file]) => [text, file])[1], ["with a", "f-u1"]);
  assert.deepEqual(states(), ["failed"]);
  assert.equal(trays.isEmpty("#tides"), true);
});

test("where everything fails, nothing is said; and files of a place that is gone are taken back", async () => {
  const { add, said, trays, world, chat, uploads } = page();
  world.begin = () => {
    throw { code: "quota_full", message: "" };
  };
  await add("a", 10, { mustAsk: true });
  const sent = trays.send("#tides");
  uploads.allow("u1");
  assert.equal(await sent, false);
  assert.deepEqual(said, []);
  chat.state.places.clear();
  trays.moved();
  assert.equal(uploads.items.length, 0);
});
