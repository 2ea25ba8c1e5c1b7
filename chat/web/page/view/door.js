// Where one comes in: a name, Enter. A name that belongs to somebody unfolds its password.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { Banner } from "./banner.js";
import { Logo } from "./icons.js";
import { sentence } from "./sentences.js";
import { useChat, usePage } from "./layers.js";

/** What one is asked for besides a name. */
const WAYS = {
  guest: { action: "Come in", asks: [] },
  password: { action: "Come in", asks: ["password"] },
  make: { action: "Make the name mine", asks: ["password"] },
};
/** Refusals after which one is asked for more, and for what. */
const NEXT = { name_claimed: "password", no_guests: "password", account_needed: "password" };

/**
 * @param {object} props
 * @param {{room: string?, person: string?, code: string?}} props.target - where the address leads
 * @param {function} props.onTyped - called when somebody begins to type
 */
export function Door({ target, onTyped }) {
  const about = useChat((state) => state.about);
  return html`<main class="door">
    <${Banner} />
    <div class="door-box" onInput=${onTyped}>
      <${Logo} />
      <${Welcome} about=${about} target=${target} />
      <${Form} about=${about} target=${target} />
    </div>
  </main>`;
}

function Welcome({ about, target }) {
  const name = about?.name || location.hostname;
  const where = target.room ? `#${target.room}` : target.person && `a talk with ${target.person}`;
  return html`
    <h1>Come into <bdi>${where || name}</bdi></h1>
    <p class="lead">${where && html`<bdi>${name}</bdi>. `}${rules(about, target)}</p>
  `;
}

/** What one must know before typing: in one sentence or two. */
function rules(about, { code }) {
  if (code) return "You have an invitation. Say who you are, and you are in.";
  if (about?.guests !== false) return "A name is all you need. Nothing to install, no account.";
  return {
    open: "This server wants an account. You can make one here.",
    invite: "This server wants an account. To make one you need an invitation.",
    closed: "This server is for those who have an account.",
  }[about.registration];
}

function Form({ about, target }) {
  const { chat } = usePage();
  const form = useRef(null);
  const [refusal, setRefusal] = useState(() => sentence(chat.state.link.refused ?? {}));
  const [isBusy, setBusy] = useState(false);
  const [way, setWay] = useState("guest");
  const mayMake = about?.registration !== "closed";
  useEffect(() => {
    if (about?.guests === false && way === "guest") setWay("password");
  }, [about]);
  useFocus(form, way);

  const choose = (next) => {
    setWay(next);
    setRefusal("");
  };
  const submit = async (event) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setRefusal("");
    const { name, password, invitation } = Object.fromEntries(new FormData(form.current));
    const asked = { name: name.trim(), password, invitation: invitation?.trim() || undefined };
    try {
      // The address leads on to the room, once one is in.
      await chat.enter({ ...asked, isAccount: way !== "guest" });
    } catch (error) {
      setBusy(false);
      setRefusal(sentence(error));
      if (way === "guest" && NEXT[error.code]) setWay(NEXT[error.code]);
      else form.current?.elements[way === "guest" ? "name" : "password"]?.select();
    }
  };
  return html`<form class="form" ref=${form} onSubmit=${submit}>
    <${Name} refusal=${way === "guest" && refusal} />
    ${way !== "guest" && html`<${Password} way=${way} about=${about} refusal=${refusal} />`}
    <p class="refusal" role="alert" id="door-refusal">${refusal}</p>
    <button class="button main" disabled=${isBusy}>${isBusy ? "One moment…" : WAYS[way].action}</button>
    <${Others} way=${way} onChoose=${choose} mayMake=${mayMake} guests=${about?.guests !== false} />
  </form>`;
}

function Name({ refusal }) {
  return html`<label class="field">
    <span>Your name</span>
    <input
      class="input"
      name="name"
      type="text"
      required
      maxlength="64"
      autocomplete="username"
      autocapitalize="off"
      spellcheck=${false}
      dir="auto"
      aria-invalid=${refusal ? "true" : undefined}
      aria-describedby="door-refusal"
    />
  </label>`;
}

function Password({ way, about, refusal }) {
  const isNew = way === "make";
  return html`
    <label class="field">
      <span>${isNew ? "A password, so that the name stays yours" : "Password"}</span>
      <input
        class="input"
        name="password"
        type="password"
        required
        autocomplete=${isNew ? "new-password" : "current-password"}
        aria-invalid=${refusal && !isNew ? "true" : undefined}
        aria-describedby="door-refusal"
      />
    </label>
    ${isNew &&
    about?.registration === "invite" &&
    html`<label class="field">
      <span>Invitation</span>
      <input class="input" name="invitation" required autocomplete="off" spellcheck=${false} />
    </label>`}
  `;
}

/** The other ways in, below the button. */
function Others({ way, onChoose, mayMake, guests }) {
  const entries = [
    way !== "make" && mayMake && ["make", guests ? "Make the name mine" : "Make an account"],
    way !== "password" && ["password", "I have a password"],
    way !== "guest" && guests && ["guest", "Come in as a guest"],
  ].filter(Boolean);
  return html`<p class="others">
    ${entries.map(
      ([next, label]) => html`<button key=${next} class="link" type="button" onClick=${() => onChoose(next)}>${label}</button>`,
    )}
  </p>`;
}

/** The first field that is still empty gets the focus, whenever another one unfolds. */
function useFocus(form, way) {
  useLayoutEffect(() => {
    const { name, password } = form.current.elements;
    (name.value && password ? password : name).focus();
  }, [way]);
}

/**
 * Instead of the door, while the browser comes back under the name that it was in with, or loads the rest.
 * @param {{isIn: boolean, isBroken: boolean}} props
 */
export function Opening({ isIn, isBroken }) {
  const { chat } = usePage();
  return html`<main class="door">
    <${Banner} />
    <div class="door-box">
      <${Logo} />
      <h1 role="status">${isBroken ? "The page did not load whole" : "One moment…"}</h1>
      <p class="others">
        ${isBroken && html`<button class="link" type="button" onClick=${() => location.reload()}>Reload</button>`}
        ${!isIn && html`<button class="link" type="button" onClick=${() => chat.leave()}>Come in under another name</button>`}
      </p>
    </div>
  </main>`;
}
