// What the resolvers of Mercurius and Yoga are made of: the roots, and a batch function for each relation.
import { calendar } from './calendar.js'

const DAY = 24 * 60 * 60 * 1000

export function reads (fetch, instant, organization) {
  const page = (rows, first) => ({ nodes: rows.slice(0, first), pageInfo: { hasNextPage: rows.length > first } })

  async function byKey (name, keys) {
    const found = new Map()
    for (const row of await fetch(name, { keys: [...new Set(keys)] })) found.set(row.id, row)
    return keys.map((key) => found.get(key) ?? null)
  }

  return {
    async bookings ({ first, filter: { resourceIds, startDate, from, to } }) {
      const limit = first + 1
      if (!resourceIds) return page(await fetch('page', { organization, from: instant(startDate.gte), limit }), first)
      const earliest = instant(new Date(Date.parse(from) - DAY).toISOString())
      return page(await fetch('week', { keys: resourceIds, from: instant(from), to: instant(to), earliest, limit }), first)
    },
    async booking ({ ref }) {
      return (await fetch('booking', { id: ref.id }))[0] ?? null
    },
    calendarEvents ({ resourceIds, startDate, endDate }) {
      return calendar(fetch, instant, resourceIds, Date.parse(startDate), Date.parse(endDate))
    },
    resources: (keys) => byKey('resources', keys),
    locations: (keys) => byKey('locations', keys),
    users: (keys) => byKey('users', keys),
    async participants (keys) {
      const found = new Map(keys.map((key) => [key, []]))
      for (const row of await fetch('participants', { keys })) found.get(row.bookingId).push(row)
      return keys.map((key) => found.get(key))
    }
  }
}

// Opens the database that the command names: `sqlite <file> <organization>` or `postgresql - <organization>`.
export async function opened ([kind, path, organization]) {
  const { openSqlite, openPostgres, instant } = await import(kind === 'sqlite' ? './sqlite.js' : './postgres.js')
  return reads(kind === 'sqlite' ? openSqlite(path) : openPostgres(), instant, organization)
}
