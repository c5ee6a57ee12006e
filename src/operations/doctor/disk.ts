import { constants } from 'node:fs'
import { access, open, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '../../config.ts'
import { reasonOf } from '../../kit/reason.ts'
import { type Finding, good, warning, wrong } from './finding.ts'

const FOR_OTHERS = 0o077
const GIB = 1024 ** 3
const FREE_GIB_MIN = 1
const SYNCS = 30
/** A commit waits for one. Disks with a cache that survives a power cut take well below 1 ms, spinning ones about 10. */
const SYNC_MS_MAX = 25

type Folder = Pick<Config, 'dataDir'>

export async function dataFolder({ dataDir }: Folder): Promise<Finding[]> {
  const path = resolve(dataDir)
  const there = await stat(path).catch(() => null)
  if (there === null) return [await makeable(path)]
  if (!there.isDirectory()) return [wrong('DATA_DIR', `${path} is no folder`, 'Name a folder.')]
  return [await permissions(path, there.mode), await freeSpace(path)]
}

async function makeable(path: string): Promise<Finding> {
  const parent = await nearest(path)
  const may = await access(parent, constants.W_OK).then(
    () => true,
    () => false,
  )
  return may
    ? good('DATA_DIR', `${path} is not there yet and is made at start`)
    : wrong(
        'DATA_DIR',
        `${path} cannot be made in ${parent}`,
        `Make it, and give it to the user that runs Loggia.`,
      )
}

async function permissions(path: string, mode: number): Promise<Finding> {
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    return wrong(
      'DATA_DIR',
      `${path} cannot be written to`,
      `Give it to the user that runs Loggia: chown -R <user> ${path}`,
    )
  }
  const isOpen = (mode & FOR_OTHERS) !== 0
  return isOpen
    ? warning(
        'DATA_DIR',
        `other users of this machine may look into ${path}, which holds keys and password hashes`,
        `chmod 700 ${path}`,
      )
    : good('DATA_DIR', `${path} is ours alone`)
}

async function freeSpace(path: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(path)
  const free = (bavail * bsize) / GIB
  const found = `${free.toFixed(1)} GiB are free`
  return free >= FREE_GIB_MIN
    ? good('disk', found)
    : warning('disk', found, 'Make room: a write that finds none is answered 503.')
}

/** How long it takes until bytes are on disk, which every write waits for. */
export async function diskSync({ dataDir }: Folder): Promise<Finding[]> {
  const folder = await nearest(resolve(dataDir))
  const path = join(folder, `.loggia-doctor-${process.pid}`)
  try {
    const median = (await syncTimes(path)).toSorted((a, b) => a - b)[SYNCS >> 1] ?? 0
    const found = `a write is on disk after ${median.toFixed(2)} ms (median of ${SYNCS})`
    return [
      median <= SYNC_MS_MAX
        ? good('disk', found)
        : warning(
            'disk',
            `${found}; one caller writes ${Math.floor(1000 / median)} times a second at best`,
            'Put DATA_DIR on a local SSD.',
          ),
    ]
  } catch (error) {
    return [
      wrong(
        'disk',
        `nothing can be written to ${folder}: ${reasonOf(error)}`,
        'See that the user that runs Loggia may write there.',
      ),
    ]
  } finally {
    await rm(path, { force: true })
  }
}

async function syncTimes(path: string): Promise<number[]> {
  const file = await open(path, 'wx', 0o600)
  const page = Buffer.alloc(4096, 1)
  const times: number[] = []
  try {
    for (let at = 0; at < SYNCS; at += 1) {
      const begun = performance.now()
      await file.write(page, 0, page.length, at * page.length)
      await file.datasync()
      times.push(performance.now() - begun)
    }
  } finally {
    await file.close()
  }
  return times
}

/** The folder, or the first above it that is there. */
async function nearest(path: string): Promise<string> {
  const there = await stat(path).catch(() => null)
  return there?.isDirectory() || dirname(path) === path ? path : nearest(dirname(path))
}
