// Devices as people count them, roles that the server tells, and coming in by a ticket.

import assert from "node:assert/strict";
import test from "node:test";
import { connectedCount, kindOf, oneOfEach } from "../../chat/web/page/core/devices.js";
import { fakePage, pageInside, settle } from "./fakes.mjs";

const tab = (handle, more = {}) => ({ handle, since: 1, used: null, wire: "websocket", address: "", isThis: false, isProgram: false, ...more });

test("two tabs are one device; this one comes first, and those that are away last", () => {
  const devices = [tab("a"), tab("b", { since: null }), tab("a", { isThis: true }), tab("c", { wire: "text" })];
  assert.deepEqual(oneOfEach(devices).map(({ handle }) => handle), ["a", "c", "b"]);
  assert.ok(oneOfEach(devices)[0].isThis);
  assert.equal(connectedCount([...devices, tab("d", { isProgram: true })]), 2);
  assert.deepEqual(oneOfEach(devices).map(kindOf), ["A web page", "A terminal", "A device that is away"]);
});

test("the ack of a room says our role there, and that of coming in whether we are an operator", async () => {
  const page = await pageInside();
  const joining = page.chat.join("den");
  page.line.answer("join", { room: "den", seq: 1, members: ["Ann"], role: "owner" });
  await joining;
  assert.equal(page.chat.state.places.get("#den").role, "owner");
});

test("a ticket is sent without a name, and whoever it is of is remembered", async () => {
  const page = fakePage();
  const entering = page.chat.redeem("word");
  page.line.open();
  const [join] = page.line.of("join");
  assert.deepEqual([join.ticket, join.nickname, join.remember], ["word", undefined, true]);
  page.line.answer("join", { nickname: "Ann", account: true, token: "t", lobby: "lobby", seq: 1, life: "l" });
  await settle();
  await entering;
  assert.equal(page.chat.remembered, "Ann");
});
