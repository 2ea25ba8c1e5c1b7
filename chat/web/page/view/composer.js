// Where people write. The text lives in the field itself; the state has what is drawn from it.

import { Component, createRef, html } from "../vendor/preact.js";
import { Completions } from "./completions.js";
import { AnswerLine, CommandHelp, Counter, EditLine } from "./composer_lines.js";
import { Icon } from "./icons.js";
import { Composition } from "./ime.js";
import { completed, completionAt, peopleFor } from "../core/completion.js";
import { commandIn, saidBy } from "../core/commands.js";
import { lastOwn } from "../core/rows.js";
import { spaceFor } from "../core/sizes.js";
import { onComposerKey } from "./composer_keys.js";
import { sentence, titleOf } from "./sentences.js";
import { grow, insertAt, isTouch } from "./text_field.js";

/**
 * The composer of `place`. Give it the place's key as `key`.
 *
 * `answering` and `editing` are rows or null. `tray`: what goes with the next message, see tray.js.
 */
export class Composer extends Component {
  constructor(props) {
    super(props);
    this.field = createRef();
    this.ime = new Composition(() => performance.now());
    this.state = { text: props.place.draft ?? "", popup: null, chosen: -1, refusal: "" };
    this.onKeyDown = (event) => onComposerKey(this, event);
    this.onInput = this.onInput.bind(this);
    this.onPaste = this.onPaste.bind(this);
    this.look = this.look.bind(this);
  }

  componentDidMount() {
    this.props.holder.current = this;
    this.field.current.value = this.state.text;
    grow(this.field.current);
    if (!isTouch()) this.focus();
  }

  componentDidUpdate(before) {
    const { place, editing } = this.props;
    if (before.editing && !editing) this.put(place.draft ?? "");
    // Another tab of this browser has changed the draft.
    else if (!editing && place.draft !== before.place.draft && place.draft !== this.state.text) this.put(place.draft);
  }

  get text() {
    return this.field.current.value;
  }

  /** How much more fits into a message: see core/sizes.js. */
  get space() {
    return spaceFor(this.state.text.trimEnd(), this.props.chat.limits);
  }

  get canSend() {
    const { tray, editing } = this.props;
    const hasFiles = Boolean(tray && !tray.isEmpty && !editing);
    const isWaiting = Boolean(tray?.isWaiting && !editing);
    return (this.state.text.trim() !== "" || hasFiles) && !this.space.isOver && !isWaiting;
  }

  focus() {
    this.field.current?.focus({ preventScroll: true });
  }

  /** Type this text at the cursor. */
  type(text) {
    this.focus();
    insertAt(this.field.current, text);
    this.onInput();
  }

  /** Offer the table of emoji; the chosen one is typed where the cursor was. */
  pickEmoji(at) {
    const { selectionStart, selectionEnd } = this.field.current;
    this.props.actions.pickEmoji(at, (emoji) => {
      this.focus();
      this.field.current.setSelectionRange(selectionStart, selectionEnd);
      this.type(emoji);
    });
  }

  /** Show this text instead of what is there, with the cursor at its end. */
  put(text) {
    const field = this.field.current;
    field.value = text;
    field.setSelectionRange(text.length, text.length);
    grow(field);
    this.setState({ text, popup: null, chosen: -1, refusal: "" });
  }

  /** Edit a message; the draft waits meanwhile. */
  edit(row) {
    this.put(row.text);
    this.focus();
  }

  onInput() {
    const { chat, place, editing } = this.props;
    const { text } = this;
    grow(this.field.current);
    this.setState({ text, refusal: "" });
    if (!editing) chat.draft(place.key, text);
    if (text && !commandIn(text)) chat.typing(place.key);
    this.look();
  }

  /** Look for what the word at the cursor could become. */
  look() {
    const field = this.field.current;
    if (field.selectionStart !== field.selectionEnd || this.ime.isRunning) return this.close();
    const popup = completionAt(field.value, field.selectionStart, this.names());
    this.setState({ popup, chosen: -1 });
  }

  /** The people and rooms that may be meant, the likeliest first. */
  names() {
    const { chat, place } = this.props;
    const rooms = [...chat.state.places.values()].filter((each) => each.kind !== "direct").map((each) => each.name);
    return { people: peopleFor(chat.state, place.key), rooms };
  }

  close() {
    if (this.state.popup) this.setState({ popup: null, chosen: -1 });
  }

  /** Take one of the completions: the one with this index, or the first. */
  take(index) {
    const { popup } = this.state;
    const field = this.field.current;
    const next = completed(field.value, popup, popup.options[Math.max(0, index)]);
    field.value = next.text;
    field.setSelectionRange(next.caret, next.caret);
    this.focus();
    this.onInput();
  }

  /** Go `step` entries on in the completions, around the ends. */
  choose(step) {
    const { popup, chosen } = this.state;
    const count = popup.options.length;
    this.setState({ chosen: chosen < 0 ? (step > 0 ? 0 : count - 1) : (chosen + step + count) % count });
  }

  onPaste(event) {
    if (this.props.tray?.paste(event, this)) event.preventDefault();
  }

