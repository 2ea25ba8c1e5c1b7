// Coming into the chat and going, and the password of the name: see `chat.enter`.

import { firstState } from "./state.js";

/**
 * @param {object} parts - `store`, `wire`, `memory`, `session`; `forget` forgets what the person here had begun, and
 *   `join` goes into a room
 */
export function createVisits({ store, wire, memory, session, forget, join }) {
  return {
    /** Come back without typing, where that is possible. @returns {boolean} whether it is tried */
    start() {
      const who = memory.who.get();
      if (who === null) {
        return false;
      }
      session.start(who).catch(() => {});
      return true;
    },
    /** Come into the chat, and into a room. Rejected with `{code, message}` where the server refuses. */
    async enter({ name, password, token, invitation, code, room, isAccount = Boolean(password) }) {
      await session.start({ name, password, token, invitation, isAccount });
      return room ? join(room, code) : store.state.open;
    },
    /** Come in as whoever got this ticket, instead of whoever was here before. */
    redeem: (ticket) => session.start({ ticket, isAccount: true }),
    /** Leave for good: nothing is remembered. `everywhere` ends all other devices, too. */
    leave(everywhere = false) {
      const bye = wire.isOpen ? wire.request({ type: everywhere ? "logout" : "disconnect" }) : Promise.resolve();
      session.end();
      memory.forget();
      forget();
      return bye
        .catch(() => {})
        .finally(() => {
          wire.stop();
          store.update((state) => ({ ...firstState(state.settings), about: state.about }));
        });
    },
    /** Make our name an account. Rejected with `{code, message}`. */
    async makeAccount(password) {
      await wire.request({ type: "account.create", password });
      await session.renew(password);
    },
    async changePassword(old, password) {
      await wire.request({ type: "account.change", old, password });
      await session.renew(password);
    },
  };
}
