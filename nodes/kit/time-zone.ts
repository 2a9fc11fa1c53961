/** Weekdays as configs name them, Monday first. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export const weekdayTitles = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
} as const

/** A time of day as configs write it. */
export const timeOfDay = /^([01]?\d|2[0-3]):[0-5]\d$/

/** Whether a time zone has this name; an empty one is that of the server. */
export function isTimeZone(name: string): boolean {
  if (name === '') return true
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false // that it throws is the answer: the language has no other way to ask
  }
}
