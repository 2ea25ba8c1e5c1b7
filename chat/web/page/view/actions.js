// What can be done with a message. Rows, menus and keys call these; every one says on the screen what went wrong.

import { fold, isSame, roomKey, whereOf } from "../core/names.js";
import { fragmentOf } from "../core/router.js";
import { copy } from "./clipboard.js";
import { DeleteDialog } from "./delete_dialog.js";
import { EmojiPicker } from "./emoji_picker.js";
import { idOfRow } from "./anchor.js";
import { may } from "./powers.js";
import { createRefusals } from "./refusals.js";
import { sentence } from "./sentences.js";

/** Whether somebody of this name is online, belongs to the place, or has said something of what is here. */
function isPersonHere({ chat, place, me }, name) {
  if (chat.state.people.has(fold(name)) || isSame(name, me?.name ?? "")) return true;
  return Boolean(place.members?.some((member) => isSame(member.name, name))) || place.rows.some((row) => isSame(row.from, name));
}

/**
 * The actions of the open place. `room` is its component: `props` (chat, place, me, layers, more), `composer`, `list`,
 * `setState`. They stay the same objects, so that rows need not be drawn again.
 */
export function createActions(room) {
  const place = () => room.props.place;
  const send = (request) => room.props.chat.ask({ ...request, ...whereOf(place()) });
  const refusals = createRefusals({ setTimeout: (act, ms) => setTimeout(act, ms), clearTimeout: (timer) => clearTimeout(timer) });
  // What is refused is said at the message.
  const ask = (request, row) => {
    refusals.put(row.key, null);
    return send(request).catch((refusal) => refusals.put(row.key, sentence(refusal)));
  };
  const actions = {
    send,
    refusals,
    react(row, emoji, undo = false) {
      if (!undo) room.props.chat.emoji?.used(emoji);
      return ask({ type: "react", seq: row.seq, emoji, ...(undo && { undo: true }) }, row);
    },
    pickEmoji(at, onPick) {
      const recent = room.props.chat.emoji?.list() ?? [];
      room.props.layers.dialog(EmojiPicker, { at, onPick, recent });
    },
    pickReaction: (row, at) => actions.pickEmoji(at, (emoji) => actions.react(row, emoji)),
    answer(row) {
      if (row.seq === null) return false;
      room.setState({ answering: row, editing: null }, () => room.composer.current?.focus());
      return true;
    },
    edit(row) {
      if (!row.isMine || row.isDeleted || row.seq === null) return false;
      room.setState({ editing: row, answering: null }, () => room.composer.current?.edit(row));
      return true;
    },
    stopAnswering: () => room.setState({ answering: null }),
    stopEditing: () => room.setState({ editing: null }),
    // Rooms that we are not in may not exist: a link to them would make them.
    known: { isPerson: (name) => isPersonHere(room.props, name), isRoom: (name) => room.props.chat.state.places.has(roomKey(name)) },
    hrefOfRoom: (name) => fragmentOf({ kind: "room", name }),
    linkTo: (row) => fragmentOf(place(), row.seq),
    async copyLink(row) {
      if (row.seq === null) return;
      const address = new URL(actions.linkTo(row), document.baseURI).href;
      room.props.layers.note((await copy(address)) ? "Link copied" : address);
    },
    async copyText(row) {
      if (await copy(row.text)) room.props.layers.note("Text copied");
    },
    copyCode: (text) => copy(text),
    remove: (row) => room.props.layers.dialog(DeleteDialog, { row, run: () => send({ type: "delete", seq: row.seq }) }),
    pin: (row) => ask({ type: place().pins.includes(row.seq) ? "unpin" : "pin", seq: row.seq }, row),
    markUnread: (row) => room.props.chat.markUnread(place().key, row.seq),
    report: (row) => room.props.report?.(row, place()),
    retry: (row) => room.props.chat.retry(row),
    discard: (row) => room.props.chat.discard(row),
    jump: (seq) => room.setState({ target: { seq, after: room.props.target } }),
    person: (name, at) => room.props.person?.(name, at),
    openRoom: (name) => room.props.openRoom?.(name),
    show: (file) => (room.props.show ? room.props.show(file) : window.open(file.url, "_blank", "noopener,noreferrer")),
    rowAt: (seq) => place().rows.find((row) => row.seq === seq),
    outcome: (outcome) => room.show(outcome),
    type: (letter) => room.composer.current?.type(letter),
    waitingNote: () => (room.props.chat.state.link.state === "open" ? "Sending" : "Waiting for the connection"),
    /** The menu of a message, at an element. */
    more(row, at) {
      const opener = document.getElementById(idOfRow(row.key));
      const items = [...entries(row, place(), actions, room.props), ...(room.props.more?.(row) ?? [])];
      room.props.layers.menu({ label: `Message of ${row.from}`, items, at, opener });
    },
  };
  return actions;
}

/** The entries of the menu of a message, for whoever may do them. */
function entries(row, place, actions, { me, report }) {
  const isStored = row.seq !== null && !row.isDeleted;
  const isMine = row.isMine || isSame(row.from, me?.name ?? "");
  const isPinned = place.pins.includes(row.seq);
  const all = [
    isStored && { label: "React", icon: "smile", run: () => actions.pickReaction(row, document.getElementById(idOfRow(row.key))) },
    isStored && { label: "Answer", icon: "reply", run: () => actions.answer(row) },
    row.text && { label: "Copy text", icon: "copy", run: () => actions.copyText(row) },
    row.seq !== null && { label: "Copy link", icon: "link", run: () => actions.copyLink(row) },
    isStored && isMine && { label: "Edit", icon: "edit", run: () => actions.edit(row) },
    isStored && may(place, me, "pin") && { label: isPinned ? "Unpin" : "Pin", icon: "pin", run: () => actions.pin(row) },
    row.seq !== null && { label: "Mark unread from here", icon: "bell", run: () => actions.markUnread(row) },
    isStored && !isMine && report && { label: "Report", icon: "flag", run: () => actions.report(row) },
    isStored && (isMine || mayDelete(place, me)) && { label: "Delete", icon: "trash", danger: true, run: () => actions.remove(row) },
  ];
  return all.filter(Boolean);
}

/** Whether we may delete what others said. In a conversation nobody may. */
const mayDelete = (place, me) => may(place, me, "delete others");
