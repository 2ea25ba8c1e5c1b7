// What surrounds the chat: the window, its focus and size, the network, the colours, and what /about.json says.

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/**
 * Connects `chat` with the window, for as long as the page lives.
 * @param {object} chat
 * @param {object} layers - hear of a server that does not answer, and of a newer page
 */
export function surround(chat, layers) {
  follow(chat, ({ settings }) => settings, dress);
  followWindow(chat);
  followViewport();
  const ask = createAsking(chat, layers);
  ask();
  // After a restart, it may be a newer server.
  follow(chat, ({ link }) => link.state === "open", (isOpen) => isOpen && ask());
  addEventListener("beforeunload", (event) => chat.unsent > 0 && event.preventDefault());
}

function follow(chat, select, act) {
  let seen = select(chat.state);
  act(seen);
  chat.subscribe(() => {
    const now = select(chat.state);
    if (now === seen) return;
    seen = now;
    act(now);
  });
}

/** The colours and the size of text that the reader chose. */
function dress({ theme, size }) {
  const root = document.documentElement;
  if (theme === "system") root.removeAttribute("data-theme");
  else root.dataset.theme = theme;
  root.style.setProperty("--size", size);
}

function followWindow(chat) {
  const look = () => chat.looking(document.visibilityState === "visible", document.hasFocus());
  look();
  document.addEventListener("visibilitychange", () => {
    look();
    if (document.visibilityState === "visible") chat.wake();
  });
  addEventListener("focus", look);
  addEventListener("blur", look);
  addEventListener("online", () => chat.wake());
}

/** Where the keyboard covers the page instead of making it smaller (iOS), the style sheets learn what can be seen. */
function followViewport() {
  const { visualViewport } = window;
  if (!visualViewport) return;
  const root = document.documentElement;
  const look = () => {
    // A pinch makes it smaller, too, and is nothing to follow.
    const isCovered = visualViewport.scale === 1 && innerHeight - visualViewport.height > 1;
    if (isCovered) root.style.setProperty("--vvh", `${visualViewport.height}px`);
    else root.style.removeProperty("--vvh");
    if (isCovered) scrollTo(0, 0);
  };
  visualViewport.addEventListener("resize", look);
}

/** The version in the address of this module, and so of this page: see chat/web/page/assets.py. */
const VERSION = /\/page\/([^/]+)\/view\//.exec(import.meta.url)?.[1];

/** Asks for /about.json until it is here; compares the version of its page with that of this one. */
function createAsking(chat, layers) {
  let wait = FIRST_MS;
  let timer = null;
  let since = null;
  return async function ask() {
    clearTimeout(timer);
    try {
      const answer = await fetch(new URL("about.json", document.baseURI), { cache: "no-store" });
      since = null;
      wait = FIRST_MS;
      layers.put({ down: null });
      // A server that refuses this is there all the same.
      if (!answer.ok) return;
      const about = await answer.json();
      chat.about(about);
      layers.put({ isNewer: about.page !== VERSION });
    } catch {
      since ??= Date.now();
      layers.put({ down: { state: "waiting", since, retryAt: Date.now() + wait, refused: null, retry: ask } });
      timer = setTimeout(ask, wait);
      wait = Math.min(2 * wait, LONGEST_MS);
    }
  };
}
