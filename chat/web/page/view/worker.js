// The service worker of this page, where the browser has such a thing: it has none on plain http.

let registering = null;

/** Has the browser run /sw.js, once. @returns {Promise<ServiceWorkerRegistration?>} null where that cannot be */
export function startWorker() {
  registering ??= register().catch(() => null);
  return registering;
}

async function register() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return null;
  const address = () => new URL("sw.js", document.baseURI).href;
  // Under Trusted Types a string names no script. The page has this one policy, which knows one address.
  const policy = window.trustedTypes?.createPolicy("worker", { createScriptURL: address });
  await serviceWorker.register(policy ? policy.createScriptURL("") : address(), { updateViaCache: "none" });
  return serviceWorker.ready;
}

/** Tells it something, if it is there: see sw.js. */
export async function tellWorker(message) {
  const registration = await startWorker();
  registration?.active?.postMessage(message);
}
