// The group of the settings for what calls somebody who is not looking.

import { html, useState } from "../vendor/preact.js";
import { useChat, usePage } from "./layers.js";
import { askToNotify, whyNot } from "./notify.js";
import { playTone } from "./sound.js";

/** Notifications and the tone: both are off until somebody turns them on. */
export function Calls() {
  const { chat } = usePage();
  const { notify, sounds } = useChat((state) => state.settings);
  const [reason, setReason] = useState(whyNot);
  const isOn = notify && !reason && Notification.permission === "granted";
  const setNotify = async ({ target }) => {
    const isWanted = target.checked && (await askToNotify());
    setReason(whyNot());
    // The browser may have been asked in vain: then the box shows what holds.
    target.checked = isWanted;
    chat.set({ notify: isWanted });
  };
  const setSounds = ({ target }) => {
    chat.set({ sounds: target.checked });
    if (target.checked) playTone();
  };
  return html`<section class="group">
    <h3>When you are not looking</h3>
    <label class="check">
      <input type="checkbox" name="notify" checked=${isOn} disabled=${Boolean(reason)} onChange=${setNotify} />
      <span>Notifications<span class="hint">${reason || "Of messages to you alone, and of those that mention you."}</span></span>
    </label>
    <label class="check">
      <input type="checkbox" name="sounds" checked=${sounds} onChange=${setSounds} />
      <span>A short tone<span class="hint">For the same messages.</span></span>
    </label>
  </section>`;
}
