// All drawings of the page: 20 by 20, drawn with a line of 1.6 in the colour of the text beside it.

import { html } from "../vendor/preact.js";

const PATHS = {
  archive: ["M3.5 4h13v3.5h-13zM4.8 7.5V16h10.4V7.5M8.2 10.8h3.6"],
  back: ["M12 4.5 6.5 10l5.5 5.5"],
  ban: ["M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM5.2 5.2l9.6 9.6"],
  bell: ["M4 14.3h12c-1.2-1.4-1.7-2.7-1.7-6a4.3 4.3 0 0 0-8.6 0c0 3.3-.5 4.6-1.7 6zM8.3 17h3.4"],
  bellOff: ["M6.6 6.9c-.2.7-.3 1.4-.3 2.1 0 2.9-.5 4-1.5 5.2h9.4M8 5.6A3.7 3.7 0 0 1 13.7 9c0 1.6.15 2.6.4 3.4M8.4 16.6h3.2M3.5 3.5l13 13"],
  camera: ["M3 6.5h3l1.3-2h5.4l1.3 2h3v9.5H3zM10 8.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z"],
  check: ["m4.5 10.5 3.7 3.7 7.3-8"],
  clip: ["m14.6 9.2-5.4 5.4a2.9 2.9 0 0 1-4.1-4.1l5.9-5.9a1.9 1.9 0 0 1 2.7 2.7l-5.8 5.8a.95.95 0 0 1-1.35-1.35l5.1-5.1"],
  clock: ["M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6.3V10l2.4 1.6"],
  close: ["m5.5 5.5 9 9M14.5 5.5l-9 9"],
  copy: ["M7.5 7.5h8v8h-8zM12.5 7.5v-3h-8v8h3"],
  device: ["M6 3.5h8v13H6zM9.2 14h1.6"],
  down: ["M10 4v12M5 11l5 5 5-5"],
  download: ["M10 3.5v9M6 9l4 4 4-4M4 16.5h12"],
  edit: ["m4 16 .7-3.2 8-8a1.2 1.2 0 0 1 1.7 0l.8.8a1.2 1.2 0 0 1 0 1.7l-8 8z"],
  enter: ["M10.5 4H16v12h-5.5M3.5 10h8M8.5 7l3 3-3 3"],
  flag: ["M5 17V3.5M5 4.2h9.5l-2 3.3 2 3.3H5"],
  hash: ["M8.3 3.8 6.2 16.2M13.8 3.8l-2.1 12.4M4.3 7.8h12.2M3.5 12.2h12.2"],
  hide: ["M3.5 3.5l13 13M8 5.3A7 7 0 0 1 10 5c4.5 0 7 5 7 5a12 12 0 0 1-2.2 2.8M5.3 6.9A12 12 0 0 0 3 10s2.5 5 7 5a6.5 6.5 0 0 0 2.6-.5"],
  invite: ["M10 12V3.5M6.7 6.5 10 3.2l3.3 3.3M5.5 9.5h-1.5v7h12v-7h-1.5"],
  keys: ["M3 5.5h14v9H3zM6 8.5h.01M9 8.5h.01M12 8.5h.01M14.5 8.5h.01M7 11.7h6"],
  link: ["M8.7 11.3a3 3 0 0 0 4.3 0l2.6-2.6a3 3 0 0 0-4.3-4.3l-.9.9M11.3 8.7a3 3 0 0 0-4.3 0l-2.6 2.6a3 3 0 0 0 4.3 4.3l.9-.9"],
  lock: ["M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9"],
  mention: ["M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zm0-3v4a2 2 0 0 0 4 0v-1a7 7 0 1 0-3 5.7"],
  message: ["M4 4.5h12v9H9.5L6 16.5v-3H4z"],
  more: ["M5 10h.01M10 10h.01M15 10h.01"],
  mute: ["M4 8v4h2.5l3.5 3V5L6.5 8zM13 8l4 4M17 8l-4 4"],
  open: ["M11.5 4H16v4.5M16 4l-7 7M13.5 11v5h-9.5v-9.5h5"],
  out: ["M9.5 4H4v12h5.5M8.5 10h8M13.5 7l3 3-3 3"],
  people: ["M7.5 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM2.2 16.2v-.7a3.5 3.5 0 0 1 3.5-3.5h3.6a3.5 3.5 0 0 1 3.5 3.5v.7M13 4.2a3 3 0 0 1 0 5.6M14.9 12.1a3.5 3.5 0 0 1 2.9 3.4v.7"],
  person: ["M10 3.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM3.8 16.5c.3-2.7 2.1-4.2 4.4-4.2h3.6c2.3 0 4.1 1.5 4.4 4.2"],
  picture: ["M3.5 4.5h13v11h-13zM3.5 13l3.7-3.6 3 3 2-1.9 4.3 4M12.9 7.6h.01"],
  pin: ["M12 3.5 16.5 8l-2 .6-2.7 2.7-.4 3.2-6-6 3.2-.4 2.7-2.7zM8 12l-4.3 4.3"],
  plus: ["M10 4.2v11.6M4.2 10h11.6"],
  reload: ["M16 10a6 6 0 1 1-1.8-4.3L16 7.5M16 3.5v4h-4"],
  reply: ["M7.5 5 3.5 9l4 4M3.5 9h8a5 5 0 0 1 5 5v1.5"],
  search: ["M9 3.8a5.2 5.2 0 1 0 0 10.4A5.2 5.2 0 0 0 9 3.8zM12.8 12.8l3.7 3.7"],
  send: ["M10 16V4.5M5 9.2l5-5 5 5"],
  settings: ["M2.8 5.5h8.2M14 5.5h3.2M11 3.6v3.8M2.8 10h3.2M9 10h8.2M9 8.1v3.8M2.8 14.5h8.2M14 14.5h3.2M11 12.6v3.8"],
  smile: ["M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM7.8 8.2h.01M12.2 8.2h.01M7 11.7c.7 1.2 1.7 1.8 3 1.8s2.3-.6 3-1.8"],
  star: ["m10 3.5 2 4.2 4.5.6-3.3 3.2.8 4.5-4-2.2-4 2.2.8-4.5L3.5 8.3 8 7.7z"],
  trash: ["M4 6h12M8 6V4h4v2M5.5 6l.7 10.5h7.6L14.5 6M8.5 9v4.5M11.5 9v4.5"],
  warning: ["M10 3.5 17.5 16.5h-15zM10 8.5v3.5M10 14.3h.01"],
  wave: ["M3.2 11.5c1.1-2.6 2.3-3.5 3.5-3.1 2.3.7 4.2 3.9 6.5 3.3 1.2-.3 2.4-1.5 3.6-3.2"],
};

