// Reads an SQLite file with better-sqlite3: every statement prepared when the server starts, read at once.
import Database from 'better-sqlite3'
import { statements } from './statements.js'

const TIMES = ['start', 'end', 'expires']
const TIMED = new Set(['calendarBookings', 'blockers'])

export function openSqlite (path) {
  const database = new Database(path, { readonly: true })
  const prepared = {}
  for (const [name, sql] of Object.entries(statements('sqlite'))) prepared[name] = database.prepare(sql)

  return (name, values) => {
    const rows = prepared[name].all(values.keys ? { ...values, keys: JSON.stringify(values.keys) } : values)
    if (TIMED.has(name)) rows.forEach(toMilliseconds)
    if (name === 'calendarResources') for (const row of rows) row.rules = row.rules && JSON.parse(row.rules)
    return rows
  }
}

export const instant = (text) => new Date(text).toISOString().slice(0, 23) + '000Z'

function toMilliseconds (row) {
  for (const name of TIMES) if (row[name]) row[name] = Date.parse(row[name])
}
