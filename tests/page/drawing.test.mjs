import assert from "node:assert/strict";
import { test } from "node:test";

import { listed, sentenceOfComings } from "../../chat/web/page/core/comings.js";
import { copied } from "../../chat/web/page/core/copy.js";
import { createDates } from "../../chat/web/page/core/dates.js";
import { createGrouping, itemsOf } from "../../chat/web/page/core/grouping.js";
import { newPlace, newRow } from "../../chat/web/page/core/state.js";

const NOON = Date.parse("2026-11-27T12:00:00Z");
const MINUTE = 60_000;
const dates = createDates({ locale: "en-GB", zone: "UTC", now: () => NOON });

function row(seq, more = {}) {
  return newRow({ key: `s${seq}`, seq, at: NOON + seq * 1000, from: "Ben", text: `text ${seq}`, ...more });
}

function place(rows, more = {}) {
  return newPlace("room", "tides", { rows, count: 3, ...more });
}

const kinds = (items) => items.map((item) => (item.type === "row" ? (item.isHead ? "head" : "row") : item.type));

test("rows of one person within five minutes share a head", () => {
  const rows = [row(1), row(2), row(3, { from: "Zoë" }), row(4), row(5, { at: NOON + 6 * MINUTE })];
  assert.deepEqual(kinds(itemsOf(place(rows), dates)), ["day", "head", "row", "head", "head", "head"]);
});

test("an answer, and what follows a change, has a head of its own", () => {
  const rows = [row(1), row(2, { answers: 1 }), row(3, { kind: "change", text: "Ben set the topic" }), row(4)];
  assert.deepEqual(kinds(itemsOf(place(rows), dates)), ["day", "head", "head", "change", "head"]);
});

test("days are divided by the reader's zone", () => {
  const late = Date.parse("2026-11-27T22:30:00Z");
  const rows = [row(1, { at: late }), row(2, { at: late + 60 * MINUTE })];
  const days = (zone) =>
    itemsOf(place(rows), createDates({ locale: "en-GB", zone, now: () => NOON }))
      .filter((item) => item.type === "day")
      .map((item) => item.day);
  assert.deepEqual(days("UTC"), ["2026-11-27"]);
  assert.deepEqual(days("Europe/Berlin"), ["2026-11-27", "2026-11-28"]);
  assert.deepEqual(days("Asia/Kathmandu"), ["2026-11-28"]);
});

test("the New line stands before the first message to read", () => {
  const rows = [row(1), row(2, { isMine: true, from: "Ann" }), row(3), row(4)];
  assert.deepEqual(kinds(itemsOf(place(rows, { newFrom: 2 }), dates)), ["day", "head", "head", "new", "head", "row"]);
  assert.deepEqual(kinds(itemsOf(place(rows, { newFrom: 9 }), dates)), ["day", "head", "head", "head", "row"]);
});

test("comings and goings of a quiet stretch are one line, and none in a large room", () => {
  const coming = (seq, kind, from) => row(seq, { kind, from });
  const rows = [row(1), coming(2, "joined", "Carol"), coming(3, "joined", "Omar"), coming(4, "left", "Zoë"), row(5)];
  const items = itemsOf(place(rows), dates);
  assert.deepEqual(kinds(items), ["day", "head", "comings", "head"]);
  assert.equal(items[2].text, "Carol and Omar came in, Zoë left");
  assert.deepEqual(kinds(itemsOf(place(rows, { count: 21 }), dates)), ["day", "head", "row"]);
});

