// What can be typed behind a slash.

import { html } from "../vendor/preact.js";
import { COMMANDS } from "../core/command_table.js";
import { fold } from "../core/names.js";
import { Dialog } from "./dialog.js";
import { useChat } from "./layers.js";

/** Commands that the page has better ways for. */
const HIDDEN = new Set(["register", "login", "begin", "end", "reactions"]);

/** @param {{query?: string, onClose: function}} props - the name of a command or of a group of them, or nothing */
export function HelpDialog({ query = "", onClose }) {
  const isOperator = useChat((state) => state.me?.isOperator);
  const wanted = fold(query.trim().replace(/^\//, ""));
  const fits = ({ name, aliases, group }) => !wanted || [name, group, ...aliases].includes(wanted);
  const known = COMMANDS.filter(({ name, group }) => !HIDDEN.has(name) && (group !== "operators" || isOperator));
  const found = known.some(fits) ? known.filter(fits) : known;
  const groups = [...new Set(found.map(({ group }) => group))];
  return html`<${Dialog} title="Commands" onClose=${onClose} wide>
    <p class="hint">Type them like a message, with / before them. //text says /text.</p>
    ${groups.map(
      (group) => html`<section class="group wide" key=${group}>
        <h3>${group[0].toUpperCase()}${group.slice(1)}</h3>
        <dl class="keys">
          ${found
            .filter((command) => command.group === group)
            .map(({ usage, help }) => html`<div><dt><code>/${usage}</code></dt><dd>${help}</dd></div>`)}
        </dl>
      </section>`,
    )}
  <//>`;
}
