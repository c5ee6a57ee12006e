import { jobsContract } from '../contracts/jobs.ts'
import { beyondTransactions } from '../support/job-node.ts'
import { temporaryFolder } from '../support/process.ts'

async function sqlite() {
  const { path, remove } = await temporaryFolder()
  return { settings: { DATA_DIR: path }, remove }
}

jobsContract('tables on SQLite', sqlite)
jobsContract('tables on SQLite, by way of the outbox', sqlite, { through: beyondTransactions })
