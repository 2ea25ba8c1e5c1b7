import assert from "node:assert/strict";
import { test } from "node:test";

import { fakePage, letIn, message, pageInside, settle } from "./fakes.mjs";

test("the first request joins, and asks to be remembered", async () => {
  const page = fakePage();
  const entered = page.chat.enter({ name: "Ann" });
  page.line.open();
  const [join] = page.line.sent;
  assert.equal(join.type, "join");
  assert.deepEqual([join.nickname, join.remember, join.confirms, join.typing], ["Ann", true, true, true]);
  await letIn(page, { account: false });
  await entered;
  assert.equal(page.chat.state.me.name, "Ann");
  assert.equal(page.chat.state.link.state, "open");
});

test("a name that belongs to somebody refuses, and the line ends", async () => {
  const page = fakePage();
  const entered = page.chat.enter({ name: "Ann" });
  page.line.open();
  page.line.refuse("join", "name_claimed", "the name Ann belongs to somebody");
  await assert.rejects(entered, { code: "name_claimed" });
  assert.equal(page.chat.state.link.refused.code, "name_claimed");
  await page.clock.pass(60_000);
  assert.equal(page.lines.length, 1);
});

test("a lost line is tried again after half a second, then longer, up to 30 s", async () => {
  const page = await pageInside();
  const waits = [];
  for (let number = 0; number < 9; number += 1) {
    page.line.break();
    assert.equal(page.chat.state.link.state, "waiting");
    waits.push(page.chat.state.link.retryAt - page.clock.now);
    await page.clock.pass(waits.at(-1));
  }
  for (const [index, wait] of waits.entries()) {
    const middle = Math.min(500 * 2 ** index, 30_000);
    assert.ok(wait >= middle / 2 && wait <= middle * 1.5, `${index}: ${wait}`);
  }
  assert.equal(page.lines.length, 10);
});

test("after the server has let us in, waits are short again", async () => {
  const page = await pageInside();
  for (let number = 0; number < 5; number += 1) {
    page.line.break();
    await page.clock.pass(page.chat.state.link.retryAt - page.clock.now);
  }
  page.line.open();
  await letIn(page);
  page.line.break();
  assert.ok(page.chat.state.link.retryAt - page.clock.now <= 750);
});

test("a server that is full, or goes down, is left alone for two seconds", async () => {
  const full = await pageInside();
  full.line.break(1013);
  assert.ok(full.chat.state.link.retryAt - full.clock.now >= 2000);
  const down = await pageInside();
  down.line.push({ type: "notice", code: "shutting_down", message: "the server is shutting down" });
  down.line.break(1001);
  assert.ok(down.chat.state.link.retryAt - down.clock.now >= 2000);
});

test("when the page wakes, it tries at once", async () => {
  const page = await pageInside();
  page.line.break();
  page.chat.wake();
  assert.equal(page.lines.length, 2);
  page.chat.wake();
  assert.equal(page.lines.length, 2);
});

test("silence is broken by a ping after 20 s, and 5 s later the line is dead", async () => {
  const page = await pageInside();
  const first = page.line;
  await page.clock.pass(19_000);
  first.push(message(11));
  await page.clock.pass(19_900);
  assert.equal(first.of("ping").length, 0);
  await page.clock.pass(200);
  assert.equal(first.of("ping").length, 1);
  first.answer("ping");
  await page.clock.pass(19_900);
  assert.equal(page.chat.state.link.state, "open");
  await page.clock.pass(200);
  await page.clock.pass(4_800);
  assert.equal(page.chat.state.link.state, "open");
  await page.clock.pass(200);
  assert.notEqual(page.chat.state.link.state, "open");
  assert.ok(first.isClosed);
});

test("nobody who does not see the page needs a ping; when it is seen again there is one at once", async () => {
  const page = await pageInside();
  page.chat.looking(false, false);
  await page.clock.pass(120_000);
  assert.equal(page.line.of("ping").length, 0);
  page.chat.looking(true, true);
  assert.equal(page.line.of("ping").length, 1);
});

test("requests are answered by promises; those under way when the line breaks are rejected", async () => {
  const page = await pageInside();
  const asked = page.chat.ask({ type: "whois", name: "Ben" });
  const [request] = page.line.of("whois");
  page.line.push({ type: "whois", name: "Ben", since: "…", id: request.id });
  page.line.answer("whois");
  const { ack, pushes } = await asked;
  assert.equal(ack.request, "whois");
  assert.equal(pushes[0].name, "Ben");
  const refused = page.chat.ask({ type: "kick", name: "Ben", room: "tides" });
  page.line.refuse("kick", "not_allowed", "that is for a moderator of tides");
  await assert.rejects(refused, { code: "not_allowed", message: "that is for a moderator of tides" });
  const lost = page.chat.ask({ type: "whois", name: "Ben" });
  page.line.break();
  await assert.rejects(lost, { code: "lost" });
  await assert.rejects(page.chat.ask({ type: "whois", name: "Ben" }), { code: "offline" });
});

test("the token brings one back without typing, and a guest whose token is forgotten all the same", async () => {
  const before = await pageInside({ account: false });
  const page = fakePage({ storage: before.storage });
  assert.equal(page.chat.start(), true);
  page.line.open();
  assert.deepEqual([page.line.sent[0].nickname, page.line.sent[0].token], ["Ann", "secret"]);
  page.line.refuse("join", "bad_token");
  await settle();
  assert.equal(page.line.of("join").length, 2);
  assert.equal(page.line.of("join")[1].token, undefined);
  await letIn(page, { account: false });
  assert.equal(page.chat.state.me.name, "Ann");
});

test("an account whose token is worth nothing is sent to the door, and the token is forgotten", async () => {
  const before = await pageInside();
  const page = fakePage({ storage: before.storage });
  page.chat.start();
  page.line.open();
  page.line.refuse("join", "bad_token");
  await settle();
  assert.equal(page.chat.state.link.refused.code, "bad_token");
  assert.equal(fakePage({ storage: before.storage }).chat.start(), false);
});

test("whoever came back in another tab is told, keeps what is on the screen, and may take it back", async () => {
  const page = await pageInside({ account: false });
  page.line.push({ type: "error", code: "replaced", message: "you came back on another connection, this one ends" });
  page.line.break(1008);
  await page.clock.pass(60_000);
  assert.equal(page.lines.length, 1);
  assert.equal(page.chat.state.link.refused.code, "replaced");
  assert.equal(page.chat.state.me.name, "Ann");
  page.chat.retryNow();
  assert.equal(page.lines.length, 2);
});
