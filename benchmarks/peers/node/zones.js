// Wall clocks of time zones. Node has no fast way to ask for an offset, so each is asked once and kept.
const QUARTER = 15 * 60 * 1000 // no zone changes its offset within a quarter of an hour
const DAY = 24 * 60 * 60 * 1000
const formats = new Map()
const offsets = new Map()

// The zone's distance from UTC at an instant, in milliseconds.
export function offsetAt (zone, instant) {
  let known = offsets.get(zone)
  if (!known) offsets.set(zone, known = new Map())
  const quarter = Math.floor(instant / QUARTER)
  let offset = known.get(quarter)
  if (offset === undefined) known.set(quarter, offset = asked(zone, quarter * QUARTER))
  return offset
}

// The instant of a wall clock, which is given as if it were UTC: the first of two, by the offset before a gap.
export function instantOf (zone, wall) {
  const before = offsetAt(zone, wall - DAY)
  const after = offsetAt(zone, wall + DAY)
  if (before === after || offsetAt(zone, wall - before) === before) return wall - before
  return offsetAt(zone, wall - after) === after ? wall - after : wall - before
}

// The wall clock at an instant, as text without an offset.
export function localTime (zone, instant) {
  return new Date(instant + offsetAt(zone, instant)).toISOString().slice(0, 19)
}

function asked (zone, instant) {
  let format = formats.get(zone)
  if (!format) {
    const digits = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }
    formats.set(zone, format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...digits }))
  }
  const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - instant
}
