// Calls whoever is not looking: notifications, the badge of the installed page, and a tone.

import { alertFor, callCount, missedCall } from "../core/alerts.js";
import { isLookedAt } from "./reading.js";
import { playFor } from "./sound.js";
import { startWorker, tellWorker } from "./worker.js";

/**
 * Begins to call, for as long as somebody is in.
 * @returns {() => void} ends that, and takes away what is shown
 */
export function callWhoIsAway(chat) {
  startWorker();
  const went = ({ data }) => data?.type === "go" && location.assign(data.fragment);
  navigator.serviceWorker?.addEventListener("message", went);
  const endings = [chat.hear((place, row) => called(chat, place, row), missedCall), followReads(chat), followCount(chat)];
  return () => {
    endings.forEach((end) => end());
    navigator.serviceWorker?.removeEventListener("message", went);
    tellWorker({ type: "close" });
    showBadge(0);
  };
}

function called(chat, place, row) {
  const alert = alertFor(place, row);
  if (!alert) return;
  const { notify, sounds } = chat.state.settings;
  if (notify && document.visibilityState !== "visible" && isAllowed()) tellWorker({ type: "show", ...alert });
  if (sounds && !(isLookedAt() && chat.state.open === place.key)) playFor(alert);
}

/** What was read, here or on another device, calls no more. */
function followReads(chat) {
  let seen = chat.state.places;
  return chat.subscribe(({ places, settings }) => {
    const before = seen;
    seen = places;
    if (places === before || !settings.notify || !isAllowed()) return;
    for (const [tag, place] of before) {
      const read = places.has(tag) ? places.get(tag).read : Infinity;
      if (read > place.read) tellWorker({ type: "close", tag, seq: read });
    }
  });
}

function followCount(chat) {
  let shown = 0;
  const look = (state) => {
    const count = callCount(state);
    if (count !== shown) showBadge(count);
    shown = count;
  };
  look(chat.state);
  return chat.subscribe(look);
}

function showBadge(count) {
  // Browsers that have it refuse where the page is not installed.
  navigator.setAppBadge?.(count).catch(() => undefined);
}

const isAllowed = () => window.Notification?.permission === "granted";

/** Why this browser cannot show notifications of this page, as a sentence; "" where it can. */
export function whyNot() {
  if (!isSecureContext) return "This page came over plain http. Browsers show notifications, and install pages as apps, over https only.";
  if (!window.Notification || !navigator.serviceWorker) return "This browser has none. On an iPhone, add the page to the Home Screen first.";
  if (Notification.permission === "denied") return "Your browser blocks them. Its settings for this site can allow them again.";
  return "";
}

/** Asks for them: only when somebody has pressed something. @returns {Promise<boolean>} whether they may be shown */
export async function askToNotify() {
  return !whyNot() && (await Notification.requestPermission()) === "granted";
}
