// Two pages talk to a server that is killed again and again: nothing is lost, nothing doubled, and both see one order.
//
//   PYTHON=… node tests/page/kills.mjs [--accounts] [--messages 800] [--kills 5] [--seed 1]

import { page, Server, until } from "./real.mjs";
import { seeded } from "./seeded.mjs";

const option = (name, usual) => {
  const index = process.argv.indexOf(`--${name}`);
  return index < 0 ? usual : Number(process.argv[index + 1]);
};
const [messages, kills, seed] = [option("messages", 800), option("kills", 5), option("seed", 1)];
const withAccounts = process.argv.includes("--accounts");
const RATE = 25;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function talk(chat, name, count, random) {
  for (let number = 0; number < count; number += 1) {
    chat.say("#tides", `${name} ${number}`);
    await pause((1000 / RATE) * (0.5 + random()));
  }
}

function texts(chat) {
  return chat.state.places.get("#tides").rows.filter((row) => row.kind === "message");
}

function check(pages, said) {
  const [one, other] = pages.map(({ chat }) => texts(chat));
  const faults = [];
  for (const [name, rows] of [
    ["first", one],
    ["second", other],
  ]) {
    const all = rows.map((row) => row.text);
    const lost = said.filter((text) => !all.includes(text)).length;
    const doubled = all.length - new Set(all).size;
    const inOrder = rows.every((row, index) => index === 0 || rows[index - 1].seq < row.seq);
    console.log(`${name} page: ${all.length} shown, ${lost} lost, ${doubled} doubled, in order: ${inOrder}`);
    if (lost || doubled || !inOrder || rows.some((row) => row.state !== "stored")) {
      faults.push(name);
    }
  }
  if (one.map((row) => row.seq + row.text).join() !== other.map((row) => row.seq + row.text).join()) {
    faults.push("the pages differ");
  }
  return faults;
}

async function main() {
  const server = new Server();
  await server.start();
  const random = seeded(seed);
  const pages = [page(server), page(server)];
  const names = ["Ann", "Ben"];
  for (const [index, { chat }] of pages.entries()) {
    const password = withAccounts ? "correct-horse" : undefined;
    await chat.enter({ name: names[index], password, room: "tides" });
  }
  const each = Math.floor(messages / 2);
  const said = names.flatMap((name) => Array.from({ length: each }, (_, number) => `${name} ${number}`));
  const talking = Promise.all(pages.map(({ chat }, index) => talk(chat, names[index], each, random)));
  const span = (each * 1000) / RATE / (kills + 1);
  for (let number = 0; number < kills; number += 1) {
    await pause(span * (0.5 + random()));
    await server.kill();
    await pause(200 * random());
    await server.start();
  }
  await talking;
  const isDone = (state) => {
    const place = state.places.get("#tides");
    return state.link.state === "open" && !place?.isCatchingUp && place?.rows.every((row) => row.seq !== null);
  };
  await Promise.all(pages.map(({ chat }) => until(chat, isDone, 60)));
  await pause(500);
  await Promise.all(pages.map(({ chat }) => until(chat, isDone, 60)));
  const faults = check(pages, said);
  await Promise.all(pages.map(({ chat }) => chat.leave()));
  await server.stop();
  console.log(
    `${withAccounts ? "accounts" : "guests"}, ${messages} messages, ${kills} kills, seed ${seed}: ${faults.length ? faults : "no faults"}`,
  );
  return faults.length;
}

process.exitCode = await main();
