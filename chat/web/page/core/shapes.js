// The shapes that the page's modules share. There is no code here: editors read it, and so do people.
//
// A *place* is a room or a conversation. Its key is "#" and the folded name of a room, or "@" and that of a person
// (see names.js). All times are numbers of milliseconds since the epoch.

/**
 * What everything on the screen is drawn from. Only the functions of store.js change it; they make new objects for
 * what changed and keep all others, so that `===` tells what is to be drawn again.
 * @typedef {object} State
 * @property {Link} link
 * @property {Me?} me - null until the server has let us in
 * @property {About?} about - what /about.json said; null until it is here
 * @property {string?} version - of the server that we came to first
 * @property {boolean} isOutdated - the server has another version by now: the page may be loaded anew
 * @property {Map<string, Place>} places - by key, the lobby first, then rooms by name, then conversations by the latest
 * @property {string?} open - the key of the place on the screen
 * @property {Map<string, Person>} people - whoever is online, by folded name
 * @property {string[]} ignored - names
 * @property {Device[]} devices - of our account, as they were when we asked last; empty for guests
 * @property {Notice[]} notices - what people are told once; `chat.dismiss(key)` takes one away
 * @property {Settings} settings
 */

/**
 * The connection. `retryAt` is when the next try comes, `since` when it was lost.
 * @typedef {{state: "idle"|"connecting"|"open"|"waiting", retryAt: number?, since: number?, refused: Refusal?}} Link
 * @typedef {{code: string, message: string}} Refusal
 * @typedef {{name: string, isAccount: boolean, isOperator: boolean}} Me
 * @typedef {{name: string, version: string, guests: boolean, accounts: string, registration: string, limits: object}} About
 * @typedef {{name: string, away: boolean}} Person
 * @typedef {{handle: string, since: number?, used: number?, wire: string, address: string, isThis: boolean,
 *   isProgram: boolean}} Device - a connection or, without `since`, a device that may come in again
 * @typedef {{key: number, code: string, text: string, from: string?, room: string?}} Notice - `code` is that of the
 *   server's notice, or "invitation", "kicked", "banned", "deleted", "other_life", or the refusal of a room that we were in
 * @typedef {{theme: "system"|"light"|"dark", size: number, sounds: boolean, notify: boolean, reduced: boolean}} Settings
 */

/**
 * One room or conversation that we are in.
 * @typedef {object} Place
 * @property {string} key
 * @property {"lobby"|"room"|"direct"} kind
 * @property {string} name - as it is shown, without "#" or "@"
 * @property {string} topic
 * @property {boolean} isPrivate
 * @property {boolean} isArchived - it can be read, and nobody speaks there
 * @property {"owner"|"moderator"|"member"|"guest"} role - ours
 * @property {"all"|"mentions"|"none"} level - what of it counts for us
 * @property {number} seq - the latest one that the server has told of
 * @property {number} read - up to where we have read it
 * @property {number} unread - messages by others since then
 * @property {number} mentions - those among them that name us; of a conversation, all
 * @property {number} count - how many people are in it
 * @property {Last?} last - its latest message, for the list
 * @property {Row[]} rows - what we have of it, by seq and without gaps; what is on its way comes at the end
 * @property {boolean} hasOlder - the server has more before `rows`
 * @property {boolean} hasNewer - and after them: we looked at something old
 * @property {boolean} isLoaded - its end was asked for; before that `rows` has only what came by itself
 * @property {"none"|"older"|"newer"|"around"} loading
 * @property {number?} newFrom - the seq that the "New" line stands before; it stays until we leave the place
 * @property {Member[]?} members - null until asked for
 * @property {string[]} typing - names of people who are writing
 * @property {string} draft
 * @property {number[]} pins - seqs
 * @property {number} otherRead - of a conversation: up to where the other has read it
 * @property {number} cursor - everything up to this seq was heard; it stands still while something is missing
 * @property {number} delivered - up to where the server knew that it has reached us, when we came in
 * @property {number} countedTo - `unread` counts everything up to this seq already
 * @property {boolean} isCatchingUp - the line was broken, and what was said meanwhile is not all here
 * @property {Row[]} ahead - what came while newer rows are being loaded
 */

/**
 * One line of a place.
 * @typedef {object} Row
 * @property {string} key - stays the same from "waiting" to "stored"
 * @property {number?} seq - null while it waits
 * @property {number?} at
 * @property {"message"|"joined"|"left"|"change"} kind
 * @property {string} from
 * @property {string} text - of a change: the sentence for people
 * @property {boolean} isMine
 * @property {boolean} mentionsMe
 * @property {"stored"|"waiting"|"failed"} state
 * @property {Refusal?} refusal - why it failed
 * @property {FileInfo?} file
 * @property {number?} answers - the seq of the message that it answers
 * @property {string?} answered - who said that
 * @property {boolean} isEdited
 * @property {boolean} isDeleted - then `text` is ""
 * @property {string} deletedBy
 * @property {Array<[string, string[]]>} reactions - an emoji, and the names of those who chose it
 * @property {boolean} isQueued - its reader is away, and gets it later
 */

/**
 * @typedef {{from: string, text: string, at: number}} Last
 * @typedef {{name: string, role: string, isHere: boolean, isAway: boolean, isMuted: boolean, isUnsure?: true}} Member -
 *   with `isUnsure` they have just come, and the server was not yet asked about their role
 * @typedef {{url: string, name: string, size: number, type: string, until: number?, width: number?, height: number?}} FileInfo
 */

export {};
