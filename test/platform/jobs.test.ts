import { jobsContract } from '../contracts/jobs.ts'
import { unreachable } from '../support/engines.ts'
import { onPostgres, onRabbitMq, onRedis, onSqlite } from '../support/job-engines.ts'
import { beyondTransactions } from '../support/job-node.ts'

const noPostgres = await unreachable('postgres')

jobsContract('tables on SQLite', onSqlite)
jobsContract('tables on SQLite, by way of the outbox', onSqlite, { through: beyondTransactions })
jobsContract('tables on PostgreSQL', onPostgres, { skip: noPostgres })
jobsContract('tables on PostgreSQL, by way of the outbox', onPostgres, {
  through: beyondTransactions,
  skip: noPostgres,
})
jobsContract('Redis Streams', onRedis, { skip: await unreachable('redis') })
jobsContract('RabbitMQ', onRabbitMq, { skip: await unreachable('rabbitmq') })
