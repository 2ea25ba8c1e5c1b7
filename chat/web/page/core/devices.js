// The devices of an account, as people count them: two tabs of a browser are one.

/**
 * One entry for each device, this one first, then those that are connected, then those that may come in again.
 * @param {import("./shapes.js").Device[]} devices
 * @returns {import("./shapes.js").Device[]}
 */
export function oneOfEach(devices) {
  const found = new Map();
  for (const device of devices) {
    const before = found.get(device.handle);
    found.set(device.handle, before === undefined || device.isThis ? { ...before, ...device } : before);
  }
  const rank = ({ isThis, since }) => (isThis ? 0 : since === null ? 2 : 1);
  return [...found.values()].sort((one, other) => rank(one) - rank(other));
}

/** How many devices are connected now. */
export function connectedCount(devices) {
  return oneOfEach(devices).filter(({ since, isProgram }) => since !== null && !isProgram).length;
}

/** What a device is, in a few words. */
export function kindOf({ since, wire, isProgram }) {
  if (isProgram) return "A program";
  if (since === null) return "A device that is away";
  return { websocket: "A web page", text: "A terminal", ndjson: "A client" }[wire] ?? "A client";
}
