// Times and days as the reader's place and language write them.

const DAY = 86_400_000;
/** All zones differ by whole quarters of an hour: within one, the day stays the same. */
const QUARTER = 900_000;

/**
 * @param {{locale?: string, zone?: string, now: () => number, hour12?: boolean}} reader - without a locale or a zone it
 *   is that of the browser
 */
export function createDates({ locale, zone, now, hour12 }) {
  const format = (options) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  const time = format({ hour: "2-digit", minute: "2-digit", ...(hour12 === undefined ? {} : { hour12 }) });
  const date = format({ weekday: "long", day: "numeric", month: "long" });
  const month = format({ day: "numeric", month: "long" });
  const oldDate = format({ day: "numeric", month: "long", year: "numeric" });
  const weekday = format({ weekday: "long" });
  const full = format({ dateStyle: "full", timeStyle: "short", ...(hour12 === undefined ? {} : { hour12 }) });
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  const days = new Map();

  function dayOf(at) {
    const quarter = Math.floor(at / QUARTER);
    if (!days.has(quarter)) {
      days.set(quarter, parts.format(at));
    }
    return days.get(quarter);
  }
  function daysAgo(at) {
    return Math.round((Date.parse(dayOf(now())) - Date.parse(dayOf(at))) / DAY);
  }
  function isThisYear(at) {
    return dayOf(at).slice(0, 4) === dayOf(now()).slice(0, 4);
  }
  return {
    /** Such as "14:02". */
    time: (at) => time.format(at),
    /** The day, the same for all times in it: "2026-11-27". */
    dayOf,
    /** What a divider says: "Today", "Yesterday", "Monday 16 November", "3 May 2024". */
    day(at) {
      const ago = daysAgo(at);
      if (ago === 0 || ago === 1) {
        return ago === 0 ? "Today" : "Yesterday";
      }
      return (isThisYear(at) ? date : oldDate).format(at);
    },
    /** The day in a sentence, without the day of the week: "27 December", "3 May 2024". */
    date: (at) => (isThisYear(at) ? month : oldDate).format(at),
    /** What the list says of the last message: the time today, else the day, in few words. */
    short(at) {
      const ago = daysAgo(at);
      if (ago <= 0) {
        return time.format(at);
      }
      return ago === 1 ? "Yesterday" : ago < 7 ? weekday.format(at) : oldDate.format(at);
    },
    /** Everything: the day, the year and the time. */
    full: (at) => full.format(at),
    /** For `<time datetime>`. */
    machine: (at) => new Date(at).toISOString(),
  };
}
