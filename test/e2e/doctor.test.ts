import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { suite as engines } from '../support/engines.ts'
import { createDatabase } from '../support/installation.ts'
import { startOtlpReceiver } from '../support/otlp-receiver.ts'
import { runCommand, startServer, withFolder } from '../support/process.ts'
import { startSmtpServer } from '../support/smtp-server.ts'
import { stored, tamper } from '../support/stored.ts'

interface Finding {
  subject: string
  state: string
  found: string
  fix?: string
}

const look = async (settings: Record<string, string>) => {
  const { code, stdout, stderr } = await runCommand(['doctor', '--json'], { PORT: '0', ...settings })
  assert.equal(stderr, '')
  const { well, findings } = JSON.parse(stdout) as { well: boolean; findings: Finding[] }
  assert.equal(code, well ? 0 : 1)
  for (const { state, fix } of findings) assert.equal(fix === undefined, state === 'good')
  return {
    well,
    findings,
    of: (subject: string) => findings.filter((finding) => finding.subject === subject),
  }
}

suite('doctor', () => {
  test('finds nothing wrong here, and says what each engine is', async () => {
    await withFolder(async (DATA_DIR) => {
      await chmod(DATA_DIR, 0o700)
      const { well, findings, of } = await look({ DATA_DIR })
      assert.deepEqual(
        findings.filter(({ state }) => state === 'wrong'),
        [],
      )
      assert.equal(well, true)
      const told = (subject: string) =>
        of(subject)
          .map(({ found }) => found)
          .join('\n')
      assert.match(told('disk'), /on disk after \d+\.\d\d ms/)
      assert.match(told('database'), engines.includes('postgres') ? /PostgreSQL 1\d.*\n.*clock/ : /SQLite/)
      if (engines.includes('redis')) assert.match(told('Redis'), /Redis 7.*\n.*clock.*\n.*appendfsync/)
      if (engines.includes('rabbitmq')) assert.match(told('RabbitMQ'), /RabbitMQ [34]/)
    })
  })

  test('says it to people, too', async () => {
    await withFolder(async (DATA_DIR) => {
      const { code, stdout } = await runCommand(['doctor'], { DATA_DIR, PORT: '0' })
      assert.equal(code, 0)
      assert.match(stdout, /^good +port +127\.0\.0\.1:0 is free$/m)
      assert.match(stdout, /Nothing is wrong\.\n$/)
    })
  })

  test('looks only: the database is not migrated by it', async () => {
    await withFolder(async (DATA_DIR) => {
      await runCommand(['migrate'], { DATA_DIR })
      await tamper(DATA_DIR, "delete from migrations where name = 'alerts/001_alerts'")
      assert.match(
        JSON.stringify((await look({ DATA_DIR })).of('database')),
        /1 migrations are applied at start/,
      )
      const { code, stdout } = await runCommand(['migrate', 'status'], { DATA_DIR })
      assert.equal(code, 1)
      assert.match(stdout, /^1 migrations.*\n {2}alerts\/001_alerts\n$/)
      const names = await stored(DATA_DIR, "select name from migrations where name = 'alerts/001_alerts'")
      assert.deepEqual(names, [])
    })
  })

  test('tells a Loggia on the port from another program', async () => {
    await withFolder(async (DATA_DIR) => {
      const server = await startServer({ DATA_DIR })
      const ours = await look({ DATA_DIR, PORT: new URL(server.address).port })
      await server.end('SIGTERM')
      const stranger = createServer((_, answer) => answer.end('{}')).listen(0, '127.0.0.1')
      await once(stranger, 'listening')
      const { port } = stranger.address() as AddressInfo
      const theirs = await look({ DATA_DIR, PORT: String(port) }).finally(() => stranger.close())
      assert.match(JSON.stringify(ours.of('port')), /a Loggia answers/)
      assert.deepEqual([ours.well, theirs.well], [true, false])
      assert.match(JSON.stringify(theirs.of('port')), /another program listens/)
    })
  })

  test('tells of a DATA_DIR that others may read, and of one that is a file', async () => {
    await withFolder(async (DATA_DIR) => {
      await chmod(DATA_DIR, 0o755)
      const [open] = (await look({ DATA_DIR })).of('DATA_DIR')
      const path = join(DATA_DIR, 'file')
      await writeFile(path, '')
      const none = { DATABASE_URL: '', REDIS_URL: '', AMQP_URL: '' }
      const file = await look({ DATA_DIR: path, ...none })
      assert.equal(open?.state, 'warning')
      assert.equal(open?.fix, `chmod 700 ${DATA_DIR}`)
      assert.equal(file.of('DATA_DIR')[0]?.state, 'wrong')
    })
  })

  const away: [setting: string, url: string, subject: string][] = [
    ['DATABASE_URL', 'postgres://somebody:hidden-word@127.0.0.1:9/loggia', 'PostgreSQL'],
    ['REDIS_URL', 'redis://:hidden-word@127.0.0.1:9', 'Redis'],
    ['AMQP_URL', 'amqp://somebody:hidden-word@127.0.0.1:9', 'RabbitMQ'],
    ['MAIL_URL', 'smtp://somebody:hidden-word@127.0.0.1:9', 'mail'],
    ['MAIL_URL', 'mailgun://hidden-word@mail.example.org?api=http://127.0.0.1:9', 'mail'],
  ]
  for (const [setting, url, subject] of away) {
    test(`${setting}=${url.split(':', 1)}: that nothing answers is wrong, and no password is told`, async () => {
      await withFolder(async (DATA_DIR) => {
        const { well, findings, of } = await look({ DATA_DIR, [setting]: url })
        assert.equal(well, false)
        assert.equal(of(subject)[0]?.state, 'wrong')
        assert.match(of(subject)[0]?.fix ?? '', new RegExp(setting))
        assert.doesNotMatch(JSON.stringify(findings), /hidden-word/)
      })
    })
  }

  test('signs in at the mail server, and sends nothing', async () => {
    const mailServer = await startSmtpServer()
    await withFolder(async (DATA_DIR) => {
      const { of } = await look({ DATA_DIR, MAIL_URL: `smtp://127.0.0.1:${mailServer.port}` })
      assert.equal(of('mail')[0]?.state, 'good')
      assert.equal(of('PUBLIC_URL')[0]?.state, 'warning')
      assert.equal(mailServer.received.length, 0)
    }).finally(mailServer.close)
  })

  test('asks the collector of traces whether it takes them, and sends none', async () => {
    const collector = await startOtlpReceiver()
    const refusing = await startOtlpReceiver(401)
    const asking = (address: string) =>
      withFolder(async (DATA_DIR) => {
        const { well, of } = await look({ DATA_DIR, OTEL_EXPORTER_OTLP_ENDPOINT: address })
        assert.equal(well, true)
        told.push(...of('traces').map(({ state, found }) => `${state}: ${found}`))
      })
    const told: string[] = []
    await asking(collector.address)
    await asking(refusing.address)
    await Promise.all([collector.close(), refusing.close()])
    await asking(collector.address)
    assert.match(told.join('\n'), /^good: .*\nwarning: .*it answers 401.*\nwarning: .*ECONNREFUSED/)
    assert.deepEqual(collector.spans, [])
  })

  const onPostgres = engines.includes('postgres') ? test : () => {}
  onPostgres('a PostgreSQL that keeps no script but Latin is wrong', async () => {
    const latin = await createDatabase(
      `loggia_latin_${process.pid}`,
      "encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0",
    )
    await withFolder(async (DATA_DIR) => {
      const { well, of } = await look({ DATA_DIR, DATABASE_URL: latin.url })
      assert.equal(well, false)
      assert.match(JSON.stringify(of('database')), /encoding is LATIN1.*encoding 'UTF8'/)
    }).finally(latin.drop)
  })
})
