// What the list asks of its rows.

import assert from "node:assert/strict";
import { test } from "node:test";

import { hasSentMore } from "../../chat/web/page/view/list_rows.js";

const row = (key, seq, isMine = false) => ({ key, seq, isMine });
const before = [row("s1", 1), row("s2", 2)];

test("what we send is followed, while it waits and when it is stored before anybody saw it wait", () => {
  assert.ok(hasSentMore(before, [...before, row("w1", null, true)]));
  assert.ok(hasSentMore(before, [...before, row("w1", 3, true)]));
  assert.ok(hasSentMore(before, [...before, row("w1", 3, true), row("s4", 4)]));
  assert.ok(hasSentMore([], [row("w1", 1, true)]));
});

test("what others send, and our other devices, is not followed, nor what was sent before", () => {
  assert.ok(!hasSentMore(before, [...before, row("s3", 3)]));
  assert.ok(!hasSentMore(before, [...before, row("s3", 3, true)]));
  const sent = [...before, row("w1", null, true)];
  assert.ok(!hasSentMore(sent, [...before, row("w1", 3, true), row("s4", 4)]));
  // Other rows altogether: an older part of the place.
  assert.ok(!hasSentMore(before, [row("w0", 0, true), row("s9", 9)]));
});
