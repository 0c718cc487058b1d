// `calendarEvents` by hand: what Bookgate's domain/calendar.py does, on milliseconds.
import { clip, expand, merge } from './schedules.js'
import { localTime } from './zones.js'
import { colorMap } from './colors.js'

const DAY = 24 * 60 * 60 * 1000
const LARGEST_SMALL_CAPACITY = 25
const KINDS = ['PERIOD', 'PERIOD_FRAGMENT', 'BOOKING', 'RESERVED_BOOKING', 'BLOCKER', 'BOOKING_COUNT']
const TYPES = {
  PERIOD: 'PeriodEvent',
  PERIOD_FRAGMENT: 'PeriodFragmentEvent',
  BOOKING: 'BookingEvent',
  RESERVED_BOOKING: 'ReservedBookingEvent',
  BLOCKER: 'BlockerEvent',
  BOOKING_COUNT: 'BookingCountEvent'
}

export async function calendar (fetch, instant, keys, from, to) {
  const now = Date.now()
  const resources = await fetch('calendarResources', { keys })
  const planned = resources.filter((resource) => resource.rules && Object.values(resource.rules).some((part) => part.length))
  const { bookings, blockers } = await takenTime(fetch, instant, resources.filter(({ rules }) => rules), from, to)
  const { customers, owners } = await people(fetch, [...bookings.values()].flat().map(({ id }) => id))
  const events = planned.flatMap((resource) => {
    const active = (bookings.get(resource.id) ?? []).filter(({ status, expires }) => status !== 'RESERVED' || now < expires)
    return eventsOf(resource, active, blockers.get(resource.id) ?? [], { customers, owners, from, to })
  })
  events.sort((a, b) => a.start - b.start || a.kind - b.kind || compare(a.resource.id, b.resource.id) || a.end - b.end)
  return { events, resourcesWithSchedule: resources.filter(({ rules }) => rules) }
}

// The active bookings and the blockers by resource; of shared ones, also what overlaps a booking that reaches out.
async function takenTime (fetch, instant, resources, from, to) {
  const between = (ids, start, end) => ({
    keys: ids, from: text(start), to: text(end), earliest: text(start - DAY)
  })
  const text = (time) => instant(new Date(time).toISOString())
  const bookings = Map.groupBy(await fetch('calendarBookings', between(resources.map(({ id }) => id), from, to)), resourceOf)
  const shared = resources.filter(({ id, capacity }) => capacity > 1 && capacity <= LARGEST_SMALL_CAPACITY && bookings.has(id))
  let [first, last] = [from, to]
  for (const { id } of shared) {
    for (const { start, end } of bookings.get(id)) [first, last] = [Math.min(first, start), Math.max(last, end)]
  }
  if (first < from || last > to) {
    const more = await fetch('calendarBookings', between(shared.map(({ id }) => id), first, last))
    for (const [id, all] of Map.groupBy(more, resourceOf)) bookings.set(id, all)
  }
  const { keys, from: start, to: end } = between(resources.map(({ id }) => id), first, last)
  return { bookings, blockers: Map.groupBy(await fetch('blockers', { keys, from: start, to: end }), resourceOf) }
}

async function people (fetch, keys) {
  if (!keys.length) return { customers: new Map(), owners: new Map() }
  const customers = Map.groupBy(await fetch('customers', { keys }), ({ bookingId }) => bookingId)
  const owners = new Map((await fetch('owners', { keys })).map((owner) => [owner.bookingId, owner]))
  return { customers, owners }
}

