import { clearDatabase, runOnServer } from '../platform/database/index.ts'

/** A PostgreSQL database for the time of `use`: the one that was given, emptied again, or a new one. */
export async function withDatabaseOfOwn(
  { server, name, given }: { server: string; name: string; given: string | undefined },
  use: (url: string) => Promise<unknown>,
): Promise<void> {
  if (given !== undefined) {
    await use(given)
    // What stood there before would have been refused, so all of it is of the proof.
    return clearDatabase(given)
  }
  await runOnServer(server, `create database ${name} template template0 encoding 'UTF8'`).catch((error) => {
    const why = (error as Error).message
    throw new Error(
      `The backup cannot be proved, as no database can be made for it (${why}). Name an empty one by --check-in.`,
    )
  })
  const url = new URL(server)
  url.pathname = `/${name}`
  try {
    await use(url.href)
  } finally {
    await runOnServer(server, `drop database if exists ${name} with (force)`)
  }
}
