// Settings: the frame, and the groups in their order. Each group is a component of its own, in a file of its own.

import { html } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { KeysDialog } from "./keys_dialog.js";
import { useChat, usePage } from "./layers.js";
import { Account } from "./settings_account.js";
import { Copy } from "./settings_copy.js";
import { Devices } from "./settings_devices.js";
import { Ignored } from "./settings_ignored.js";
import { Look } from "./settings_look.js";
import { Calls } from "./settings_notify.js";
import { Profile } from "./settings_profile.js";
import { Tokens } from "./settings_tokens.js";

/** @param {{onClose: function}} props */
export function Settings({ onClose }) {
  const { layers } = usePage();
  const isAccount = useChat((state) => state.me?.isAccount === true);
  return html`<${Dialog} title="Settings" wide onClose=${onClose}>
    <div class="settings">
      <${Look} />
      <${Calls} />
      <section class="group" aria-label="Keys">
        <button class="button" type="button" onClick=${() => layers.dialog(KeysDialog)}><${Icon} name="keys" small />Keys</button>
      </section>
      <${Profile} />
      <${Ignored} />
      ${isAccount && html`<${Devices} /><${Tokens} /><${Copy} />`}
      <${Account} onClose=${onClose} />
    </div>
  <//>`;
}
