// When something was said, in a word: for the list, where there is no room for more.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const year = new Intl.DateTimeFormat(undefined, { month: "short", year: "numeric" });

/**
 * The time of today, the weekday of the last six days, else the date.
 * @param {number} at
 * @param {number} now
 * @returns {string}
 */
export function shortTime(at, now) {
  const days = Math.round((startOf(now) - startOf(at)) / 86_400_000);
  if (days <= 0) return clock.format(at);
  if (days < 7) return weekday.format(at);
  return (days < 330 ? date : year).format(at);
}

const startOf = (at) => new Date(at).setHours(0, 0, 0, 0);
