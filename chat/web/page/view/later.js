// What is not loaded with the page: whoever stands at the door does not wait for what is behind it.

import { useEffect, useState } from "../vendor/preact.js";

const STYLES = ["shell", "side", "people", "floats", "settings", "list", "composer", "files", "palette", "print"];
let loading = null;

/** Loads what is behind the door, once, and its styles: kept when all of it can be shown. */
export function loadShell() {
  loading ??= load();
  return loading;
}

function load() {
  addTouchIcon();
  return Promise.all([import("./shell.js"), ...STYLES.map(addStyle)]).then(([shell]) => shell, again);
}

/** The icon that phones put on their home screen. Firefox loads it at once wherever it is named. */
function addTouchIcon() {
  if (document.querySelector("link[rel=apple-touch-icon]")) return;
  const href = new URL("../icon-180.png", import.meta.url).href;
  document.head.append(Object.assign(document.createElement("link"), { rel: "apple-touch-icon", href }));
}

/** The next one who needs it tries anew. */
function again(error) {
  loading = null;
  throw error;
}

/** Begins to load it, and leaves what goes wrong to whoever needs it. */
export function preloadShell() {
  loadShell().catch(() => undefined);
}

function addStyle(name) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: new URL(`../style/${name}.css`, import.meta.url).href });
    link.onload = resolve;
    link.onerror = () => reject(new Error(link.href));
    document.head.append(link);
  });
}

/** Its component, as soon as it is here and `isWanted`; `isBroken` if it could not be loaded. */
export function useShell(isWanted) {
  const [shell, setShell] = useState({ Shell: null, isBroken: false });
  useEffect(() => {
    if (!isWanted || shell.Shell) return;
    loadShell().then(
      ({ Shell }) => setShell({ Shell, isBroken: false }),
      () => setShell({ Shell: null, isBroken: true }),
    );
  }, [isWanted]);
  return shell;
}
