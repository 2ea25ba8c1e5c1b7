// Starts the page: the chat over this browser's WebSocket and storage, what surrounds it, and the views.

import { html, render } from "./vendor/preact.js";
import { createChat } from "./core/chat.js";
import { createStorage } from "./core/storage.js";
import { App } from "./view/app.js";
import { createLayers } from "./view/layers.js";
import { surround } from "./view/surroundings.js";
import { takeTicket } from "./view/ticket.js";

const chat = createChat({
  connect: () => new WebSocket(socketAddress()),
  storage: createStorage({ local: allowed("localStorage"), session: allowed("sessionStorage"), listen: listenToTabs }),
  now: () => Date.now(),
  random: (count) => crypto.getRandomValues(new Uint8Array(count)),
  timers: { set: (act, ms) => setTimeout(act, ms), clear: (timer) => clearTimeout(timer) },
});
const layers = createLayers({ setTimeout: (act, ms) => setTimeout(act, ms), clearTimeout: (timer) => clearTimeout(timer) });

surround(chat, layers);
const ticket = takeTicket();
const isReturning = ticket === null && chat.start();
render(html`<${App} chat=${chat} layers=${layers} isReturning=${isReturning} ticket=${ticket} />`, document.getElementById("page"));

function socketAddress() {
  const address = new URL("ws", document.baseURI);
  address.protocol = address.protocol.replace("http", "ws");
  address.hash = "";
  return address;
}

/** A storage of the window; null where the browser forbids even looking at it. */
function allowed(name) {
  try {
    return window[name];
  } catch {
    return null;
  }
}

function listenToTabs(listener) {
  const heard = (event) => event.storageArea === allowed("localStorage") && listener(event.key, event.newValue);
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}
