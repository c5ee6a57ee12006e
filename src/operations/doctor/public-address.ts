import type { Config } from '../../config.ts'
import { type Finding, good, warning } from './finding.ts'

/** Links in mails lead there, and what is said to it in the clear can be read on the way. */
export function publicAddress({ publicUrl, mailUrl }: Config): Finding[] {
  if (publicUrl === undefined) {
    if (mailUrl.kind === 'outbox') return []
    return [
      warning(
        'PUBLIC_URL',
        'it is not set, and mails leave with links to this machine',
        'Set PUBLIC_URL to the address that people use.',
      ),
    ]
  }
  const { protocol, hostname } = new URL(publicUrl)
  const isLocal = hostname === 'localhost' || hostname.startsWith('127.')
  return protocol === 'https:' || isLocal
    ? [good('PUBLIC_URL', publicUrl)]
    : [
        warning(
          'PUBLIC_URL',
          `${publicUrl} is not encrypted, and passwords go through it`,
          'Put a proxy with TLS in front (deploy/nginx.conf).',
        ),
      ]
}
