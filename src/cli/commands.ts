import type { Command, Option } from './command.ts'

const JSON_OPTION: Record<string, Option> = { json: { sentence: 'print JSON' } }

/** Of commands that ask a running server. */
const SERVER: Record<string, Option> = {
  url: { value: 'URL', sentence: 'the server; else LOGGIA_URL, else http://127.0.0.1:8080' },
  token: {
    value: 'TOKEN',
    sentence: 'an access token or API key; better in LOGGIA_TOKEN, which no list of processes shows',
  },
  key: { value: 'KEY', sentence: 'the same' },
  ...JSON_OPTION,
}

/** Every command once; `--help` and docs/guide/command-line.md are made from this list. */
export const COMMANDS: Record<string, Command> = {
  serve: {
    sentence: 'run the server; ROLE says which half',
    load: async () => (await import('./serve.ts')).serve,
  },
  work: { sentence: 'run jobs only', load: async () => (await import('./serve.ts')).work },
  migrate: {
    sentence: 'bring the database up to date',
    options: JSON_OPTION,
    load: async () => (await import('./migrate.ts')).migrateNow,
  },
  'migrate status': {
    sentence: 'say what of the database is not up to date, and change nothing',
    details:
      'Ends with 1 when there is something to do, or when the database was migrated by a newer version.',
    options: JSON_OPTION,
    load: async () => (await import('./migrate.ts')).migrationStatus,
  },
  'admin create': {
    synopsis: '<username> [e-mail]',
    sentence: 'make an administrator, the password on standard input',
    options: JSON_OPTION,
    load: async () => (await import('./admin.ts')).createAdmin,
  },
  'admin import': {
    synopsis: '[file]',
    sentence: 'take over accounts with their password hashes',
    details:
      'One JSON object a line, from the file or standard input: {"username", "email", "password_hash"}.',
    options: JSON_OPTION,
    load: async () => (await import('./admin.ts')).importAccounts,
  },
  'admin rotate-keys': {
    sentence: 'sign new tokens with a new key; the old one still verifies',
    load: async () => (await import('./admin.ts')).rotateKeys,
  },
  'keys create': {
    synopsis: '<username> <name> <scope>...',
    sentence: 'make an API key for somebody; it is shown once',
    details:
      'Works on the database directly, beside a running server. Scopes: queue:push:<queue>, queue:receive:<queue>, detections:write.',
    options: JSON_OPTION,
    load: async () => (await import('./keys.ts')).createKey,
  },
  'keys list': {
    synopsis: '<username>',
    sentence: 'list the API keys of somebody',
    options: JSON_OPTION,
    load: async () => (await import('./keys.ts')).listKeys,
  },
  'keys revoke': {
    synopsis: '<username> <id>',
    sentence: 'revoke an API key; every process refuses it within a second',
    options: JSON_OPTION,
    load: async () => (await import('./keys.ts')).revokeKey,
  },
  'queue push': {
    synopsis: '<queue> [body]',
    sentence: 'push one message, or one for each line of standard input',
    details:
      'A body is JSON; --text takes it as it is. Lines are pushed in hundreds, each hundred whole or not at all.',
    options: {
      text: { sentence: 'bodies are text, not JSON' },
      delay: { value: 'SECONDS', sentence: 'receivable only after this time' },
      ttl: { value: 'SECONDS', sentence: 'forgotten when nobody received it in this time' },
      dedup: {
        value: 'ID',
        sentence: 'while a message with this id is kept, the push is that message; for one body',
      },
      ...SERVER,
    },
    load: async () => (await import('./queue.ts')).push,
  },
  'queue pop': {
    synopsis: '<queue>',
    sentence: 'take one message for good; ends with 2 when there is none',
    options: SERVER,
    load: async () => (await import('./queue.ts')).pop,
  },
  'queue tail': {
    synopsis: '<queue>',
    sentence: 'take messages as they come, a line each',
    details:
      'Acknowledges each once it is printed, so one that was not comes again. Goes on through outages of the server.',
    options: { max: { value: 'COUNT', sentence: 'end after so many' }, ...SERVER },
    load: async () => (await import('./queue-tail.ts')).tail,
  },
  'queue stats': {
    synopsis: '[queue]',
    sentence: 'show how many messages wait, are leased, delayed and dead',
    options: SERVER,
    load: async () => (await import('./queue.ts')).stats,
  },
  'alerts tail': {
    sentence: 'show alerts as they are raised, a line each',
    details: 'Resumes after any disconnect, each alert once; a gap in the history is told on standard error.',
    options: {
      after: { value: 'ID', sentence: 'begin after this alert; else with the next one' },
      max: { value: 'COUNT', sentence: 'end after so many' },
      ...SERVER,
    },
    load: async () => (await import('./alerts.ts')).tailAlerts,
  },
  demo: {
    sentence: 'send made-up detections to a running server until it is stopped',
    options: {
      url: { value: 'URL', sentence: 'the server; else LOGGIA_URL, else the one of these settings' },
      token: {
        value: 'TOKEN',
        sentence: 'an access token; better in LOGGIA_TOKEN, which no list of processes shows',
      },
      key: { value: 'KEY', sentence: 'or an API key with the scope detections:write' },
      rate: { value: 'N', sentence: 'detections a second; 3 unless set' },
      count: { value: 'N', sentence: 'so many in all; endless unless set' },
    },
    load: async () => (await import('./demo.ts')).demo,
  },
  doctor: {
    sentence: 'look whether this machine and the engines are fit, and say what to do',
    details: 'Run it with the settings of the server. Ends with 1 when something is wrong; a warning is not.',
    options: JSON_OPTION,
    load: async () => (await import('./doctor.ts')).doctor,
  },
  backup: {
    synopsis: '<folder>',
    sentence: 'back up database and files into a new folder, and prove it by restoring it',
    details:
      'Beside a running server. The folder must not exist; it appears once the backup was restored into a temporary place and found equal. PostgreSQL takes pg_dump and pg_restore, and the right to create a database, or --check-in.',
    options: {
      'check-in': {
        value: 'URL',
        sentence: 'an empty PostgreSQL database to restore into for the proof; it is emptied again',
      },
      ...JSON_OPTION,
    },
    load: async () => (await import('./backup.ts')).backup,
  },
  restore: {
    synopsis: '<folder>',
    sentence: 'put a backup back, into an empty DATA_DIR and database',
    options: JSON_OPTION,
    load: async () => (await import('./backup.ts')).restore,
  },
  transfer: {
    sentence: 'move everything from one database into another, empty one, and compare both',
    details:
      'A database is sqlite:<DATA_DIR> or postgres://... Ids, sessions, keys, cursors and queued messages stay what they are. Stop the server first: what it writes meanwhile stays behind. Whole or not at all.',
    options: {
      from: { value: 'DATABASE', sentence: 'where everything is' },
      to: { value: 'DATABASE', sentence: 'where it goes; must have no tables' },
      ...JSON_OPTION,
    },
    load: async () => (await import('./transfer.ts')).transferAll,
  },
}
