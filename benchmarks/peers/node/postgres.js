// Reads PostgreSQL with pg: named statements, so that each connection prepares one once; see PGHOST and the like.
import pg from 'pg'
import { statements } from './statements.js'

const TIMESTAMPTZ = 1184
pg.types.setTypeParser(TIMESTAMPTZ, (text) => `${text.slice(0, 10)}T${text.slice(11)}:00`)

export const settings = { max: 10, options: '-c timezone=UTC -c jit=off -c default_transaction_read_only=on' }

export function openPostgres () {
  const pool = new pg.Pool(settings)
  const prepared = {}
  for (const [name, sql] of Object.entries(statements('postgresql'))) prepared[name] = positional(sql)

  return async (name, values) => {
    const { text, names } = prepared[name]
    return (await pool.query({ name, text, values: names.map((key) => values[key]) })).rows
  }
}

export const instant = (text) => text

function positional (sql) {
  const names = []
  const text = sql.replace(/:([a-z]+)/g, (_, name) => {
    if (!names.includes(name)) names.push(name)
    return `$${names.indexOf(name) + 1}`
  })
  return { text, names }
}
