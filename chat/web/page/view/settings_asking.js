// What the groups of the settings have in common: asking the server, and saying what it answered.

import { useEffect, useState } from "../vendor/preact.js";
import { usePage } from "./layers.js";
import { sentence } from "./sentences.js";

/**
 * @returns {(request: object, said?: string) => Promise<object?>} asks; `said` is noted when it is done, and a refusal
 *   otherwise: then the promise has null
 */
export function useAsking() {
  const { chat, layers } = usePage();
  return async (request, said = "") => {
    try {
      const answer = await chat.ask(request);
      if (said) layers.note(said);
      return answer;
    } catch (error) {
      layers.note(sentence(error));
      return null;
    }
  };
}

/** What the push of this type, which answers `request`, has in `field`; null until it is here. `again()` asks anew. */
export function useAnswer(request, type, field) {
  const ask = useAsking();
  const [found, set] = useState(null);
  const again = async () => {
    const answer = await ask(request);
    const push = answer?.pushes.find((each) => each.type === type);
    if (push) set(field ? (push[field] ?? null) : push);
  };
  useEffect(() => void again(), []);
  return [found, again];
}

/** A date as people of here write it. */
export function dateOf(time) {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(time);
}
