// GraphQL Yoga on Node's own server, with graphql-jit and DataLoaders.
// Run as `node yoga.js <port> postgresql - <organization>`.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { useGraphQlJit } from '@envelop/graphql-jit'
import { createSchema, createYoga } from 'graphql-yoga'
import { opened } from './reads.js'
import { dataLoaders, relations, roots } from './resolvers.js'

const [port, ...store] = process.argv.slice(2)
const read = await opened(store)

const yoga = createYoga({
  schema: createSchema({
    typeDefs: readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'),
    resolvers: { ...roots(read), ...relations }
  }),
  context: dataLoaders(read),
  plugins: [useGraphQlJit()],
  logging: false,
  graphiql: false,
  landingPage: false,
  multipart: false,
  cors: false
})
createServer(yoga).listen(Number(port), '127.0.0.1')
