// Where one is logged in, and logging one of these devices out.

import { html, useEffect } from "../vendor/preact.js";
import { kindOf, oneOfEach } from "../core/devices.js";
import { useChat } from "./layers.js";
import { dateOf, useAsking } from "./settings_asking.js";

export function Devices() {
  const ask = useAsking();
  const devices = useChat((state) => state.devices);
  const look = () => ask({ type: "device.list" });
  useEffect(() => void look(), []);
  const end = async (device) => {
    await ask({ type: "device.end", device }, "That device is logged out.");
    look();
  };
  return html`<section class="group" aria-label="Devices">
    <h3>Your devices</h3>
    <ul class="entries">
      ${oneOfEach(devices).map((device) => html`<${Entry} key=${device.handle} device=${device} onEnd=${() => end(device.handle)} />`)}
    </ul>
  </section>`;
}

function Entry({ device, onEnd }) {
  const kind = kindOf(device);
  const when = device.since === null ? `was here ${dateOf(device.used)}` : `since ${dateOf(device.since)}`;
  const where = device.address && device.since !== null ? `from ${device.address}, ` : "";
  return html`<li>
    <p>
      <span>${kind}${device.isThis && ", this one"}</span>
      <span class="hint">${where}${when}</span>
    </p>
    ${!device.isThis &&
    html`<button class="button" type="button" aria-label=${`Log out: ${kind}, ${where}${when}`} onClick=${onEnd}>Log out</button>`}
  </li>`;
}
