// The rooms of the server: look through them, enter one, or make one.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { fragmentOf } from "../core/router.js";
import { roomKey } from "../core/names.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { MakeRoom } from "./make_room.js";
import { counted, sentence } from "./sentences.js";
import { usePage } from "./layers.js";

const PAUSE_MS = 150;

/** @param {{onClose: function}} props */
export function Browse({ onClose }) {
  const { layers } = usePage();
  const [query, setQuery] = useState("");
  const found = useRooms(query);
  const make = () => {
    onClose();
    layers.dialog(MakeRoom, { name: query.trim() });
  };
  return html`<${Dialog} title="Rooms" onClose=${onClose}>
    <div class="find">
      <input
        class="input"
        type="search"
        placeholder="Find a room"
        aria-label="Find a room"
        autocomplete="off"
        dir="auto"
        data-first
        onInput=${(event) => setQuery(event.target.value)}
      />
      <button class="button" type="button" onClick=${make}><${Icon} name="plus" small />New room</button>
    </div>
    <p class="hint" role="status">${statusOf(found, query)}</p>
    <ul class="found">
      ${found.rooms.map((room) => html`<${Found} key=${room.room} room=${room} onClose=${onClose} />`)}
    </ul>
    ${found.left > 0 &&
    html`<button class="button" type="button" onClick=${found.more}>Show more (${found.left})</button>`}
  <//>`;
}

function statusOf({ isAsking, refusal, rooms }, query) {
  if (refusal) return refusal;
  if (isAsking) return "Looking…";
  if (rooms.length) return "";
  return query.trim() ? "There is no such room. You can make it." : "There are no rooms yet. Make the first one.";
}

function Found({ room, onClose }) {
  const { chat, layers } = usePage();
  const enter = async () => {
    try {
      if (!room.joined) await chat.join(room.room);
      onClose();
      location.assign(fragmentOf({ kind: "room", name: room.room, key: roomKey(room.room) }));
    } catch (error) {
      layers.note(sentence(error));
    }
  };
  return html`<li>
    <button type="button" class="found-room" onClick=${enter}>
      <${Icon} name=${room.private ? "lock" : "hash"} small />
      <span class="found-text">
        <bdi class="cut">${room.room}</bdi>
        <span class="cut hint" dir="auto">${room.topic || "No topic"}</span>
      </span>
      <span class="micro">${room.joined ? "joined" : counted(room.count, "person", "people")}</span>
    </button>
  </li>`;
}

/** The rooms that have the words of `query`, asked for again after each pause in typing. */
function useRooms(query) {
  const { chat } = usePage();
  const [found, setFound] = useState({ rooms: [], left: 0, isAsking: true, refusal: "" });
  const asked = useRef(0);
  const ask = async (known) => {
    const turn = ++asked.current;
    const after = known.at(-1)?.room;
    try {
      const { pushes } = await chat.ask({ type: "rooms", query: query.trim() || undefined, after });
      if (turn !== asked.current) return;
      const { rooms = [], left = 0 } = pushes.find((push) => push.type === "rooms") ?? {};
      setFound({ rooms: [...known, ...rooms], left, isAsking: false, refusal: "" });
    } catch (error) {
      if (turn === asked.current) setFound({ rooms: known, left: 0, isAsking: false, refusal: sentence(error) });
    }
  };
  useEffect(() => {
    const timer = setTimeout(() => ask([]), query ? PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [query]);
  useEffect(() => () => (asked.current = -1), []);
  return { ...found, more: () => ask(found.rooms) };
}
