// A WebSocket client for Node versions that have none: text messages only, as browsers' WebSocket looks.

import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const [TEXT, CLOSE, PING, PONG] = [0x1, 0x8, 0x9, 0xa];

/** A connection to `ws://127.0.0.1:<port>/ws`. */
export class Socket {
  onopen = () => {};
  onmessage = () => {};
  onclose = () => {};
  onerror = () => {};
  #buffer = Buffer.alloc(0);
  #isOpen = false;
  #isClosed = false;
  #line;

  constructor(port) {
    const key = randomBytes(16).toString("base64");
    this.#line = connect({ port, host: "127.0.0.1" }, () => this.#line.write(handshake(port, key)));
    this.#line.setNoDelay(true);
    this.#line.on("data", (data) => this.#came(data, key));
    this.#line.on("error", () => this.onerror({}));
    this.#line.on("close", () => this.#end(1006));
  }

  send(text) {
    this.#write(TEXT, Buffer.from(text));
  }

  close() {
    if (this.#isOpen && !this.#isClosed) {
      this.#write(CLOSE, Buffer.from([0x03, 0xe8]));
    }
    this.#line.end();
    this.#end(1000);
  }

  /** The cable is cut: nobody says goodbye. */
  cut() {
    this.#line.destroy();
  }

  #end(code) {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.onclose({ code });
    }
  }

  #came(data, key) {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    if (!this.#isOpen && !this.#opens(key)) {
      return;
    }
    for (let frame = this.#frame(); frame !== null && !this.#isClosed; frame = this.#frame()) {
      this.#take(frame);
    }
  }

  #opens(key) {
    const end = this.#buffer.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    const head = this.#buffer.subarray(0, end).toString();
    this.#buffer = this.#buffer.subarray(end + 4);
    const accept = createHash("sha1")
      .update(key + GUID)
      .digest("base64");
    if (!head.startsWith("HTTP/1.1 101") || !head.includes(accept)) {
      this.#line.destroy();
      return false;
    }
    this.#isOpen = true;
    this.onopen({});
    return true;
  }

  #frame() {
    const buffer = this.#buffer;
    if (buffer.length < 2) {
      return null;
    }
    const short = buffer[1] & 0x7f;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (buffer.length < start) {
      return null;
    }
    const size = short < 126 ? short : short === 126 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
    if (buffer.length < start + size) {
      return null;
    }
    this.#buffer = buffer.subarray(start + size);
    return { kind: buffer[0] & 0xf, data: buffer.subarray(start, start + size) };
  }

  #take({ kind, data }) {
    if (kind === TEXT) {
      this.onmessage({ data: data.toString() });
    } else if (kind === PING) {
      this.#write(PONG, data);
    } else if (kind === CLOSE) {
      this.#line.end();
      this.#end(data.length >= 2 ? data.readUInt16BE(0) : 1005);
    }
  }

  #write(kind, data) {
    const mask = randomBytes(4);
    const long = data.length > 65535 ? 8 : data.length > 125 ? 2 : 0;
    const head = Buffer.alloc(2 + long);
    head[0] = 0x80 | kind;
    head[1] = 0x80 | (long === 8 ? 127 : long === 2 ? 126 : data.length);
    if (long === 2) {
      head.writeUInt16BE(data.length, 2);
    } else if (long === 8) {
      head.writeBigUInt64BE(BigInt(data.length), 2);
    }
    this.#line.write(Buffer.concat([head, mask, data.map((byte, index) => byte ^ mask[index % 4])]));
  }
}

function handshake(port, key) {
  return [
    "GET /ws HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${key}`,
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Protocol: ndjson",
    "",
    "",
  ].join("\r\n");
}
