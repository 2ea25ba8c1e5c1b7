// A group: a private room for some people, with a name that the server makes up.

import { html, useState } from "../vendor/preact.js";
import { fold, withoutSign } from "../core/names.js";
import { fragmentOf } from "../core/router.js";
import { Avatar } from "./avatar.js";
import { FormDialog } from "./dialog.js";
import { useChat, usePage } from "./layers.js";

const SHOWN = 50;

/** @param {{names?: string[], onClose: function}} props - names that are chosen already */
export function GroupDialog({ names = [], onClose }) {
  const { chat } = usePage();
  const me = useChat((state) => state.me);
  const people = useChat((state) => state.people);
  const [chosen, choose] = useState(new Set(names));
  const others = [...people.values()].filter(({ name }) => fold(name) !== fold(me.name));
  others.sort((one, other) => one.name.localeCompare(other.name));
  const toggle = (name) => choose((now) => new Set(now.has(name) ? [...now].filter((each) => each !== name) : [...now, name]));
  const run = async ({ more }) => {
    const typed = more.split(/[\s,;、，]+/u).map(withoutSign).filter(Boolean);
    const { ack } = await chat.ask({ type: "group", names: [...new Set([...chosen, ...typed])] });
    location.assign(fragmentOf({ kind: "room", name: ack.room }));
  };
  return html`<${FormDialog} title="New group" action="Make the group" run=${run} onClose=${onClose}>
    <p class="hint">${me.isAccount ? "A private room for you and these people; you may rename it later." : "For that, make your name yours first (Settings)."}</p>
    <label class="field">
      <span>People, by name</span>
      <input class="input" name="more" autocomplete="off" autocapitalize="off" spellcheck=${false} dir="auto" placeholder="Ben, Carol" data-first />
    </label>
    ${others.length > 0 &&
    html`<fieldset class="people-choice">
      <legend>Here now</legend>
      ${others.slice(0, SHOWN).map(
        ({ name, away }) => html`<label class="check" key=${name}>
          <input type="checkbox" checked=${chosen.has(name)} onChange=${() => toggle(name)} />
          <${Avatar} name=${name} across=${24} here=${!away} away=${away} /><bdi class="cut">${name}</bdi>
        </label>`,
      )}
    </fieldset>`}
  <//>`;
}
