import { type Finding, good, warning } from './finding.ts'

/** Each client holds a descriptor; what most systems give a service of their own accord is more. */
const OPEN_FILES_MIN = 4_096
const MIB = 1024 ** 2
/** The server idle, its password hashing (19 MiB each) and a renderer. */
const MEMORY_MIB_MIN = 384

export function limits(): Finding[] {
  return [openFiles(), memory()]
}

function openFiles(): Finding {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft: number | string } } }
  const soft = report.userLimits?.open_files?.soft
  const count = soft === 'unlimited' || soft === undefined ? Number.POSITIVE_INFINITY : Number(soft)
  const found = `${soft} open files for this process`
  return count >= OPEN_FILES_MIN
    ? good('limits', found)
    : warning(
        'limits',
        `${found}; each client takes one`,
        'Raise it: "ulimit -n 65536", or LimitNOFILE=65536 in the systemd unit.',
      )
}

function memory(): Finding {
  const free = Math.round(process.availableMemory() / MIB)
  const found = `${free} MiB of memory to be had`
  return free >= MEMORY_MIB_MIN
    ? good('limits', found)
    : warning('limits', found, `Give it ${MEMORY_MIB_MIN} MiB, or run fewer things beside it.`)
}
