// Mercurius on Fastify, with JIT from the first request on. Its own loaders batch as DataLoaders do, but make a text of
// every object that waits; so it runs with either: `node mercurius.js <own|dataloader> <port> sqlite <file>
// <organization>` or `… <port> postgresql - <organization>`.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { opened } from './reads.js'
import { dataLoaders, relations, roots } from './resolvers.js'

const [way, port, ...store] = process.argv.slice(2)
const read = await opened(store)

const ownLoaders = () => ({
  Booking: { resource: batched(read.resources, 'resourceId'), participants: batched(read.participants, 'id') },
  Resource: { location: batched(read.locations, 'locationId') },
  Participant: { user: usersOfParticipants }
})

const batched = (batch, key) => (queries) => batch(queries.map(({ obj }) => obj[key]))

async function usersOfParticipants (queries) {
  const found = await read.users(queries.map(({ obj }) => obj.userId).filter(Boolean))
  let place = 0
  return queries.map(({ obj }) => (obj.userId ? found[place++] : null))
}

const loading = way === 'own'
  ? { resolvers: roots(read), loaders: ownLoaders() }
  : { resolvers: { ...roots(read), ...relations }, context: dataLoaders(read) }

const app = Fastify({ logger: false })
app.register(mercurius, {
  schema: readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'),
  jit: 1,
  ...loading
})
await app.listen({ port: Number(port), host: '127.0.0.1' })
