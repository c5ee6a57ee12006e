import type { Config } from '../../config.ts'
import { reasonOf } from '../../kit/reason.ts'
import { dataFolder, diskSync } from './disk.ts'
import { database, rabbitMq, redis } from './engines.ts'
import { type Finding, wrong } from './finding.ts'
import { limits } from './limits.ts'
import { mail } from './mail.ts'
import { port } from './port.ts'
import { publicAddress } from './public-address.ts'
import { tracing } from './tracing.ts'

export type { Finding } from './finding.ts'

type Check = (config: Config) => Promise<Finding[]> | Finding[]

/** In the order in which a person would look. */
const CHECKS: Record<string, Check> = {
  limits,
  DATA_DIR: dataFolder,
  disk: diskSync,
  database,
  Redis: redis,
  RabbitMQ: rabbitMq,
  mail,
  traces: tracing,
  port,
  PUBLIC_URL: publicAddress,
}

/** Looks only: nothing stays changed, and no engine is waited for longer than some seconds. */
export async function examine(config: Config): Promise<Finding[]> {
  const all = await Promise.all(
    Object.entries(CHECKS).map(async ([subject, check]) => {
      try {
        return await check(config)
      } catch (error) {
        return [wrong(subject, reasonOf(error), 'See what the message says, then run doctor again.')]
      }
    }),
  )
  return all.flat()
}
