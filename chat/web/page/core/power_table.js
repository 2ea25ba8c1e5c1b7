// Who may use each command that changes a room or a message, made from chat/hub/powers.py by `python docs/reference.py`.

/** By the name of the command: the least role, and whether it is only for people of a lower role, and so on. */
export const POWERS = {
  // <!-- table: page_powers -->
  "topic": {"least": "moderator", "onLower": false, "inArchive": false, "needsOwner": true},
  "private": {"least": "owner", "onLower": false, "inArchive": true, "needsOwner": true},
  "public": {"least": "owner", "onLower": false, "inArchive": true, "needsOwner": true},
  "speak": {"least": "moderator", "onLower": false, "inArchive": false, "needsOwner": true},
  "slow": {"least": "moderator", "onLower": false, "inArchive": false, "needsOwner": true},
  "history": {"least": "owner", "onLower": false, "inArchive": true, "needsOwner": true},
  "retention": {"least": "owner", "onLower": false, "inArchive": true, "needsOwner": true},
  "edits": {"least": "owner", "onLower": false, "inArchive": true, "needsOwner": true},
  "rename": {"least": "owner", "onLower": false, "inArchive": true, "needsOwner": true},
  "close": {"least": "owner", "onLower": false, "inArchive": true, "needsOwner": true},
  "owner": {"least": "owner", "onLower": false, "inArchive": true, "needsOwner": true},
  "invite": {"least": "moderator", "onLower": false, "inArchive": false, "needsOwner": true},
  "uninvite": {"least": "moderator", "onLower": true, "inArchive": false, "needsOwner": true},
  "kick": {"least": "moderator", "onLower": true, "inArchive": false, "needsOwner": true},
  "ban": {"least": "moderator", "onLower": true, "inArchive": false, "needsOwner": true},
  "unban": {"least": "moderator", "onLower": false, "inArchive": false, "needsOwner": true},
  "bans": {"least": "moderator", "onLower": false, "inArchive": false, "needsOwner": true},
  "mute": {"least": "moderator", "onLower": true, "inArchive": false, "needsOwner": true},
  "unmute": {"least": "moderator", "onLower": true, "inArchive": false, "needsOwner": true},
  "role": {"least": "owner", "onLower": true, "inArchive": false, "needsOwner": true},
  "audit": {"least": "moderator", "onLower": false, "inArchive": true, "needsOwner": true},
  "held": {"least": "moderator", "onLower": false, "inArchive": true, "needsOwner": true},
  "edit": {"least": "guest", "onLower": false, "inArchive": false, "needsOwner": false},
  "delete": {"least": "guest", "onLower": false, "inArchive": false, "needsOwner": false},
  "react": {"least": "guest", "onLower": false, "inArchive": false, "needsOwner": false},
  "unreact": {"least": "guest", "onLower": false, "inArchive": false, "needsOwner": false},
  "delete others": {"least": "moderator", "onLower": false, "inArchive": false, "needsOwner": true},
  "pin": {"least": "moderator", "onLower": false, "inArchive": false, "needsOwner": true},
  "unpin": {"least": "moderator", "onLower": false, "inArchive": false, "needsOwner": true},
  // <!-- end -->
};