  /** Send what is there: a message, an edited one, or a command. */
  async send() {
    const { editing } = this.props;
    // The field is asked, not the state: a key may come before the state is drawn.
    if (this.text !== this.state.text) await new Promise((done) => this.setState({ text: this.text }, done));
    if (!this.canSend) return;
    const text = this.text.trimEnd();
    if (editing) return this.sendEdit(editing, text);
    if (commandIn(text)) return this.sendCommand(text);
    return this.sendMessage(saidBy(text));
  }

  async sendMessage(text) {
    const { chat, place, answering, tray, actions } = this.props;
    const more = { ...(answering && { answers: answering.seq, answered: answering.from }) };
    if (tray && !tray.isEmpty) {
      // The files may take a while; the text stays here until then.
      chat.draft(place.key, this.text);
      if ((await tray.send(more)) && answering === this.props.answering) actions.stopAnswering();
      return;
    }
    this.put("");
    chat.draft(place.key, "");
    actions.stopAnswering();
    chat.say(place.key, text, more);
  }

  async sendCommand(line) {
    const { chat, place, actions } = this.props;
    this.put("");
    chat.draft(place.key, "");
    try {
      actions.outcome(await chat.command(place.key, line));
    } catch (refusal) {
      // What was typed comes back, to be mended, unless somebody has begun something else.
      if (!this.text) {
        chat.draft(place.key, line);
        this.put(line);
      }
      this.setState({ refusal: sentence(refusal) });
    }
  }

  async sendEdit(row, text) {
    const { actions } = this.props;
    if (text === row.text) return actions.stopEditing();
    try {
      await actions.send({ type: "edit", seq: row.seq, text });
      // Meanwhile somebody may have begun to edit another one.
      if (this.props.editing === row) actions.stopEditing();
    } catch (refusal) {
      this.setState({ refusal: sentence(refusal) });
    }
    return undefined;
  }

  /** Edit the last own message that has a text, if nothing is written yet. */
  editLast() {
    const { place, actions } = this.props;
    const row = lastOwn(place.rows);
    if (row) actions.edit(row);
  }

  render({ place, answering, editing, tray, actions }, { text, popup, chosen, refusal }) {
    const name = titleOf(place);
    const { space } = this;
    const active = popup && chosen >= 0 ? `completion-${chosen}` : undefined;
    return html`<form class="composer" onSubmit=${(event) => event.preventDefault()}>
      ${popup && html`<${Completions} popup=${popup} chosen=${chosen} onTake=${(index) => this.take(index)} />`}
      <div class="box">
        ${answering && html`<${AnswerLine} row=${answering} onClose=${actions.stopAnswering} />`}
        ${editing && html`<${EditLine} row=${editing} onClose=${actions.stopEditing} />`}
        ${tray?.view && html`<${tray.view} tray=${tray} />`}
        <div class="write">
          ${tray && html`<button type="button" class="tool attach" aria-label="Attach a file" title="Attach a file (Alt+U)" onClick=${(event) => tray.pick(event.currentTarget)}>
            <${Icon} name="clip" /></button>`}
          <textarea ref=${this.field} rows="1" dir="auto" placeholder=${`Message ${name}`} aria-label=${`Message ${name}`}
            aria-autocomplete="list" aria-controls=${popup ? "completions" : undefined} aria-activedescendant=${active}
            aria-describedby="composer-note" enterkeyhint=${isTouch() ? "enter" : "send"} autocomplete="off" autocapitalize="sentences"
            spellcheck onKeyDown=${this.onKeyDown} onInput=${this.onInput} onPaste=${this.onPaste} onClick=${this.look}
            onBlur=${() => this.close()} onCompositionStart=${() => this.ime.start()} onCompositionUpdate=${(event) => this.ime.update(event)}
            onCompositionEnd=${(event) => this.endComposition(event)}></textarea>
          <button type="button" class="tool emojis-tool" aria-label="Emoji" title="Emoji" aria-haspopup="dialog" onMouseDown=${still}
            onClick=${(event) => this.pickEmoji(event.currentTarget)}><${Icon} name="smile" /></button>
          <button type="button" class=${this.canSend ? "tool send ready" : "tool send"} aria-label=${editing ? "Save" : "Send"} title=${editing ? "Save" : "Send"}
            aria-disabled=${!this.canSend} tabindex="0" onMouseDown=${still} onPointerDown=${still} onClick=${() => this.press()}><${Icon} name=${editing ? "check" : "send"} /></button>
        </div>
      </div>
      <div class="under" id="composer-note">
        ${refusal && html`<p class="refusal" role="alert">${refusal}</p>`}
        ${!refusal && html`<${CommandHelp} text=${text} />`}
        ${space.isNear && html`<${Counter} space=${space} />`}
      </div>
    </form>`;
  }

  endComposition(event) {
    const sends = this.ime.end(event);
    this.onInput();
    // Browsers put the last letter into the field after this event, or before it.
    if (sends) setTimeout(() => this.send());
  }

  press() {
    this.send();
    // A finger keeps the keyboard; whoever tabbed here wants to go on writing.
    this.focus();
  }
}

/** Buttons that must not take the focus from the field: on a phone that would close the keyboard. */
const still = (event) => event.preventDefault();
