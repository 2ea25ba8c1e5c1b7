// Looks at all that ever comes into the document. `faults` are what the page itself never makes, or what was run.

window.faults = [];
const fault = (what) => window.faults.length < 20 && window.faults.push(what);
performance.setResourceTimingBufferSize(10000);
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = () => fault(`${name} was called`);
addEventListener("securitypolicyviolation", (event) => fault(`policy: ${event.effectiveDirective} ${event.blockedURI}`), true);
addEventListener("error", (event) => event.message && fault(`error: ${event.message}`));
addEventListener("unhandledrejection", (event) => fault(`rejected: ${event.reason?.message ?? event.reason}`));
const known = new Set(("a article aside audio b bdi blockquote br button canvas circle code dd details dialog div dl dt ellipse em "
  + "fieldset figcaption figure footer form g h1 h2 h3 h4 header hr i img input kbd label legend li line link main mark meter nav ol "
  + "optgroup option output p path polyline pre progress rect s search section select small span strong summary svg table tbody "
  + "td textarea th thead time title tr ul use video").split(" "));
const ours = (url, ...folders) => url.origin === location.origin && folders.some((folder) => url.pathname.startsWith(folder));
const addresses = {
  img: (url) => url.protocol === "blob:" || ours(url, "/files/", "/invite.svg", "/page/"),
  link: (url) => ours(url, "/page/"),
  audio: (url) => ours(url, "/files/"),
  video: (url) => ours(url, "/files/"),
  use: (url) => ours(url, "/page/"),
  a: (url, node) => ["http:", "https:", "mailto:", "blob:"].includes(url.protocol)
    && (url.origin === location.origin || url.protocol === "blob:" || (node.target === "_blank" && node.relList.contains("noopener"))),
};
const check = (node) => {
  if (!known.has(node.localName)) return fault(`<${node.localName}>: ${node.outerHTML.slice(0, 150)}`);
  for (const { name, value } of node.attributes) {
    const isBad = /^on|^(srcdoc|formaction|background|ping|xlink:href|srcset|action|poster)$/i.test(name)
      || (name === "style" && /url|expression|@import/i.test(value));
    if (isBad) fault(`${name}=${value}`);
    if (name !== "src" && name !== "href") continue;
    let url = null;
    // A link that is no address leads nowhere.
    try { url = new URL(value, location.href); } catch { continue; }
    if (!addresses[node.localName]?.(url, node)) fault(`${node.localName} ${name}=${value}`);
  }
};
const checkAll = (node) => {
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  check(node);
  node.querySelectorAll("*").forEach(check);
};
checkAll(document.getElementById("page"));
new MutationObserver((changes) => changes.forEach((change) =>
  change.type === "attributes" ? check(change.target) : change.addedNodes.forEach(checkAll),
)).observe(document, { subtree: true, childList: true, attributes: true });
