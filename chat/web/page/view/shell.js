// All that is behind the door: the list, the open place and its people. On a phone one of them at a time.

import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../vendor/preact.js";
import { Banner } from "./banner.js";
import { Layers } from "./dialog.js";
import { DropZone } from "./drop.js";
import { Head } from "./head.js";
import { listenForKeys } from "./keys.js";
import { People } from "./people.js";
import { openPersonMenu } from "./person_menu.js";
import { PictureDialog } from "./picture_dialog.js";
import { Notices } from "./notices.js";
import { callWhoIsAway } from "./notify.js";
import { ReportDialog } from "./report.js";
import { Room } from "./room.js";
import { keyOf, toList, useFollowing } from "./route.js";
import { Side } from "./side.js";
import { followBack } from "./search_back.js";
import { swipeToList } from "./swipe.js";
import { useTray } from "./tray.js";
import { useChat, useMedia, usePage, usePhone } from "./layers.js";
import { fragmentOf } from "../core/router.js";

/** @param {{route: import("../core/router.js").Route}} props */
export function Shell({ route }) {
  const page = usePage();
  const phone = usePhone();
  const [showsPeople, togglePeople] = usePeople();
  // The address says what is on the screen; without one, that is what was open last, or the list of a phone.
  const place = useChat((state) => state.places.get(keyOf(route) ?? (phone ? null : state.open)));
  useFollowing(route, phone);
  usePins(place?.kind === "direct" ? null : place?.key);
  useEffect(() => followBack(page.layers), [page]);
  useEffect(() => listenForKeys(page, { togglePeople }), [page, togglePeople]);
  useEffect(() => callWhoIsAway(page.chat), [page]);
  const people = showsPeople && place && place.kind !== "direct";
  const classes = ["app", phone && "phone", people && "with-people"].filter(Boolean).join(" ");
  return html`
    <div class=${classes}>
      ${(!phone || !place) && html`<${Side} phone=${phone} />`}
      ${(!phone || place) &&
      html`<${Pane} place=${place} route=${route} phone=${phone} showsPeople=${people} onPeople=${togglePeople} />`}
      ${people && html`<${People} place=${place} onClose=${togglePeople} />`}
    </div>
    <${Layers} />
  `;
}

/** Asks what is pinned in the place with this key, each time that it is opened or the connection is back. */
function usePins(key) {
  const { chat } = usePage();
  const isOpen = useChat((state) => state.link.state === "open");
  useEffect(() => {
    if (isOpen && key && chat.state.places.has(key)) chat.pins(key).catch(() => undefined);
  }, [isOpen, key]);
}

/** Whether people are shown: at first only where there is room for them. */
function usePeople() {
  const isWide = useMedia("(min-width: 1080px)");
  const [shown, show] = useState(isWide);
  useEffect(() => show(isWide), [isWide]);
  return [shown, useMemo(() => () => show((now) => !now), [])];
}

function Pane({ place, route, phone, showsPeople, onPeople }) {
  const page = usePage();
  const { chat, layers } = page;
  const me = useChat((state) => state.me);
  const settings = useChat((state) => state.settings);
  const main = useRef(null);
  // A screen reader hears where one is; the composer would bring up the keyboard.
  useLayoutEffect(() => {
    if (phone) main.current.querySelector("h1")?.focus({ preventScroll: true });
  }, [place?.key, phone]);
  const tray = useTray(place);
  const target = useMemo(() => (route.seq ? { seq: route.seq } : null), [route]);
  if (!place) return html`<main class="room" ref=${main}><${Banner}><${Notices} /><//><${Nothing} isGoing=${keyOf(route) !== null} /></main>`;
  const person = (name, at) => openPersonMenu(page, { name, place, at, opener: at instanceof Element ? at : null });
  const openRoom = (name) => location.assign(fragmentOf({ kind: "room", name }));
  const report = (row) => layers.dialog(ReportDialog, { row, place });
  const show = (file) => layers.dialog(PictureDialog, { file });
  return html`<main class="room" ref=${main} ...${phone ? swipeToList(toList) : {}}>
    <${Head} place=${place} phone=${phone} showsPeople=${showsPeople} onPeople=${onPeople} />
    <div class="stage">
      <${Banner}><${Notices} /><//>
      <${Room}
        chat=${chat}
        place=${place}
        me=${me}
        settings=${settings}
        target=${target}
        person=${person}
        openRoom=${openRoom}
        report=${report}
        tray=${tray}
        show=${show}
      />
    </div>
    <${DropZone} place=${place} tray=${tray} />
  </main>`;
}

function Nothing({ isGoing }) {
  if (isGoing) return html`<div class="nothing"><h1 class="unseen">One moment</h1></div>`;
  return html`<div class="nothing">
    <h1>You are in no room</h1>
    <p>Press + beside “Rooms” to find one or to make one, or write to somebody.</p>
  </div>`;
}
