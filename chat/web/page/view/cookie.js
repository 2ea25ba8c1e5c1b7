// The cookie with which this browser reads files: pictures and downloads send nothing else. Nothing waits for it long.

/** Milliseconds that a picture waits for the first cookie: without one it would fail first. */
const PATIENCE = 3000;
/** A cookie that is younger is not the reason that something cannot be read. */
const YOUNG = 5000;

/**
 * @param {object} chat
 * @param {(path: string) => string} addressOf
 */
export function createCookie(chat, addressOf) {
  let running = null;
  let since = -YOUNG;
  let isOpen = false;

  async function fetchIt() {
    try {
      const { ack } = await chat.ask({ type: "ticket" });
      const body = JSON.stringify({ ticket: ack.ticket });
      await fetch(addressOf("/session"), { method: "POST", body, headers: { "Content-Type": "application/json" } });
      since = performance.now();
    } catch {
      // No connection: there is a new cookie with the next one.
    }
    running = null;
  }
  const renew = () => (running ??= fetchIt());

  function look() {
    const wasOpen = isOpen;
    isOpen = chat.state.link.state === "open" && Boolean(chat.state.me);
    if (isOpen && !wasOpen) renew();
  }
  look();
  chat.subscribe(look);
  return {
    /** Kept as soon as there may be a cookie; it is never rejected, and takes seconds at most. */
    ready: () =>
      running ? Promise.race([running, new Promise((done) => setTimeout(done, PATIENCE))]) : Promise.resolve(),
    /** Something could not be read: get another cookie, unless this one is new. Kept in any case. */
    renew: () => (running || performance.now() - since > YOUNG ? renew() : Promise.resolve()),
  };
}
