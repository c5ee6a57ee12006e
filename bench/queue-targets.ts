import { randomBytes } from 'node:crypto'
import { examinePostgres, runOnServer } from '../src/platform/database/index.ts'
import { type PERSISTENCE, startRedis } from './redis-server.ts'
import { type Server, startListReference, startLoggia } from './server.ts'

export interface Target {
  /** What it is, and what its "pushed" means. */
  name: string
  /** Other figures are quoted as multiples of this one's. */
  isReference: boolean
  server: Server
  headers: Record<string, string>
  /** A second node on the same engines, for a moment. `null`: none can be told of a push. */
  startOther: (() => Promise<Server>) | null
  stop(): Promise<void>
}

const POSTGRES = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const ADMIN = { username: 'bench', password: 'correct horse battery' }
const SETTINGS = {
  ADMIN_USERNAME: ADMIN.username,
  ADMIN_PASSWORD: ADMIN.password,
  ACCESS_TOKEN_TTL: '1d',
}

type Persistence = keyof typeof PERSISTENCE

const OPENERS: Record<string, () => Promise<Target>> = {
  list: () => openReference('no append-only file'),
  'list-always': async () => ({ ...(await openReference('appendfsync always')), isReference: false }),
  sqlite: () => openLoggia('Loggia, SQLite, synchronous FULL'),
  postgres: openOnPostgres,
  'redis-no': () => openOnRedis('no append-only file'),
  'redis-everysec': () => openOnRedis('appendfsync everysec'),
  'redis-always': () => openOnRedis('appendfsync always'),
}

/** Each with engines of its own; side by side, so that they can take turns. */
export async function openTargets(names: string[]): Promise<Target[]> {
  const targets: Target[] = []
  for (const name of names) {
    const open = OPENERS[name]
    if (open === undefined) throw new Error(`"${name}" is none of ${Object.keys(OPENERS).join(', ')}.`)
    targets.push(await open())
  }
  return targets
}

async function openReference(persistence: Persistence): Promise<Target> {
  const redis = await startRedis(persistence)
  const server = await startListReference(redis.url)
  return {
    name: `Fastify + Redis list, ${persistence}`,
    isReference: true,
    server,
    headers: {},
    startOther: null,
    async stop() {
      await server.stop()
      await redis.stop()
    },
  }
}

async function openOnPostgres(): Promise<Target> {
  const database = await createDatabase()
  const name = `Loggia, PostgreSQL, ${database.durability}`
  return openLoggia(name, { DATABASE_URL: database.url }, database.drop)
}

async function openOnRedis(persistence: Persistence): Promise<Target> {
  const [database, redis] = [await createDatabase(), await startRedis(persistence)]
  const urls = { DATABASE_URL: database.url, REDIS_URL: redis.url }
  return openLoggia(`Loggia, Redis Streams, ${persistence}`, urls, async () => {
    await redis.stop()
    await database.drop()
  })
}

async function openLoggia(
  name: string,
  urls: Record<string, string> = {},
  stopEngines: () => Promise<void> = async () => {},
): Promise<Target> {
  const start = () => startLoggia({ ...SETTINGS, ...urls })
  const server = await start()
  return {
    name,
    isReference: false,
    server,
    headers: { authorization: `Bearer ${await signIn(server)}` },
    startOther: urls['DATABASE_URL'] === undefined ? null : start,
    async stop() {
      await server.stop()
      await stopEngines()
    },
  }
}

async function signIn({ address }: Server): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const request = { method: 'POST', headers, body: JSON.stringify(ADMIN) }
  const answer = await fetch(`${address}/api/v1/auth/login`, request)
  return ((await answer.json()) as { access_token: string }).access_token
}

/** A database of one's own on that server. */
async function createDatabase() {
  const name = `loggia_bench_${randomBytes(4).toString('hex')}`
  await runOnServer(POSTGRES, `create database ${name}`)
  const url = new URL(POSTGRES)
  url.pathname = `/${name}`
  const { fsync, synchronous_commit } = await examinePostgres(url.href)
  return {
    url: url.href,
    durability: `fsync ${fsync}, synchronous_commit ${synchronous_commit}`,
    drop: () => runOnServer(POSTGRES, `drop database ${name} with (force)`),
  }
}
