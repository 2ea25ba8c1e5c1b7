// Who is typing: a line of fixed height, so that nothing moves when somebody begins.

import { html } from "../vendor/preact.js";

/** What is said of people with these names who are writing. */
export function typingSentence(names) {
  if (names.length === 0) return "";
  if (names.length === 1) return `${names[0]} is typing`;
  if (names.length === 2) return `${names[0]} and ${names[1]} are typing`;
  return "Several people are typing";
}

export function TypingLine({ names }) {
  const sentence = typingSentence(names);
  return html`<p class="typing">
    ${sentence && html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span> <span class="cut" dir="auto">${sentence}</span>`}
  </p>`;
}