function eventsOf (resource, active, blockers, { customers, owners, from, to }) {
  const { capacity } = resource
  const colors = colorMap(resource)
  const blocked = merge(blockers)
  const steps = levels([...active, ...blocked.map((span) => ({ ...span, seats: capacity }))])
  const full = merge(steps.filter(({ seats }) => seats >= capacity))
  const share = (seats) => Math.min(1, seats / capacity)
  const events = []

  function add (type, { start, end }, occupancy, isAvailable, displayLabel, rest) {
    events.push({
      __typename: TYPES[type],
      kind: KINDS.indexOf(type),
      type,
      start,
      end,
      startDate: new Date(start).toISOString(),
      endDate: new Date(end).toISOString(),
      localStart: localTime(resource.timezone, start),
      localEnd: localTime(resource.timezone, end),
      resource,
      resourceName: resource.name,
      quota: capacity,
      occupancy,
      isAvailable,
      isBlocker: type === 'BLOCKER',
      displayLabel,
      customers: rest?.customers ?? [],
      bookings: rest?.bookings ?? [],
      bookingCount: rest?.bookingCount ?? 0,
      colorMap: colors
    })
  }

  for (const period of expand(resource.rules, resource.timezone, from, to)) {
    const stretches = profile(period, steps)
    const taken = stretches.reduce((sum, { start, end, seats }) => sum + (end - start) * Math.min(seats, capacity), 0)
    const free = stretches.filter(({ seats }) => seats < capacity)
    const takenBy = blocked.some(({ start, end }) => start <= period.start && period.end <= end) ? 'Blocked' : 'Booked'
    add('PERIOD', period, taken / ((period.end - period.start) * capacity), free.length > 0, free.length ? 'Available' : takenBy)
    for (const stretch of free) add('PERIOD_FRAGMENT', stretch, share(stretch.seats), true, 'Available')
  }
  if (capacity <= LARGEST_SMALL_CAPACITY) {
    for (const booking of active) {
      if (booking.start >= to || from >= booking.end) continue
      const held = booking.status === 'RESERVED'
      const guests = held ? [] : customers.get(booking.id) ?? []
      const label = held ? booking.title || 'Reserved' : labelOf(booking, owners.get(booking.id), guests)
      const rest = { customers: guests, bookings: [booking] }
      add(held ? 'RESERVED_BOOKING' : 'BOOKING', booking, share(booking.seats), !overlapsAny(booking, full), label, rest)
    }
  }
  for (const blocker of clipless(blockers, from, to)) add('BLOCKER', blocker, 1, false, blocker.title || 'Blocked')
  if (capacity > LARGEST_SMALL_CAPACITY) {
    for (const level of clip(levels(active), from, to)) {
      const available = level.seats < capacity && !overlapsAny(level, blocked)
      add('BOOKING_COUNT', level, share(level.seats), available, `${level.seats} of ${capacity}`, { bookingCount: level.bookings })
    }
  }
  return events
}

// The maximal spans of constant seats and number of bookings, sorted.
function levels (taken) {
  const changes = new Map()
  const change = (instant, seats, bookings) => {
    const known = changes.get(instant)
    if (known) { known.seats += seats; known.bookings += bookings } else changes.set(instant, { instant, seats, bookings })
  }
  for (const { start, end, seats } of taken) { change(start, seats, 1); change(end, -seats, -1) }
  const points = [...changes.values()].filter(({ seats, bookings }) => seats || bookings).sort((a, b) => a.instant - b.instant)
  const found = []
  let seats = 0
  let bookings = 0
  for (let place = 0; place + 1 < points.length; place++) {
    seats += points[place].seats
    bookings += points[place].bookings
    if (bookings) found.push({ start: points[place].instant, end: points[place + 1].instant, seats, bookings })
  }
  return found
}

// All of a period in maximal stretches of constant seats taken, 0 where none is.
function profile (period, steps) {
  const found = []
  const append = (start, end, seats) => {
    if (found.at(-1)?.seats === seats) found.at(-1).end = end
    else found.push({ start, end, seats })
  }
  let cursor = period.start
  for (let place = firstEndingAfter(steps, cursor); place < steps.length && steps[place].start < period.end; place++) {
    const { start, end, seats } = steps[place]
    if (cursor < start) append(cursor, start, 0)
    append(Math.max(cursor, start), Math.min(end, period.end), seats)
    cursor = end
  }
  if (cursor < period.end) append(cursor, period.end, 0)
  return found
}

function overlapsAny (span, merged) {
  const place = firstEndingAfter(merged, span.start)
  return place < merged.length && merged[place].start < span.end
}

function firstEndingAfter (spans, instant) {
  let [low, high] = [0, spans.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (spans[middle].end <= instant) low = middle + 1
    else high = middle
  }
  return low
}

function labelOf (booking, owner, customers) {
  const names = [owner, ...customers].map((person) => [person?.firstName, person?.lastName].filter(Boolean).join(' '))
  return [names.find(Boolean), booking.title].filter(Boolean).join(' - ') || 'Booked'
}

const clipless = (spans, from, to) => spans.filter(({ start, end }) => start < to && from < end)
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)
const resourceOf = ({ resourceId }) => resourceId
