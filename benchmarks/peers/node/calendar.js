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
  const blocked = merge(blockers)
  const steps = levels([...active, ...blocked.map((span) => ({ ...span, seats: capacity }))])
  const full = merge(steps.filter(({ seats }) => seats >= capacity))
  const scene = { resource, capacity, colors: colorMap(resource), steps, full, blocked, customers, owners }
  const inside = ({ start, end }) => start < to && from < end
  return [
    ...expand(resource.rules, resource.timezone, from, to).flatMap((period) => periodEvents(scene, period)),
    ...(capacity > LARGEST_SMALL_CAPACITY
      ? clip(levels(active), from, to).map((level) => countEvent(scene, level))
      : active.filter(inside).map((booking) => bookingEvent(scene, booking))),
    ...blockers.filter(inside).map((blocker) => event(scene, 'BLOCKER', blocker, 1, false, blocker.title || 'Blocked'))
  ]
}

function periodEvents (scene, period) {
  const { capacity } = scene
  const stretches = profile(period, scene.steps)
  const free = stretches.filter(({ seats }) => seats < capacity)
  const taken = stretches.reduce((sum, { start, end, seats }) => sum + (end - start) * Math.min(seats, capacity), 0)
  const occupancy = taken / ((period.end - period.start) * capacity)
  const isBlocked = () => scene.blocked.some(({ start, end }) => start <= period.start && period.end <= end)
  const label = free.length ? 'Available' : isBlocked() ? 'Blocked' : 'Booked'
  return [
    event(scene, 'PERIOD', period, occupancy, free.length > 0, label),
    ...free.map((stretch) => event(scene, 'PERIOD_FRAGMENT', stretch, share(scene, stretch), true, 'Available'))
  ]
}

function bookingEvent (scene, booking) {
  const isHeld = booking.status === 'RESERVED'
  const customers = isHeld ? [] : scene.customers.get(booking.id) ?? []
  const label = isHeld ? booking.title || 'Reserved' : labelOf(booking, scene.owners.get(booking.id), customers)
  const isAvailable = !overlapsAny(booking, scene.full)
  const kind = isHeld ? 'RESERVED_BOOKING' : 'BOOKING'
  return event(scene, kind, booking, share(scene, booking), isAvailable, label, { customers, bookings: [booking] })
}

function countEvent (scene, level) {
  const isAvailable = level.seats < scene.capacity && !overlapsAny(level, scene.blocked)
  const label = `${level.seats} of ${scene.capacity}`
  return event(scene, 'BOOKING_COUNT', level, share(scene, level), isAvailable, label, { bookingCount: level.bookings })
}

function event ({ resource, capacity, colors }, type, { start, end }, occupancy, isAvailable, displayLabel, more = {}) {
  return {
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
    customers: more.customers ?? [],
    bookings: more.bookings ?? [],
    bookingCount: more.bookingCount ?? 0,
    colorMap: colors
  }
}

const share = ({ capacity }, { seats }) => Math.min(1, seats / capacity)

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

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)
const resourceOf = ({ resourceId }) => resourceId
