// The open place: its messages, whoever is typing, and the composer.

import { Component, createRef, html } from "../vendor/preact.js";
import { createActions } from "./actions.js";
import { Announcer } from "./announce.js";
import { Composer } from "./composer.js";
import { usePage } from "./layers.js";
import { MessageList } from "./list.js";
import { OutcomeCard } from "./outcome_card.js";
import { openLater } from "./parts.js";
import { titleOf } from "./sentences.js";
import { TypingLine } from "./typing_line.js";
import { shownOf } from "../core/outcomes.js";
import { fragmentOf } from "../core/router.js";

/**
 * The open `place` of `chat`. `target`: `{seq}`, a message that an address asks for. `tray`:
 * what is to be sent with the next message (see tray.js). Functions, all of them optional: `more(row)`, further
 * entries for the menu of a message; `report(row, place)`; `person(name, element)`, a click on a name; `show(file)`, on a
 * picture.
 */
export function Room(props) {
  const { layers, chat } = usePage();
  return html`<${OpenPlace} ...${props} chat=${props.chat ?? chat} layers=${layers} />`;
}

class OpenPlace extends Component {
  constructor(props) {
    super(props);
    // Refs of components are plain properties in this Preact; each of the two puts itself into its holder.
    this.composer = createRef();
    this.list = createRef();
    this.state = { answering: null, editing: null, target: null, card: null };
    this.actions = createActions(this);
    this.onKeyDown = this.onKeyDown.bind(this);
  }

  componentDidMount() {
    document.addEventListener("keydown", this.onKeyDown);
  }

  componentWillUnmount() {
    document.removeEventListener("keydown", this.onKeyDown);
  }

  componentDidUpdate(before) {
    if (before.place.key !== this.props.place.key) this.setState({ answering: null, editing: null, target: null, card: null });
  }

  /** Show what a command led to: a dialog, a message, a card above the composer, or nothing. */
  show(outcome) {
    const { place, layers } = this.props;
    const shown = shownOf(outcome);
    if (outcome?.request?.type === "group") location.assign(fragmentOf({ kind: "room", name: outcome.ack.room }));
    else if (shown?.dialog) openLater(layers, shown.dialog, { place, ...shown.props });
    else if (shown?.seq) this.actions.jump(shown.seq);
    this.setState({ card: shown?.title ? shown : null });
  }

  /** Esc, when nothing else takes it: the place is read, and shown at its end. */
  onKeyDown(event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.shiftKey || event.isComposing) return;
    if (document.querySelector("dialog[open], [role=menu]")) return;
    const { chat, place } = this.props;
    if (this.state.card) return this.setState({ card: null });
    chat.saw(place.key, place.seq);
    this.list.current?.toEnd();
  }

  render({ chat, place, me, settings, target, tray, today }, { answering, editing, target: own, card }) {
    return html`<section class="open-place" aria-label=${titleOf(place)}>
      <${MessageList} key=${place.key} holder=${this.list} chat=${chat} place=${place} me=${me} actions=${this.actions}
        target=${newest(target, own)} today=${today ?? new Date().toDateString()} />
      <${Announcer} place=${place} />
      ${card && html`<${OutcomeCard} card=${card} onClose=${() => this.setState({ card: null })} />`}
      <${TypingLine} names=${place.typing} />
      <${Composer} key=${`composer.${place.key}`} holder=${this.composer} chat=${chat} place=${place} me=${me} tray=${tray}
        answering=${answering} editing=${editing} actions=${this.actions} settings=${settings} />
    </section>`;
  }
}

/** The target that was set last: by the address, or by a click on a quoted line. */
function newest(target, own) {
  if (!own) return target;
  return own.after === target ? own : target;
}
