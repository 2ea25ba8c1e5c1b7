// Where the address leads, and going there. The browser's Back works, because all ways through the page are addresses.

import { useEffect, useRef, useState } from "../vendor/preact.js";
import { personKey, roomKey } from "../core/names.js";
import { fragmentOf, routeOf } from "../core/router.js";
import { sentence } from "./sentences.js";
import { useChat, usePage } from "./layers.js";

/** The route of the address, now and later: see core/router.js. Another object each time one goes somewhere. */
export function useRoute() {
  const [route, set] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const look = () => set(routeOf(location.hash));
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  return route;
}

/** Opens the place that the route names, and enters it first where we are not in it. */
export function useFollowing(route, phone) {
  const { chat, layers } = usePage();
  const isIn = useChat((state) => state.me !== null && state.link.state === "open");
  const open = useChat((state) => state.open);
  const done = useRef(null);
  const followed = useRef(null);
  useEffect(() => {
    if (!isIn || done.current === route) return;
    const before = done.current;
    done.current = route;
    if (phone && before?.type === "none" && route.type !== "none") history.replaceState({ fromList: true }, "");
    const arrived = () => (followed.current = route);
    follow(chat, route, phone).then(arrived, (error) => {
      layers.note(sentence(error));
      replace(phone ? null : chat.state.places.get(chat.state.open));
    });
  }, [route, isIn]);
  // On a wide page there is always a place on the screen, and the address says which.
  useEffect(() => {
    if (!isIn || phone || !open || done.current !== route) return;
    const isGone = route.type !== "none" && followed.current === route && !chat.state.places.has(keyOf(route));
    if (route.type === "none" || isGone) replace(chat.state.places.get(open));
  }, [isIn, phone, route, open]);
}

async function follow(chat, route, phone) {
  if (route.type === "none") {
    if (!phone && !chat.state.open) chat.open([...chat.state.places.keys()][0]);
  } else if (route.type === "person") chat.open(chat.direct(route.name));
  else {
    const key = roomKey(route.name);
    if (!chat.state.places.has(key)) await enter(chat, route);
    chat.open(key);
    // The code has done its work, and is nobody else's business.
    if (route.code) replace(chat.state.places.get(key));
  }
}

async function enter(chat, { name, code }) {
  try {
    await chat.join(name, code ?? undefined);
  } catch (error) {
    // A guest who comes back enters all former rooms again, this one among them.
    if (error.code !== "already_in_room") throw error;
  }
}

/** Another address for where we are, without one more step for Back. */
function replace(place) {
  history.replaceState(history.state, "", place ? fragmentOf(place) : location.pathname);
  dispatchEvent(new Event("hashchange"));
}

/** The key of the place that a route leads to; null for the list. */
export function keyOf(route) {
  if (route.type === "none") return null;
  return route.type === "person" ? personKey(route.name) : roomKey(route.name);
}

/** Back to the list, as the browser's Back does it where one came from there. */
export function toList() {
  if (history.state?.fromList) history.back();
  else location.hash = "";
}
