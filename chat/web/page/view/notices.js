// What people are told once: an invitation, that they were removed from a room, an announcement of the operators.

import { html } from "../vendor/preact.js";
import { roomKey } from "../core/names.js";
import { fragmentOf } from "../core/router.js";
import { Icon } from "./icons.js";
import { openLater } from "./parts.js";
import { sentence } from "./sentences.js";
import { useChat, usePage } from "./layers.js";

const SHOWN = 3;

/** The latest notices. Those of core/passing.js go by themselves; each other stays until somebody takes it away. */
export function Notices() {
  const { chat } = usePage();
  const notices = useChat((state) => state.notices);
  return html`<div class="notices" role="status">
    ${notices.slice(-SHOWN).map((notice) => html`<${Notice} key=${notice.key} notice=${notice} chat=${chat} />`)}
  </div>`;
}

function Notice({ notice, chat }) {
  const { layers } = usePage();
  const { key, code, text, room } = notice;
  const away = () => chat.dismiss(key);
  const enter = () => {
    away();
    location.assign(fragmentOf({ kind: "room", name: room }));
  };
  const place = useChat((state) => state.places.get(roomKey(room ?? "")));
  const look = (dialog) => () => {
    away();
    openLater(layers, dialog, { place, tab: "Waiting" });
  };
  return html`<div class="banner news">
    <${Icon} name=${code === "invitation" ? "invite" : "warning"} small />
    <span class="text" dir="auto">${sentence({ message: text })}</span>
    ${code === "invitation" && html`<button type="button" onClick=${enter}>Come in</button>`}
    ${code === "report" && html`<button type="button" onClick=${look("operator")}>Look at reports</button>`}
    ${code === "held" && place && html`<button type="button" onClick=${look("room")}>Decide</button>`}
    <button type="button" class="bare" aria-label="Close" onClick=${away}><${Icon} name="close" small /></button>
  </div>`;
}
