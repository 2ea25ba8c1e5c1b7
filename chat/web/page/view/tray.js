// What goes with the next message: files, a card for each, and an offer to make a file of a long text.

import { useEffect, useMemo, useRef, useState } from "../vendor/preact.js";
import { pasted } from "../core/paste.js";
import { focusComposer } from "./composing.js";
import { prepared } from "./shrink.js";
import { filesOf } from "./files.js";
import { usePage, useSelected } from "./layers.js";
import { isTouch } from "./text_field.js";
import { TrayView } from "./tray_view.js";

/**
 * The tray of a place, as the composer and the drop zone know it; null without a place.
 *
 * `view` is a component that gets the tray; `isEmpty`; `isWaiting`: Send was pressed, and waits; `pick(at)` asks for files, from a click or a key; `add(files)`;
 * `paste(event, composer)` is true if it took what was pasted; `send(more)` says the draft with the files: see
 * core/file_trays.js.
 */
export function useTray(place) {
  const { chat, layers } = usePage();
  const files = filesOf(chat);
  const input = useRef(null);
  const [offer, setOffer] = useState(null);
  const key = place?.key;
  const isEmpty = useSelected(files, () => files.trays.isEmpty(key));
  const isWaiting = useSelected(files, () => files.trays.isWaiting(key));
  useEffect(() => setOffer(null), [key]);
  const acts = useMemo(() => (key ? createActs({ chat, layers, files, key, input, setOffer }) : null), [key]);
  return useMemo(
    () =>
acts && { ...acts, view: TrayView, key, files, input, offer, isEmpty, isWaiting },
    [acts, offer, isEmpty, isWaiting],
  );
}

function createActs({ chat, layers, files: { uploads, trays }, key, input, setOffer }) {
  const add = (list) => {
    const place = chat.state.places.get(key);
    const chosen = list.filter(Boolean);
    if (chosen.length < list.length) layers.note("Folders cannot be sent, only files.");
    for (const file of chosen) uploads.add(place, { ...shownOf(file), about: { file } }, () => withFile(file));
  };
  const acts = {
    add,
    pick: (at) => (isTouch() && at ? layers.menu(choices(input, at)) : ask(input.current)),
    paste(event, composer = null) {
      const { clipboardData } = event;
      const text = clipboardData.getData("text/plain");
      const list = [...clipboardData.files];
      // Office programs copy a picture of a table beside its text.
      if (list.length > 0 && text === "") {
        add(list.map(named));
        return true;
      }
      if (composer && pasted(text).isFile) setOffer({ text: pasted(text).text, composer });
      return false;
    },
    takeOffer({ text, composer }) {
      setOffer(null);
      composer.put(composer.text.replace(text, "").trim());
      chat.draft(key, composer.text);
      add([new File([text], "text.txt", { type: "text/plain" })]);
      composer.focus();
    },
    refuseOffer: () => setOffer(null),
    send(more) {
      setOffer(null);
      return trays.send(key, more);
    },
    stay: () => back(trays.stay(key)),
    sendWithout: () => back(trays.sendWithout(key)),
    cancel(item) {
      if (item.about.preview) URL.revokeObjectURL(item.about.preview);
      back(uploads.cancel(item.id));
    },
    again: (item) => back(uploads.again(item.id)),
    allow: (item) => back(uploads.allow(item.id)),
    original({ id, about: { file, preview } }) {
      if (preview) URL.revokeObjectURL(preview);
      back(uploads.replace(id, () => withFile(file, true)));
    },
  };
  return acts;
}

/** The button that was pressed is gone: whoever has a keyboard goes on writing. */
const back = () => !isTouch() && focusComposer();

async function withFile(file, isOriginal = false) {
  const made = await prepared(file, isOriginal);
  return { ...made, about: { ...made.about, file } };
}

const shownOf = ({ name, size, type }) => ({ name, size, type });

/** Browsers call every picture of the clipboard `image.png`. */
function named(file) {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  const time = [now.getFullYear(), now.getMonth() + 1, now.getDate(), now.getHours(), now.getMinutes(), now.getSeconds()];
  const [year, month, day, hour, minute, second] = time.map(two);
  return new File([file], `picture ${year}-${month}-${day} ${hour}.${minute}.${second}.${file.name.split(".").at(-1)}`, { type: file.type });
}

/** What a finger chooses from; a mouse gets the window of the system at once. */
function choices(input, at) {
  const entry = (label, icon, accept, capture) => ({ label, icon, run: () => ask(input.current, accept, capture) });
  const items = [
    entry("Take a photo", "camera", "image/*", "environment"),
    entry("Photo or video", "picture", "image/*,video/*"),
    entry("File", "clip"),
  ];
  return { label: "Attach", items, at, opener: at };
}

function ask(input, accept = "", capture = "") {
  if (!input) return;
  input.accept = accept;
  if (capture) input.setAttribute("capture", capture);
  else input.removeAttribute("capture");
  input.click();
}
