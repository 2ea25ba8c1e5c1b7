// The service worker, in a world of fakes: what it keeps, shows, and where a click leads.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const SCOPE = "https://chat.example/";
const SOURCE = readFileSync(new URL("../../chat/web/page/sw.js", import.meta.url), "utf8");
const FILES = ["page/v1/app.js", "page/v1/view/shell.js", "reload.js"];
const PAGE = `const PAGE = ${JSON.stringify({ version: "v1", files: FILES })};`;

function world({ index = "page/v1/app.js", pages = [] } = {}) {
  const caches = new Map([["page-v0", new Map()], ["other", new Map()]]);
  const heard = {};
  const shown = [];
  const made = { caches, shown, pages, opened: [], isDown: false };
  const fetched = async (request) => {
    if (made.isDown) throw new TypeError("no server");
    const address = request.url ?? request;
    return made.answer ?? { ok: true, status: 200, address, clone: () => ({ text: async () => index }) };
  };
  const open = async (name) => {
    if (!caches.has(name)) caches.set(name, new Map());
    const kept = caches.get(name);
    return {
      addAll: async (all) => Promise.all(all.map(async (each) => kept.set(each, await fetched(each)))),
      put: async (address, answer) => void kept.set(address, answer),
      match: async (address) => kept.get(address),
    };
  };
  const self = {
    addEventListener: (name, act) => (heard[name] = act),
    registration: {
      scope: SCOPE,
      getNotifications: async ({ tag } = {}) => shown.filter((each) => tag === undefined || each.tag === tag),
      async showNotification(title, options) {
        const at = shown.findIndex((each) => each.tag === options.tag);
        if (at >= 0) shown.splice(at, 1);
        const close = () => shown.splice(shown.indexOf(one), 1);
        const one = { title, ...options, close };
        shown.push(one);
      },
    },
    clients: {
      claim: async () => (made.isClaimed = true),
      matchAll: async () => pages,
      openWindow: async (address) => void made.opened.push(address),
    },
  };
  const keys = async () => [...caches.keys()];
  const remove = async (name) => caches.delete(name);
  const source = SOURCE.replace('const PAGE = { version: "", files: [] };', PAGE);
  assert.notEqual(source, SOURCE);
  runInNewContext(source, { self, caches: { open, keys, delete: remove }, fetch: fetched, URL, Promise, Error });
  made.tell = async (name, event = {}) => {
    let answer;
    heard[name]({ ...event, waitUntil: (done) => (answer = done), respondWith: (done) => (answer = done) });
    return answer;
  };
  return made;
}

const request = (path, mode = "cors") => ({ request: { url: SCOPE + path, mode, method: "GET" } });
const message = (part = {}) => ({
  data: { type: "show", title: "Ben", body: "hi", tag: "@ben", seq: 3, fragment: "#/d/Ben/3", ...part },
});

test("it keeps the files of its version, and those before are gone", async () => {
  const made = world();
  await made.tell("install");
  assert.deepEqual([...made.caches.get("page-v1").keys()], [...FILES.map((name) => SCOPE + name), SCOPE]);
  assert.ok(made.caches.has("page-v0"));
  await made.tell("activate");
  assert.deepEqual([...made.caches.keys()], ["other", "page-v1"]);
  assert.ok(made.isClaimed);
});

test("it keeps nothing of a page of another version", async () => {
  const made = world({ index: "page/v2/app.js" });
  await assert.rejects(made.tell("install"), /another version/);
  assert.ok(!made.caches.has("page-v1"));
});

test("the page comes from the server, and from the cache while that is down", async () => {
  const made = world();
  await made.tell("install");
  const index = made.caches.get("page-v1").get(SCOPE);
  assert.notEqual(await made.tell("fetch", request("#/r/tides", "navigate")), index);
  made.isDown = true;
  assert.equal(await made.tell("fetch", request("?x#/r/tides", "navigate")), index);
  made.isDown = false;
  made.answer = { status: 502 };
  assert.equal(await made.tell("fetch", request("", "navigate")), index);
});

test("files of its version come from the cache; of everything else it keeps its hands", async () => {
  const made = world();
  await made.tell("install");
  made.isDown = true;
  const file = await made.tell("fetch", request("page/v1/view/shell.js"));
  assert.equal(file.address, `${SCOPE}page/v1/view/shell.js`);
  for (const path of ["page/v2/view/shell.js", "files/1/a.png", "rooms/tides/messages", "about.json"]) {
    assert.equal(await made.tell("fetch", request(path)), undefined, path);
  }
  assert.equal(await made.tell("fetch", request("files/1/a.png", "navigate")), undefined);
  made.caches.clear();
  await assert.rejects(async () => made.tell("fetch", request("", "navigate")), /no server/);
});

test("a message is shown once, however many tabs tell of it, and not while one is seen", async () => {
  const made = world({ pages: [{ visibilityState: "hidden" }] });
  await Promise.all([made.tell("message", message()), made.tell("message", message())]);
  assert.deepEqual(made.shown.map(({ title, body, tag }) => [title, body, tag]), [["Ben", "hi", "@ben"]]);
  await made.tell("message", message({ body: "older", seq: 2 }));
  assert.equal(made.shown[0].body, "hi");
  await made.tell("message", message({ body: "newer", seq: 4 }));
  assert.deepEqual(made.shown.map(({ body }) => body), ["newer"]);
  made.pages.push({ visibilityState: "visible" });
  await made.tell("message", message({ tag: "#tides" }));
  assert.equal(made.shown.length, 1);
  await made.tell("message", { data: { type: "toString" } });
  await made.tell("message", { data: null });
});

test("what was read is taken away, and what came later stays", async () => {
  const made = world();
  await made.tell("message", message());
  await made.tell("message", message({ tag: "#tides", seq: 9 }));
  await made.tell("message", { data: { type: "close", tag: "#tides", seq: 8 } });
  assert.equal(made.shown.length, 2);
  await made.tell("message", { data: { type: "close", tag: "#tides", seq: 9 } });
  assert.deepEqual(made.shown.map(({ tag }) => tag), ["@ben"]);
  await made.tell("message", { data: { type: "close" } });
  assert.deepEqual(made.shown, []);
});

test("a click leads to the message, in a page that is there, or in a new one", async () => {
  const told = [];
  const page = { postMessage: (data) => told.push(data), focus: async () => told.push("focus") };
  const made = world();
  const click = async () => {
    await made.tell("message", message());
    await made.tell("notificationclick", { notification: made.shown[0] });
  };
  await click();
  assert.deepEqual([made.opened, made.shown], [[`${SCOPE}#/d/Ben/3`], []]);
  made.pages.push(page);
  await click();
  assert.equal(JSON.stringify(told), JSON.stringify([{ type: "go", fragment: "#/d/Ben/3" }, "focus"]));
});
