import { outboxContract } from '../contracts/outbox.ts'
import { temporaryFolder } from '../support/process.ts'

outboxContract('SQLite', async () => {
  const { path, remove } = await temporaryFolder()
  return { settings: { DATA_DIR: path }, remove }
})
