// When a resource can be booked: weekly rules, dated exceptions and fixed slots, turned into instants (milliseconds).
import { instantOf } from './zones.js'

const DAY = 24 * 60 * 60 * 1000
const WEEKDAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY']

// The periods of a schedule in [from, to): sorted, merged where they overlap or touch, clipped.
export function expand (rules, zone, from, to) {
  const weekly = new Map(WEEKDAYS.map((day) => [day, []]))
  for (const [day, start, end] of rules.weekly) weekly.get(day).push([clock(start), clock(end)])
  const exceptions = new Map()
  for (const [day, periods] of rules.exceptions) {
    const kept = exceptions.get(day) ?? []
    exceptions.set(day, [...kept, ...periods.map(([start, end]) => [clock(start), clock(end)])])
  }
  const found = []
  for (let day = Math.floor(from / DAY) * DAY - 2 * DAY; day <= to + DAY; day += DAY) {
    for (const [start, end] of periodsOf(day, weekly, exceptions)) {
      const begin = instantOf(zone, day + start)
      const finish = instantOf(zone, (start < end ? day : day + DAY) + end)
      if (begin < finish) found.push({ start: begin, end: finish })
    }
  }
  for (const [start, end] of rules.slots) found.push({ start: Date.parse(start), end: Date.parse(end) })
  return clip(merge(found), from, to)
}

export function merge (spans) {
  const merged = []
  for (const span of spans.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1)
    if (!last || last.end < span.start) merged.push({ start: span.start, end: span.end })
    else if (last.end < span.end) last.end = span.end
  }
  return merged
}

export function clip (spans, from, to) {
  return spans
    .filter((span) => span.start < to && from < span.end)
    .map((span) => ({ ...span, start: Math.max(span.start, from), end: Math.min(span.end, to) }))
}

function periodsOf (day, weekly, exceptions) {
  const date = new Date(day)
  if (exceptions.size) {
    const periods = exceptions.get(date.toISOString().slice(0, 10))
    if (periods) return periods
  }
  return weekly.get(WEEKDAYS[date.getUTCDay()])
}

function clock (text) {
  return (Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))) * 60000 + Number(text.slice(6, 8) || 0) * 1000
}
