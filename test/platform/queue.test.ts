import { ABLE, queueContract } from '../contracts/queue.ts'
import { unreachable } from '../support/engines.ts'
import { openTablesOnPostgres, openTablesOnSqlite } from '../support/queue-tables.ts'

queueContract('tables on SQLite', openTablesOnSqlite)

queueContract('tables on PostgreSQL', openTablesOnPostgres, ABLE, await unreachable('postgres'))
