// What is typed behind a slash: the commands of the text wire, as requests, or as something that the page does itself.

import { argumentsOf, placeOf, REQUESTS } from "./command_requests.js";
import { COMMANDS } from "./command_table.js";
import { commandIn, saidBy } from "./lines.js";

export { commandIn, saidBy };

const BY_WORD = new Map(
  COMMANDS.flatMap((command) => [command.name, ...command.aliases].map((word) => [word, command])),
);

/**
 * What a command leads to. `show`: the page shows something of its own, such as its search; `what` says which.
 * `answer`: the server has answered; `pushes` are for people. `done`: there is nothing more to show.
 * @typedef {{type: "done"}|{type: "show", what: string, query: string}|
 *   {type: "answer", request: object, ack: object, pushes: object[]}} Outcome
 */

/**
 * The commands that a line may become, for help while it is typed; one of them once its word is whole.
 * @param {string} line
 * @returns {{name: string, usage: string, help: string, group: string}[]}
 */
export function helpFor(line) {
  const command = commandIn(line);
  if (command === null) {
    return [];
  }
  const known = BY_WORD.get(command.word);
  if (known !== undefined && /\s/.test(line.trimStart())) {
    return [known];
  }
  return COMMANDS.filter(({ name, aliases }) => [name, ...aliases].some((word) => word.startsWith(command.word)));
}

/**
 * Do what a line says in the place `key`. Rejected with `{code, message}`: `unknown_command`, `usage`, and what the
 * server says; the line stays in the composer then.
 * @param {object} chat
 * @param {string} key
 * @param {string} line
 * @returns {Promise<Outcome>}
 */
export async function run(chat, key, line) {
  const { word, rest } = commandIn(line) ?? { word: "", rest: "" };
  const command = BY_WORD.get(word);
  const make = REQUESTS[command?.name];
  if (make === undefined) {
    throw { code: "unknown_command", message: `There is no command /${word}. /help lists all of them.` };
  }
  const where = placeOf(chat.state.places.get(key));
  const made = make(argumentsOf(rest), where);
  if (made === null) {
    throw { code: "usage", message: `Type /${command.usage}` };
  }
  if (typeof made === "function") {
    return (await made(chat, key)) ?? { type: "done" };
  }
  if (made.show !== undefined) {
    return { type: "show", what: made.show, query: made.query ?? "" };
  }
  const { ack, pushes } = await chat.ask(made);
  return { type: "answer", request: made, ack, pushes };
}
