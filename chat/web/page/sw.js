// The service worker: shows notifications, and the page itself while the server cannot be reached. It keeps the files
// of one version of the page, and nothing that anybody said.
//
// It rules until no page of its version is open: then the next one takes its place. So a page finds the files of its
// own version here, whatever the server has by then; and a page that is opened anew comes from the server.

const PAGE = { version: "", files: [] };
const CACHE = `page-${PAGE.version}`;
/** What a proxy says whose server is down. */
const DOWN = [502, 503, 504];
const here = (path) => new URL(path, self.registration.scope).href;
/** Notifications are shown one after the other, so that two tabs do not show the same. */
let last = Promise.resolve();

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(rule()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  address.hash = "";
  address.search = "";
  if (request.mode === "navigate" && address.href === here("./")) event.respondWith(page(request));
  else if (PAGE.files.some((name) => here(name) === address.href)) event.respondWith(file(request));
});
self.addEventListener("message", (event) => {
  const act = { show, close }[event.data?.type];
  if (act === undefined) return;
  last = last.then(() => act(event.data)).catch(() => undefined);
  event.waitUntil(last);
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(go(event.notification.data.fragment));
});

async function keep() {
  const index = await fetch(here("./"), { cache: "no-cache" });
  // The server may have become another one since it gave this file: its own worker comes soon.
  if (!index.ok || !(await index.clone().text()).includes(PAGE.version)) throw new Error("another version");
  const cache = await caches.open(CACHE);
  await cache.addAll(PAGE.files.map(here));
  await cache.put(here("./"), index);
}

async function rule() {
  const others = (await caches.keys()).filter((name) => name.startsWith("page-") && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function page(request) {
  try {
    const answer = await fetch(request);
    return DOWN.includes(answer.status) ? ((await kept(here("./"))) ?? answer) : answer;
  } catch (error) {
    const answer = await kept(here("./"));
    if (answer === undefined) throw error;
    return answer;
  }
}

async function file(request) {
  return (await kept(request.url)) ?? fetch(request);
}

async function kept(address) {
  return (await caches.open(CACHE)).match(address, { ignoreVary: true });
}

/** Shows a message, unless somebody looks at the chat in another tab, or it is shown already. */
async function show({ title, body, tag, seq, fragment }) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.some(({ visibilityState }) => visibilityState === "visible")) return;
  const shown = await self.registration.getNotifications({ tag });
  if (shown.some(({ data }) => data.seq >= seq)) return;
  const icon = here("page/icon-192.png");
  // The page has a sound of its own, for those who want one.
  const options = { body, tag, icon, renotify: true, silent: true, data: { seq, fragment } };
  await self.registration.showNotification(title, options);
}

/** Takes away what was read up to `seq` in the place of `tag`; without a `tag`, everything. */
async function close({ tag, seq }) {
  const shown = await self.registration.getNotifications(tag === undefined ? {} : { tag });
  for (const each of shown) if (tag === undefined || each.data.seq <= seq) each.close();
}

/** Goes to the message: in a page that is open, or in a new one. */
async function go(fragment) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const [found] = pages;
  if (found === undefined) return self.clients.openWindow(here(`./${fragment}`));
  found.postMessage({ type: "go", fragment });
  return found.focus();
}
