import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config.ts'
import { reasonOf } from '../../kit/reason.ts'
import { examinePostgres, SQLITE_FILE } from '../../platform/database/index.ts'
import { standOf } from '../stand.ts'
import { type Finding, good, warning, wrong } from './finding.ts'

/** Leases, sessions and deadlines are compared over machines; NTP holds clocks well below. */
const AHEAD_MS_MAX = 1_000
/** What one process may take, and some for psql and backups. */
const CONNECTIONS_MIN = 30

export async function database(config: Config): Promise<Finding[]> {
  const { databaseUrl: url, dataDir } = config
  if (url === undefined) {
    const path = join(dataDir, SQLITE_FILE)
    if (!existsSync(path)) return [good('database', `SQLite in ${path}, made at start`)]
    return [good('database', `SQLite in ${path}; each commit is synced`), await schema(config)]
  }
  return reached('PostgreSQL', 'DATABASE_URL', url, async () => {
    const facts = await examinePostgres(url)
    const { version, fsync, full_page_writes, max_connections } = facts
    const findings = [
      good('database', `PostgreSQL ${version} at ${whereOf(url)}`),
      clock('database', facts.aheadMs),
    ]
    if (Number.parseInt(version, 10) < 15)
      findings.push(warning('database', 'it is tested with PostgreSQL 15 and later', 'Upgrade PostgreSQL.'))
    if (facts.encoding !== 'UTF8')
      findings.push(
        wrong(
          'database',
          `its encoding is ${facts.encoding}`,
          "create database ... encoding 'UTF8' template template0",
        ),
      )
    if (facts.read_only)
      findings.push(
        wrong('database', 'it is a standby and takes no writes', 'Name the primary in DATABASE_URL.'),
      )
    findings.push(
      fsync === 'on' && full_page_writes === 'on'
        ? good(
            'database',
            `what is acknowledged is on disk (fsync ${fsync}, synchronous_commit ${facts.synchronous_commit}; Loggia asks for "on" where it is "off")`,
          )
        : wrong(
            'database',
            `fsync is ${fsync}, full_page_writes ${full_page_writes}: a power cut destroys it`,
            'Set both to on in postgresql.conf.',
          ),
    )
    if (max_connections < CONNECTIONS_MIN)
      findings.push(
        warning(
          'database',
          `it takes ${max_connections} connections, each process up to 20`,
          'Raise max_connections.',
        ),
      )
    return facts.encoding === 'UTF8' ? [...findings, await schema(config)] : findings
  })
}

async function schema(config: Config): Promise<Finding> {
  const { missing, unknown } = await standOf(config)
  if (unknown.length > 0)
    return wrong('database', 'a newer version has migrated it', 'Start that version, or restore a backup.')
  return missing.length === 0
    ? good('database', 'its tables are up to date')
    : good('database', `${missing.length} migrations are applied at start`)
}

export async function redis({ redisUrl: url }: Config): Promise<Finding[]> {
  if (url === undefined) return []
  return reached('Redis', 'REDIS_URL', url, async () => {
    const { examineRedis } = await import('../../platform/redis/index.ts')
    const { version, role, isCluster, settings, aheadMs } = await examineRedis(url)
    const findings = [good('Redis', `Redis ${version} at ${whereOf(url)}`), clock('Redis', aheadMs)]
    if (Number.parseInt(version, 10) < 7)
      findings.push(wrong('Redis', 'it takes Redis 7.0 or later', 'Upgrade Redis.'))
    if (isCluster)
      findings.push(wrong('Redis', 'it is a node of a cluster', 'Name a Redis that is none in REDIS_URL.'))
    if (role !== 'master')
      findings.push(wrong('Redis', `it is a ${role} and takes no writes`, 'Name the primary in REDIS_URL.'))
    return [...findings, persistence(settings), eviction(settings)]
  })
}

function persistence({ appendonly, appendfsync }: Record<string, string>): Finding {
  const found = `appendonly ${appendonly || 'unknown'}, appendfsync ${appendfsync || 'unknown'}`
  if (appendonly !== 'yes')
    return warning(
      'Redis',
      `queues live in memory until a snapshot (${found})`,
      'Set "appendonly yes" (docs/guide/engines.md).',
    )
  return appendfsync === 'no'
    ? warning(
        'Redis',
        `a push may be lost for half a minute (${found})`,
        'Set "appendfsync everysec", or "always".',
      )
    : good('Redis', found)
}

function eviction({ 'maxmemory-policy': policy = '' }: Record<string, string>): Finding {
  // Queues have no time to live in Redis, so `volatile-` policies leave them alone.
  return !policy.startsWith('allkeys-')
    ? good('Redis', `maxmemory-policy ${policy || 'unknown'}`)
    : wrong(
        'Redis',
        `maxmemory-policy ${policy} throws queues away when memory is full`,
        'Set "maxmemory-policy noeviction".',
      )
}

export async function rabbitMq({ amqpUrl: url }: Config): Promise<Finding[]> {
  if (url === undefined) return []
  return reached('RabbitMQ', 'AMQP_URL', url, async () => {
    const { examineRabbitMq } = await import('../../platform/rabbitmq/index.ts')
    const { version } = await examineRabbitMq(url)
    const [major = 0, minor = 0] = version.split('.').map(Number)
    const found = `RabbitMQ ${version} at ${whereOf(url)}; jobs stand in durable quorum queues`
    return major > 3 || (major === 3 && minor >= 10)
      ? [good('RabbitMQ', found)]
      : [wrong('RabbitMQ', found, 'It takes RabbitMQ 3.10 or later. Upgrade it.')]
  })
}

async function reached(
  subject: string,
  setting: string,
  url: string,
  look: () => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await look()
  } catch (error) {
    const found = `${whereOf(url)} cannot be used: ${reasonOf(error)}`
    return [wrong(subject, found, `Start it, or correct ${setting}: address, user, password, name.`)]
  }
}

function clock(subject: string, aheadMs: number): Finding {
  const off = Math.abs(aheadMs)
  const found = `its clock is ${Math.round(off)} ms ${aheadMs > 0 ? 'ahead of' : 'behind'} ours`
  return off <= AHEAD_MS_MAX
    ? good(subject, found)
    : warning(subject, found, 'Set the clocks of both machines by NTP: timedatectl set-ntp true')
}

/** Without name and password. */
function whereOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host || 'localhost'}${pathname}`
}
