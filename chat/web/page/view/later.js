// What is not loaded with the page: whoever stands at the door does not wait for what is behind it.

import { useEffect, useState } from "../vendor/preact.js";

let loading = null;

/** Loads what is behind the door, once. */
export function loadShell() {
  loading ??= import("./shell.js");
  return loading;
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
