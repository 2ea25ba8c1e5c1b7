// Shows the fixture: fixture.html?offline&door&theme=dark#/r/tides. `window.chat` is there for whoever tries something.

import { html, render } from "/page/vendor/preact.js";
import { App } from "/page/view/app.js";
import { createLayers } from "/page/view/layers.js";
import { fakeChat, state } from "./fixture.js";

const asked = new URLSearchParams(location.search);
const first = state();
if (asked.has("door")) first.me = null;
if (asked.has("members")) first.about = { ...first.about, guests: false, registration: asked.get("members") || "open" };
if (asked.has("offline")) {
  const now = Date.now();
  first.link = { state: "waiting", since: now - 5000, retryAt: now + 3900, refused: null };
  first.places.get("#tides").typing = [];
}
if (asked.has("typing")) first.places.get("#tides").typing = ["Ben"];
if (asked.has("theme")) document.documentElement.dataset.theme = asked.get("theme");
if (asked.has("font")) document.documentElement.style.setProperty("--sans", asked.get("font"));

window.chat = fakeChat(first);
window.layers = createLayers({ setTimeout: (act, ms) => setTimeout(act, ms), clearTimeout: (timer) => clearTimeout(timer) });
render(html`<${App} chat=${window.chat} layers=${window.layers} isReturning=${false} />`, document.getElementById("page"));
