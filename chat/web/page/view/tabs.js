// Tabs in a dialog: one stop for Tab, arrows between them.

import { html, useState } from "../vendor/preact.js";

/** @param {{label: string, tabs: [string, function][], first?: string}} props - the name of each, and what it shows */
export function Tabs({ label, tabs, first }) {
  const [open, setOpen] = useState(first ?? tabs[0][0]);
  const names = tabs.map(([name]) => name);
  const now = Math.max(0, names.indexOf(open));
  const press = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const isRightToLeft = getComputedStyle(event.currentTarget).direction === "rtl";
    const next = (now + (isRightToLeft ? -step : step) + names.length) % names.length;
    setOpen(names[next]);
    event.currentTarget.children[next].focus();
  };
  return html`
    <div class="tabs" role="tablist" aria-label=${label} onKeyDown=${press}>
      ${names.map(
        (name, index) => html`<button
          type="button"
          role="tab"
          id=${`tab-${index}`}
          aria-controls="tab-panel"
          aria-selected=${index === now}
          tabindex=${index === now ? 0 : -1}
          onClick=${() => setOpen(name)}
        >${name}</button>`,
      )}
    </div>
    <div class="form" role="tabpanel" id="tab-panel" aria-labelledby=${`tab-${now}`} key=${names[now]}>${tabs[now][1]()}</div>
  `;
}
