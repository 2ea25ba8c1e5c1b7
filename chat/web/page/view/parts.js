// Dialogs that are loaded when somebody opens one for the first time.

/** By name: how to load the module, and the component in it. */
const PARTS = {
  group: [() => import("./group_dialog.js"), "GroupDialog"],
  help: [() => import("./help_dialog.js"), "HelpDialog"],
  operator: [() => import("./operator.js"), "OperatorDialog"],
  person: [() => import("./person_card.js"), "PersonCard"],
  pins: [() => import("./pins.js"), "PinsDialog"],
  room: [() => import("./room_settings.js"), "RoomSettings"],
  rooms: [() => import("./browse.js"), "Browse"],
  search: [() => import("./search_dialog.js"), "SearchDialog"],
  settings: [() => import("./settings.js"), "Settings"],
  who: [() => import("./who.js"), "WhoDialog"],
};

/**
 * Opens a dialog, as `layers.dialog` does.
 * @param {object} layers
 * @param {keyof typeof PARTS} name
 * @param {object} [props]
 */
export async function openLater(layers, name, props = {}) {
  const [load, component] = PARTS[name];
  try {
    layers.dialog((await load())[component], props);
  } catch {
    layers.note("That could not be loaded. Is there a connection?");
  }
}
