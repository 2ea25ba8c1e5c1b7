// The keys of the composer.

import { isTouch } from "./text_field.js";

const PLAIN = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;

/** What a key does in `composer`. Nothing is taken while something is composed: those keys are for choosing words. */
export function onComposerKey(composer, event) {
  if (event.key === "Enter") return onEnter(composer, event);
  if (composer.ime.has(event)) return undefined;
  if (composer.state.popup && onPopupKey(composer, event)) return event.preventDefault();
  if (event.key === "Escape" && onEscape(composer)) {
    event.preventDefault();
    event.stopPropagation();
  }
  if (event.key === "ArrowUp" && PLAIN(event) && !event.shiftKey && composer.text === "" && !composer.props.editing) {
    event.preventDefault();
    composer.editLast();
  }
  return undefined;
}

function onEnter(composer, event) {
  const isChosen = composer.state.popup && composer.state.chosen >= 0;
  const meaning = composer.ime.enter(event, isTouch() && !isChosen);
  if (meaning !== "send") return;
  event.preventDefault();
  if (isChosen) composer.take(composer.state.chosen);
  else composer.send();
}

function onPopupKey(composer, event) {
  if (!PLAIN(event)) return false;
  if (event.key === "Tab" && !event.shiftKey) composer.take(composer.state.chosen);
  else if (event.key === "ArrowDown") composer.choose(1);
  else if (event.key === "ArrowUp") composer.choose(-1);
  else return false;
  return true;
}

/** Esc closes what is nearest: the completions, then editing, then answering. */
function onEscape(composer) {
  const { editing, answering, actions } = composer.props;
  if (composer.state.popup) composer.close();
  else if (editing) actions.stopEditing();
  else if (answering) actions.stopAnswering();
  else return false;
  return true;
}
