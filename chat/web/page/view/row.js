// One message of the list, and the lines that are no messages.

import { Component, html } from "../vendor/preact.js";
import { idOfRow } from "./anchor.js";
import { Avatar } from "./avatar.js";
import { FileView } from "./attachment.js";
import { Icon } from "./icons.js";
import { Markup } from "./markup.js";
import { Reactions } from "./reactions.js";
import { dates } from "./reader.js";
import { Toolbar } from "./toolbar.js";
import { hueOf } from "../core/names.js";

/** A name in its colour. What it says of direction stays in it. */
export function Name({ name, onClick }) {
  const props = { class: "name hued", style: { "--hue": hueOf(name) } };
  if (!onClick) return html`<bdi ...${props}>${name}</bdi>`;
  return html`<button type="button" tabindex="-1" ...${props} onClick=${(event) => onClick(name, event.currentTarget)}>
    <bdi>${name}</bdi>
  </button>`;
}

/**
 * A message. Compared by its props, so that a page draws only the rows that changed. With the mouse over it, or the
 * focus in it, it has its toolbar, and Tab reaches what is in it.
 */
export class Row extends Component {
  constructor() {
    super();
    this.state = { isActive: false, over: false, focus: false };
    this.enter = () => this.setState({ over: true });
    this.leave = () => this.setState({ over: false });
    this.focusIn = () => this.setState({ focus: true });
    this.focusOut = (event) => event.currentTarget.contains(event.relatedTarget) || this.setState({ focus: false });
  }

  shouldComponentUpdate(props, state) {
    const { row, hasHead, isLit, me, actions } = this.props;
    return (
      row !== props.row || hasHead !== props.hasHead || isLit !== props.isLit || me !== props.me ||
      actions !== props.actions || state.over !== this.state.over || state.focus !== this.state.focus
    );
  }

  render({ row, hasHead, isLit, me, actions }, { over, focus }) {
    const isActive = over || focus;
    const kinds = ["row", hasHead && "headed", row.mentionsMe && "mention", row.state, isLit && "lit", isActive && "active"];
    return html`<li id=${idOfRow(row.key)} class=${kinds.filter(Boolean).join(" ")} data-key=${row.key}
      data-seq=${row.seq ?? ""} tabindex="-1" onMouseEnter=${this.enter} onMouseLeave=${this.leave}
      onFocusIn=${this.focusIn} onFocusOut=${this.focusOut}>
      <div class="gutter">${hasHead ? html`<${Avatar} name=${row.from} />` : html`<${When} row=${row} actions=${actions} isActive=${isActive} />`}</div>
      <div class="body">
        ${hasHead ? html`<${Head} row=${row} actions=${actions} isActive=${isActive} />` : html`<span class="unseen">${row.from}: </span>`}
        ${row.answers !== null && row.answers !== undefined && html`<${Answered} row=${row} actions=${actions} isActive=${isActive} />`}
        <${Said} row=${row} me=${me} actions=${actions} isActive=${isActive} />
      </div>
      ${isActive && row.state === "stored" && !row.isDeleted && html`<${Toolbar} row=${row} actions=${actions} />`}
    </li>`;
  }
}

/** What was said: text, file, reactions, and how it is on its way. */
function Said({ row, me, actions, isActive }) {
  if (row.isDeleted) {
    return html`<p class="gone-text">${row.deletedBy ? html`deleted by <bdi>${row.deletedBy}</bdi>` : "deleted"}</p>`;
  }
  return html`
    ${row.text && html`<${Markup} text=${row.text} me=${me} actions=${actions} isActive=${isActive} />`}
    ${row.isEdited && html`<span class="edited">edited</span>`}
    ${row.file && html`<${FileView} file=${row.file} isActive=${isActive} onOpen=${actions.show} />`}
    ${row.reactions.length > 0 && html`<${Reactions} row=${row} me=${me} isActive=${isActive} onToggle=${actions.react} />`}
    ${row.state === "waiting" && html`<p class="way"><${Icon} name="clock" small /> ${actions.waitingNote?.() ?? "Sending"}</p>`}
    ${row.state === "failed" && html`<${Failed} row=${row} actions=${actions} />`}`;
}

function Failed({ row, actions }) {
  return html`<p class="way failed">
    <${Icon} name="warning" small />
    <span>Not sent.${row.refusal?.message ? ` ${row.refusal.message}` : ""}</span>
    <button type="button" class="link" onClick=${() => actions.retry(row)}>Try again</button>
    <span aria-hidden="true">·</span>
    <button type="button" class="link" onClick=${() => actions.discard(row)}>Discard</button>
  </p>`;
}

function Head({ row, actions, isActive }) {
  return html`<p class="head">
    <${Name} name=${row.from} onClick=${actions.person} />
    ${row.role && html`<span class="role">${row.role}</span>`}
    <${When} row=${row} actions=${actions} isActive=${isActive} />
  </p>`;
}

/** The time of a message: a link to it. */
function When({ row, actions, isActive }) {
  if (row.at === null) return null;
  const time = html`<time datetime=${dates.machine(row.at)}>${dates.time(row.at)}</time>`;
  if (row.seq === null) return time;
  return html`<a class="when" href=${actions.linkTo(row)} title=${dates.full(row.at)} tabindex=${isActive ? 0 : -1}>${time}</a>`;
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
