// One message of the list, and the lines that are no messages.

import { Component, html } from "../vendor/preact.js";
import { idOfRow } from "./anchor.js";
import { Avatar } from "./avatar.js";
import { FileView } from "./attachment.js";
import { Icon } from "./icons.js";
import { Markup } from "./markup.js";
import { Reactions } from "./reactions.js";
import { dates } from "./reader.js";
import { sentence } from "./sentences.js";
import { Toolbar } from "./toolbar.js";
import { hueOf } from "../core/names.js";
import { parse } from "../core/text.js";

/** A name in its colour. What it says of direction stays in it. As a button, the list hears its clicks. */
export function Name({ name, isButton }) {
  const props = { class: "name hued", style: { "--hue": hueOf(name) } };
  if (!isButton) return html`<bdi ...${props}>${name}</bdi>`;
  return html`<button type="button" tabindex="-1" ...${props}><bdi>${name}</bdi></button>`;
}

/**
 * A message. Compared by its props, so that a page draws only the rows that changed. While it is active (see
 * active_rows.js), it has its toolbar and its time, and Tab reaches what is in it.
 *
 * Pages are drawn while somebody scrolls: what most rows have is made by plain functions, with few elements, and
 * without listeners.
 */
export class Row extends Component {
  constructor(props) {
    super(props);
    this.state = { isActive: props.active.isActive(props.row.key) };
  }

  componentDidMount() {
    this.props.active.add(this.props.row.key, this);
  }

  componentWillUnmount() {
    this.props.active.remove(this.props.row.key, this);
  }

  shouldComponentUpdate(props, state) {
    const { row, hasHead, isLit, me, actions } = this.props;
    return (
      row !== props.row || hasHead !== props.hasHead || isLit !== props.isLit || me !== props.me ||
      actions !== props.actions || state.isActive !== this.state.isActive
    );
  }

  /** What the text means. It is looked at once. */
  tree(text, { known }) {
    if (this.parsed?.text !== text) this.parsed = { text, tree: parse(text, known) };
    return this.parsed.tree;
  }

  render({ row, hasHead, isLit, me, actions }, { isActive }) {
    const kinds = ["row", hasHead && "headed", row.mentionsMe && "mention", row.state, isLit && "lit", isActive && "active"];
    const tree = row.text ? this.tree(row.text, actions) : null;
    return html`<li id=${idOfRow(row.key)} class=${kinds.filter(Boolean).join(" ")} data-key=${row.key}
      data-seq=${row.seq ?? ""} tabindex="-1">
      <div class="gutter">${hasHead ? Avatar({ name: row.from }) : isActive && When({ row, actions, isActive })}</div>
      <div class="body">
        ${hasHead ? Head({ row, actions, isActive }) : html`<span class="unseen">${`${row.from}: `}</span>`}
        ${row.answers !== null && row.answers !== undefined && html`<${Answered} row=${row} actions=${actions} isActive=${isActive} />`}
        ${Said({ row, me, actions, isActive, tree })}
      </div>
      ${isActive && row.state === "stored" && !row.isDeleted && html`<${Toolbar} row=${row} actions=${actions} />`}
    </li>`;
  }
}

/** What was said: text, file, reactions, and how it is on its way. */
function Said({ row, me, actions, isActive, tree }) {
  if (row.isDeleted) {
    return html`<p class="gone-text">${row.deletedBy ? html`deleted by <bdi>${row.deletedBy}</bdi>` : "deleted"}</p>`;
  }
  return html`
    ${tree && Markup({ tree, me, actions, isActive })}
    ${row.isEdited && html`<span class="edited">edited</span>`}
    ${row.file && html`<${FileView} file=${row.file} isActive=${isActive} onOpen=${actions.show} />`}
    ${row.reactions.length > 0 && html`<${Reactions} row=${row} me=${me} isActive=${isActive} onToggle=${actions.react} />`}
    ${row.state === "waiting" && html`<p class="way"><${Icon} name="clock" small /> ${actions.waitingNote?.() ?? "Sending"}</p>`}
    ${row.state === "failed" && html`<${Failed} row=${row} actions=${actions} />`}
    ${Refused(actions.refusals?.of(row.key))}`;
}

/** What was last asked for at this message, and refused. */
function Refused(text) {
  return text && html`<p class="refusal" role="alert">${text}</p>`;
}

function Failed({ row, actions }) {
  return html`<p class="way failed">
    <${Icon} name="warning" small />
    <span>${`Not sent. ${sentence(row.refusal ?? {})}`.trim()}</span>
    <button type="button" class="link" onClick=${() => actions.retry(row)}>Try again</button>
    <span aria-hidden="true">·</span>
    <button type="button" class="link" onClick=${() => actions.discard(row)}>Discard</button>
  </p>`;
}

function Head({ row, actions, isActive }) {
  return html`<p class="head">
    ${Name({ name: row.from, isButton: true })}
    ${row.role && html`<span class="role">${row.role}</span>`}
    ${When({ row, actions, isActive })}
  </p>`;
}

/** The time of a message: a link to it. All that it says in full is made when somebody comes near. */
function When({ row, actions, isActive }) {
  if (row.at === null) return null;
  const time = html`<time datetime=${dates.machine(row.at)}>${dates.time(row.at)}</time>`;
  if (row.seq === null) return time;
  return html`<a class="when" href=${actions.linkTo(row)} title=${isActive ? dates.full(row.at) : undefined}
    tabindex=${isActive ? 0 : -1}>${time}</a>`;
}

/** The message that this one answers, in a line; a click goes to it. */
function Answered({ row, actions, isActive }) {
  const other = actions.rowAt(row.answers);
  const name = row.answered || other?.from || "";
  const text = other?.isDeleted ? "deleted" : other?.text || other?.file?.name || `message ${row.answers}`;
  return html`<button type="button" class="answered" tabindex=${isActive ? 0 : -1} onClick=${() => actions.jump(row.answers)}>
    <${Icon} name="reply" small /><span class="unseen">Answers </span>
    ${name && html`<${Name} name=${name} />`} <span class="cut" dir="auto">${text.slice(0, 200)}</span>
  </button>`;
}

/** Who came and went in one quiet stretch. */
export function Comings({ item }) {
  return html`<li id=${idOfRow(item.key)} class="line" data-key=${item.key} tabindex="-1">
    <span class="gutter"><${Icon} name="enter" small /></span>
    <span class="body" dir="auto">${item.text}</span>
  </li>`;
}

/** A sentence about a change of the place. */
export function Change({ row }) {
  return html`<li id=${idOfRow(row.key)} class="line" data-key=${row.key} data-seq=${row.seq ?? ""} tabindex="-1">
    <span class="gutter"><${Icon} name="settings" small /></span>
    <span class="body" dir="auto">${row.text}</span>
  </li>`;
}
