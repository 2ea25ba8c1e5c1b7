// What holds for all modules of the page's core.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const core = new URL("../../chat/web/page/core/", import.meta.url);

test("each module of the core runs where there is no document", async () => {
  const names = readdirSync(core).filter(name => name.endsWith(".js"));
  assert.ok(names.includes("shapes.js"));
  assert.equal(globalThis.document, undefined);
  for (const name of names) {
    await import(new URL(name, core).href);
  }
});

test("the core imports nothing but itself", () => {
  for (const name of readdirSync(core).filter(each => each.endsWith(".js"))) {
    const text = readFileSync(new URL(name, core), "utf8");
    for (const [, imported] of text.matchAll(/^\s*(?:import|export)\b[^;"]*?from\s*"([^"]+)"/gm)) {
      assert.match(imported, /^\.\/[a-z_]+\.js$/, `${name} imports ${imported}`);
    }
  }
});
