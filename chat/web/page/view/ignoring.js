// Ignoring somebody, and hearing them again: what was done is said, and can be taken back at once.

/**
 * Ignores the person called `name`, or, without `isOn`, hears them again.
 * @param {{chat: object, layers: object}} page
 * @returns {Promise<void>} rejected with `{code, message}`
 */
export async function ignore(page, name, isOn = true) {
  const { chat, layers } = page;
  await chat.ask({ type: isOn ? "ignore" : "unignore", name });
  if (!isOn) return layers.note(`You hear ${name} again.`);
  const run = () => ignore(page, name, false).catch(() => layers.note(`${name} is still ignored.`));
  return layers.note(`You ignore ${name} now.`, { label: "Undo", run });
}
