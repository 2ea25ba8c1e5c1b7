// The real server, and pages without a document that talk to it.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createChat } from "../../chat/web/page/core/chat.js";
import { memoryStorage } from "../../chat/web/page/core/storage.js";
import { Socket } from "./socket.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
const PYTHON = process.env.PYTHON ?? "python3";
const TWISTD = "from twisted.scripts.twistd import run; run()";

/** A server in a folder of its own, which can be killed and started again on the same port. */
export class Server {
  port = 0;
  #folder = mkdtempSync(join(tmpdir(), "chat-page-"));
  #process = null;

  async start() {
    const options = ["-n", "--pidfile=", "chatserver", "--port", String(this.port), "--data", this.#folder];
    const env = { ...process.env, PYTHONPATH: ROOT, PYTHONUNBUFFERED: "1" };
    this.#process = spawn(PYTHON, ["-c", TWISTD, ...options], { cwd: this.#folder, env });
    this.port = await listening(this.#process);
    this.#process.stdout.resume();
  }

  /** End it in the middle of whatever it does. */
  async kill(signal = "SIGKILL") {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
      return;
    }
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill(signal);
    await ended;
  }

  async stop() {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function listening(process) {
  return new Promise((resolve, reject) => {
    let log = "";
    const read = (data) => {
      log += data;
      const found = /listening on 127\.0\.0\.1:(\d+)/.exec(log);
      if (found) {
        resolve(Number(found[1]));
      }
    };
    process.stdout.on("data", read);
    process.stderr.on("data", read);
    process.once("exit", () => reject(new Error(`the server has ended:\n${log}`)));
  });
}

/** A page at a server. `sockets` are all that it opened. */
export function page(server, storage = memoryStorage()) {
  const sockets = [];
  const chat = createChat({
    connect: () => {
      const socket = new Socket(server.port);
      sockets.push(socket);
      return socket;
    },
    storage,
    now: Date.now,
    random: (count) => randomBytes(count),
    timers: { set: (act, ms) => setTimeout(act, ms), clear: clearTimeout },
  });
  return { chat, sockets, storage };
}

/** Wait until the state of a chat fulfils something. */
export function until(chat, isSo, seconds = 30) {
  return new Promise((resolve, reject) => {
    const end = setTimeout(() => {
      stop();
      reject(new Error(`not within ${seconds} s: ${isSo}`));
    }, seconds * 1000);
    const check = () => {
      if (isSo(chat.state)) {
        clearTimeout(end);
        stop();
        resolve();
      }
    };
    const stop = chat.subscribe(check);
    check();
  });
}
