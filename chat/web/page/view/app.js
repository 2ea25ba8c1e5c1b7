// The page: the door, or all that is behind it, which is loaded when somebody is about to come in.

import { html, useEffect, useMemo, useState } from "../vendor/preact.js";
import { Door, Opening } from "./door.js";
import { preloadShell, useShell } from "./later.js";
import { Title } from "./title.js";
import { useRoute } from "./route.js";
import { Redeeming } from "./ticket.js";
import { Page, useChat, usePage } from "./layers.js";

/**
 * @param {object} props
 * @param {object} props.chat - of core/chat.js
 * @param {object} props.layers - of layers.js
 * @param {boolean} props.isReturning - the chat tries to come in by itself
 * @param {string?} props.ticket - the address had one
 */
export function App({ chat, layers, isReturning, ticket = null }) {
  const page = useMemo(() => ({ chat, layers }), [chat, layers]);
  return html`<${Page.Provider} value=${page}>
    <${Inside} isReturning=${isReturning} ticket=${ticket} />
    <${Title} />
  <//>`;
}

function Inside({ isReturning, ticket }) {
  const { chat, layers } = usePage();
  const [redeems, setRedeems] = useState(ticket !== null);
  const route = useRoute();
  const isIn = useChat((state) => state.me !== null);
  const [tries, setTries] = useState(isReturning);
  const isIdle = useChat((state) => state.link.refused !== null || state.link.state === "idle");
  const { Shell, isBroken } = useShell(isIn);
  useEffect(() => {
    if (isReturning) preloadShell();
  }, []);
  useEffect(() => {
    if (isIn || isIdle) setTries(false);
    // What floated belonged to whoever was in.
    if (!isIn) layers.clear();
  }, [isIn, isIdle]);
  const redeemed = (isDone) => {
    setRedeems(false);
    // Whoever was in before comes back.
    if (!isDone) setTries(chat.start());
  };
  if (redeems && !isIn) return html`<${Redeeming} ticket=${ticket} onDone=${redeemed} />`;
  if (isIn && Shell) return html`<${Shell} route=${route} />`;
  return isIn || tries
    ? html`<${Opening} isIn=${isIn} isBroken=${isBroken} />`
    : html`<${Door} target=${targetOf(route)} onTyped=${preloadShell} />`;
}

function targetOf({ type, name, code }) {
  const isRoom = type === "room" || type === "invitation";
  return { room: isRoom ? name : null, person: type === "person" ? name : null, code: code ?? null };
}