/**
 * One drawing. It is never read out: the words beside it, or the label of its button, say what it means.
 * @param {{name: string, small?: boolean}} props - `name` is a key of PATHS; an unknown one draws nothing
 */
export function Icon({ name, small }) {
  return html`<svg
    class="icon"
    style=${small ? { inlineSize: "16px", blockSize: "16px" } : undefined}
    viewBox="0 0 20 20"
    aria-hidden="true"
    focusable="false"
  >
    ${(PATHS[name] ?? []).map((d) => html`<path d=${d} />`)}
  </svg>`;
}

/** The sign of the page: two bubbles, one behind the other. `icon.svg` is the same on a ground of its own. */
export function Logo() {
  return html`<svg class="logo" viewBox="0 0 22 22" width="22" height="22" aria-hidden="true" focusable="false">
    <path fill="currentColor" d="M5 1h6.5a4 4 0 0 1 4 4v3.8a6.5 6.5 0 0 0-6.3 5.2H5.2L1 17.5V5a4 4 0 0 1 4-4z" />
    <path
      fill="currentColor"
      opacity="0.55"
      d="M15.3 9.8h.7a5 5 0 0 1 5 5v6.7l-2.6-2h-3.1a4.85 4.85 0 0 1 0-9.7z"
    />
  </svg>`;
}
