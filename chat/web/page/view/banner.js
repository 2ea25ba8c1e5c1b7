// What floats over the list while there is no connection, and when the server has a newer page.

import { html, useEffect, useState } from "../vendor/preact.js";
import { Icon } from "./icons.js";
import { sentence } from "./sentences.js";
import { useChat, usePage, useSelected } from "./layers.js";

/** A break that is over by then is not shown. */
const QUIET_MS = 2000;
const TICK_MS = 250;

/** The banner, and below it what else is to be told (`children`). A screen reader hears it once, when it comes and when it goes, not each second. */
export function Banner({ children }) {
  const { chat, layers } = usePage();
  const own = useChat((state) => state.link);
  const { down, isNewer } = useSelected(layers, () => layers.content);
  const isIn = useChat((state) => state.me !== null);
  const link = own.state === "idle" && down ? down : own;
  const now = useClock(link.state !== "open" && link.since !== null);
  // The line was ended for good, and waits for a person.
  const isEnded = isIn && own.state === "idle" && own.refused !== null;
  const isLost = !isEnded && link.state !== "open" && link.since !== null && now - link.since >= QUIET_MS;
  const retry = down?.retry && !isIn ? down.retry : () => chat.retryNow();
  return html`<div class="banners">
    <p class="unseen" role="status">${isLost ? "Connection lost." : isEnded ? sentence(own.refused) : ""}</p>
    ${isLost && html`<${Lost} link=${link} now=${now} onTry=${retry} />`}
    ${isEnded &&
    html`<div class="banner">
      <span class="text" aria-hidden="true">${sentence(own.refused)}</span>
      <button type="button" onClick=${() => chat.retryNow()}>Come back</button>
    </div>`}
    ${isNewer && html`<${Newer} />`}
    ${children}
  </div>`;
}

function Lost({ link, now, onTry }) {
  const seconds = Math.max(1, Math.ceil(((link.retryAt ?? now) - now) / 1000));
  const reason = link.refused ? sentence(link.refused) : "Connection lost.";
  const rest = link.state === "waiting" && link.retryAt ? `Trying again in ${seconds} s` : "Trying again…";
  return html`<div class="banner">
    <span class="turning" aria-hidden="true"></span>
    <span class="text" aria-hidden="true">${reason} ${rest}</span>
    <button type="button" onClick=${onTry}>Try now</button>
  </div>`;
}

function Newer() {
  return html`<div class="banner">
    <${Icon} name="reload" small />
    <span class="text" role="status">There is a new version of this page.</span>
    <button type="button" onClick=${() => location.reload()}>Reload</button>
  </div>`;
}

/** The time, again and again while `runs`. */
function useClock(runs) {
  const [now, set] = useState(Date.now);
  useEffect(() => {
    if (!runs) return undefined;
    set(Date.now());
    const timer = setInterval(() => set(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [runs]);
  return now;
}
