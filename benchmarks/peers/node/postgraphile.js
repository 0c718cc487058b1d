// PostGraphile 5 with its recommended preset, on grafserv for Node: answers are written as text by the plan itself, no
// GraphiQL, no web sockets. Its schema is made from the tables; two lists are added, with the conditions that Bookgate's
// have. Run as `node postgraphile.js <port> postgresql - <organization>`; see PGHOST and the like.
import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { listOfCodec, TYPES } from 'postgraphile/@dataplan/pg'
import { makePgService } from 'postgraphile/adaptors/pg'
import { connection } from 'postgraphile/grafast'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { extendSchema } from 'postgraphile/utils'
import { settings } from './postgres.js'

const [port, , , organization] = process.argv.slice(2)
const { timestamptz, uuid } = TYPES

const lists = extendSchema(({ sql, pgResources: { bookings } }) => {
  function listed (conditions) {
    const $bookings = bookings.find()
    const b = $bookings.alias
    $bookings.where(conditions(b, (step, type) => $bookings.placeholder(step, type)))
    $bookings.where(sql`${b}.deleted_at IS NULL AND ${b}.status NOT IN ('RESERVED', 'EXPIRED')`)
    $bookings.orderBy({ attribute: 'start_date', direction: 'ASC' })
    $bookings.orderBy({ attribute: 'id', direction: 'ASC' })
    $bookings.setOrderIsUnique()
    return connection($bookings)
  }

  const page = (_, { $from }) => listed((b, value) => sql`
    ${b}.organization_id = ${sql.value(organization)}::uuid AND ${b}.start_date >= ${value($from, timestamptz)}`)

  const week = (_, { $resources, $from, $to }) => listed((b, value) => {
    const [from, to] = [value($from, timestamptz), value($to, timestamptz)]
    const ofResources = sql`${b}.resource_id = ANY (${value($resources, listOfCodec(uuid))})`
    return sql`${b}.start_date < ${to} AND ${b}.end_date > ${from} AND (
      (${ofResources} AND NOT ${b}.long AND ${b}.start_date >= ${from} - interval '1 day' AND ${b}.start_date < ${to})
      OR (${ofResources} AND ${b}.long AND ${b}.end_date > ${from}))`
  })

  return {
    typeDefs: `
      extend type Query {
        page(from: Datetime!): BookingConnection
        week(resources: [UUID!]!, from: Datetime!, to: Datetime!): BookingConnection
      }`,
    objects: { Query: { plans: { page, week } } }
  }
})

const server = createServer()
const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [lists],
  pgServices: [makePgService({ poolConfig: settings, schemas: ['public'] })],
  schema: { defaultBehavior: '+list' },
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false, websockets: false, outputDataAsString: true },
  grafast: { explain: false }
})
await instance.createServ(grafserv).addTo(server)
server.listen(Number(port), '127.0.0.1')
