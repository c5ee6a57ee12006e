import { outboxContract } from '../contracts/outbox.ts'
import { unreachable } from '../support/engines.ts'
import { onPostgres, onSqlite } from '../support/job-engines.ts'

outboxContract('SQLite', onSqlite)
outboxContract('PostgreSQL', onPostgres, { skip: await unreachable('postgres') })