test("whoever came back was never away", () => {
  const coming = (kind, from) => row(1, { kind, from });
  assert.equal(sentenceOfComings([coming("left", "Ben"), coming("joined", "ben")]), "");
  assert.equal(sentenceOfComings([coming("joined", "Ben"), coming("left", "Ben")]), "Ben came and went");
  assert.equal(listed(["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d and 3 others");
});

test("only pages whose rows changed are other objects", () => {
  const group = createGrouping(dates);
  const rows = Array.from({ length: 120 }, (_, index) => row(index + 1));
  const before = group(place(rows));
  assert.deepEqual(
    before.map((page) => page.items.length),
    [50, 50, 21],
  );
  assert.equal(group(place(rows)), before);
  const last = row(121);
  const appended = group(place([...rows, last]));
  assert.deepEqual(
    appended.map((page, index) => page === before[index]),
    [true, true, false],
  );
  const edited = group(place(rows.map((each) => (each.seq === 60 ? { ...each, text: "better" } : each)).concat(last)));
  assert.deepEqual(
    edited.map((page, index) => page === appended[index]),
    [true, false, true],
  );
});

test("older rows in front leave the pages behind them as they are", () => {
  const group = createGrouping(dates);
  const rows = Array.from({ length: 150 }, (_, index) => row(index + 1));
  const before = group(place(rows.slice(50)));
  const after = group(place(rows));
  assert.equal(after.at(-1), before.at(-1));
  // The page that was the first one lost its divider, and is still the same one to whoever draws it.
  assert.deepEqual(
    after.slice(-before.length).map((page) => page.key),
    before.map((page) => page.key),
  );
  assert.equal(after.flatMap((page) => page.items).filter((item) => item.type === "row").length, 150);
  const trimmed = group(place(rows.slice(100)));
  assert.equal(trimmed.flatMap((page) => page.items).filter((item) => item.type === "row").length, 50);
});

test("rows that go in front take no key from the page that they were in", () => {
  const group = createGrouping(dates);
  const rows = Array.from({ length: 150 }, (_, index) => row(index + 1));
  const before = group(place(rows));
  const after = group(place(rows.slice(20)));
  assert.deepEqual(
    after.map((page) => page.key),
    before.map((page) => page.key),
  );
  const again = group(place(rows));
  assert.equal(new Set(again.map((page) => page.key)).size, again.length);
});

test("whatever happens to the rows, the items are those of rows that are new", () => {
  let seed = 7;
  const next = (count) => (seed = (seed * 1103515245 + 12345) % 2147483648) % count;
  const made = (seq) => {
    const kind = ["message", "message", "message", "message", "joined", "left", "change"][next(7)];
    return row(seq, { kind, from: ["Ben", "Zoë", "Omar"][next(3)], at: NOON + seq * 40 * MINUTE });
  };
  const group = createGrouping(dates);
  let rows = Array.from({ length: 200 }, (_, index) => made(1000 + index));
  let known = {};
  for (let step = 0; step < 400; step += 1) {
    const [first, last] = [rows[0].seq, rows.at(-1).seq];
    const act = next(7);
    const at = next(rows.length);
    if (act === 0) rows = [...Array.from({ length: next(60) }, (_, index) => made(first - 60 + index)), ...rows];
    if (act === 1 || act === 2) rows = [...rows, made(last + 1)];
    if (act === 3) rows = rows.map((each, index) => (index === at ? { ...each, text: "better" } : each));
    if (act === 4 && rows.length > 300) rows = rows.slice(next(120));
    if (act === 5 && rows.length > 300) rows = rows.slice(0, -next(120) - 1);
    if (act === 6 && step % 5 === 0) known = { newFrom: next(2) ? null : last - 20, count: next(2) ? 3 : 30 };
    const now = place(rows, known);
    const pages = group(now);
    assert.deepEqual(
      pages.flatMap((page) => page.items.map(({ at, ...item }) => item)),
      itemsOf(now, dates).map(({ at, ...item }) => item),
    );
    assert.equal(new Set(pages.map((page) => page.key)).size, pages.length);
  }
});

test("a row keeps its item from waiting to stored", () => {
  const group = createGrouping(dates);
  const waiting = row(null, { key: "id", seq: null, at: null, state: "waiting", isMine: true, from: "Ann" });
  const first = row(1);
  const [page] = group(place([first, waiting]));
  assert.deepEqual(kinds(page.items), ["day", "head", "head"]);
  const [next] = group(place([first, { ...waiting, seq: 2, at: NOON, state: "stored" }]));
  assert.deepEqual(
    next.items.map((item) => item.key),
    page.items.map((item) => item.key),
  );
  assert.equal(next.items[1], page.items[1]);
});

test("days have names where that helps", () => {
  const day = (text) => dates.day(Date.parse(text));
  assert.equal(day("2026-11-27T00:10:00Z"), "Today");
  assert.equal(day("2026-11-26T23:50:00Z"), "Yesterday");
  assert.equal(day("2026-11-16T12:00:00Z"), "Monday 16 November");
  assert.equal(day("2024-05-03T12:00:00Z"), "3 May 2024");
  assert.equal(dates.time(NOON), "12:00");
  assert.equal(dates.short(Date.parse("2026-11-24T12:00:00Z")), "Tuesday");
  assert.equal(dates.date(Date.parse("2026-12-27T12:00:00Z")), "27 December");
  assert.equal(dates.date(Date.parse("2027-01-03T12:00:00Z")), "3 January 2027");
  assert.equal(dates.machine(NOON), "2026-11-27T12:00:00.000Z");
  const american = createDates({ locale: "en-US", zone: "America/New_York", now: () => NOON });
  assert.match(american.time(NOON), /^07:00\sAM$/u);
});

test("what is copied of several messages says who said it, and when", () => {
  const rows = [
    row(1),
    row(2, { kind: "joined" }),
    row(3, { from: "Zoë", text: "two\nlines" }),
    row(4, { isDeleted: true, text: "" }),
  ];
  assert.equal(copied(rows, dates), "[12:00] Ben: text 1\n[12:00] Zoë: two\nlines");
  assert.equal(copied([row(1)], dates), "text 1");
});
