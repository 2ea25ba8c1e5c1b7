// Times and days as this browser's reader writes them.

import { createDates } from "../core/dates.js";

export const dates = createDates({ now: () => Date.now() });
