// The title of the window, and its icon: what is new, and where one is.

import { useEffect } from "../vendor/preact.js";
import { useChat } from "./layers.js";
import { titleOf } from "./sentences.js";

/**
 * What the title says: "(2) #tides", and "(offline)" while there is no connection.
 * @param {import("../core/shapes.js").State} state
 */
export function titleFor({ me, places, open, about, link }) {
  const name = about?.name || "Chat";
  if (!me) return name;
  const count = [...places.values()].reduce((sum, place) => sum + counts(place), 0);
  const place = places.get(open);
  const isLost = link.state !== "open" && link.since !== null;
  return [count > 0 && `(${count})`, isLost && "(offline)", place ? titleOf(place) : name].filter(Boolean).join(" ");
}

/** What of a place counts: all that is new, what is for us, or nothing. */
function counts({ level, unread, mentions }) {
  return { all: unread, mentions, none: 0 }[level];
}

/** Keeps the window's title right, and a dot on its icon while something is for us. */
export function Title() {
  const title = useChat(titleFor);
  const isAsked = useChat(({ places }) => [...places.values()].some((one) => one.level !== "none" && one.mentions > 0));
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const icon = document.querySelector("link[rel=icon]");
    if (icon) icon.href = icon.href.replace(/icon(-new)?\.svg$/, isAsked ? "icon-new.svg" : "icon.svg");
  }, [isAsked]);
  return null;
}
