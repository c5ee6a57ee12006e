import { optional, required, secret, textOf } from './config/setting.ts'
import { mailUrl } from './kit/mail-url.ts'
import * as parse from './kit/parse.ts'

/** Every setting once. `docs/configuration.md` and `.env.example` are made from this list. */
export const settings = {
  port: required('PORT', '8080', parse.integer(0, 65_535), 'The TCP port; 0 takes a free one.'),
  host: required(
    'HOST',
    '127.0.0.1',
    parse.text,
    'The address to listen on; `0.0.0.0` opens it to the network.',
  ),
  publicUrl: optional(
    'PUBLIC_URL',
    parse.httpUrl,
    'The address under which people reach the server, for links in mails. Unset: the address listened on.',
  ),
  dataDir: required('DATA_DIR', './data', parse.text, 'The folder of everything that is kept on disk.'),
  databaseUrl: secret(
    'DATABASE_URL',
    parse.url('postgres:', 'postgresql:'),
    'PostgreSQL for all records. Unset: a SQLite file in `DATA_DIR`.',
  ),
  redisUrl: secret(
    'REDIS_URL',
    parse.url('redis:', 'rediss:'),
    'Redis for queues, caches, counters and pokes between processes. Unset: the database and memory.',
  ),
  amqpUrl: secret(
    'AMQP_URL',
    parse.url('amqp:', 'amqps:'),
    'RabbitMQ for jobs. Unset: Redis, or the database.',
  ),
  amqpDetectionsQueue: required(
    'AMQP_DETECTIONS_QUEUE',
    'detections',
    parse.text,
    'The queue in RabbitMQ where other programs publish detections.',
  ),
  namespace: required(
    'NAMESPACE',
    'loggia',
    parse.word,
    'What keys in Redis, queues in RabbitMQ and channels begin with; two installations on one engine take two.',
  ),
  role: required(
    'ROLE',
    'all',
    parse.oneOf('all', 'web', 'work'),
    'What this process does: `web` answers requests, `work` runs jobs, `all` does both.',
  ),
  logLevel: required(
    'LOG_LEVEL',
    'info',
    parse.oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'How much is logged: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.',
  ),

  adminUsername: optional(
    'ADMIN_USERNAME',
    parse.text,
    'With `ADMIN_PASSWORD`: the first administrator, made at start.',
  ),
  adminPassword: secret('ADMIN_PASSWORD', parse.atLeast(8), 'The password of the first administrator.'),
  jwtSecret: secret(
    'JWT_SECRET',
    parse.atLeast(32),
    'Signs access tokens with HS256. Unset: EdDSA with keys that are made at first start and rotate.',
  ),
  jwtIssuer: required('JWT_ISSUER', 'loggia', parse.text, 'The `iss` of every token.'),
  jwtAudience: required('JWT_AUDIENCE', 'loggia', parse.text, 'The `aud` of every token.'),
  accessTokenSeconds: required(
    'ACCESS_TOKEN_TTL',
    '15min',
    parse.duration,
    'How long an access token lives.',
  ),
  sessionSeconds: required(
    'SESSION_TTL',
    '30d',
    parse.duration,
    'How long a session lives without a refresh.',
  ),
  signingKeySeconds: required(
    'SIGNING_KEY_TTL',
    '90d',
    parse.duration,
    'The age at which a signing key is replaced.',
  ),

  rateLimit: required(
    'RATE_LIMIT',
    '100/min',
    parse.rate,
    "One caller's budget of requests in one arch, each arch its own: `100/min`, `10/s`, `5000/h`, or `off`.",
  ),
  machineRateLimit: required(
    'MACHINE_RATE_LIMIT',
    'off',
    parse.rate,
    'The same for the arches of machines: queues, detections and streams.',
  ),
  bodyLimit: required('BODY_LIMIT', '1mb', parse.bytes, 'The largest request body; more is answered 413.'),
  requestTimeoutSeconds: required(
    'REQUEST_TIMEOUT',
    '30s',
    parse.duration,
    'How long a client may take to send a request.',
  ),
  corsOrigins: required(
    'CORS_ORIGINS',
    '',
    parse.list,
    'Origins of web pages that may call the API, or `*`; none: CORS is off.',
  ),
  trustedProxies: required(
    'TRUSTED_PROXIES',
    '',
    parse.addressList,
    'Addresses or networks of the proxies whose `X-Forwarded-For` is believed.',
  ),

  compat: required(
    'COMPAT',
    'all',
    parse.someOf('queue', 'users', 'tasks', 'stores', 'vehicles'),
    'Which of the published APIs are served below `/compat`: `all`, `off`, or some, as in `tasks,stores`.',
  ),

  mailUrl: {
    ...required(
      'MAIL_URL',
      'outbox:',
      mailUrl,
      'How mail leaves: `outbox:` keeps it in the mail list and sends nothing; `smtp://user:password@host:port` and `smtps://` send by SMTP; `mailgun://key@domain` (`?region=eu`) by Mailgun.',
    ),
    secret: true as const,
  },
  mailFrom: required('MAIL_FROM', 'Loggia <loggia@localhost>', parse.mailbox, 'The sender of every mail.'),
  mailRetentionSeconds: required(
    'MAIL_RETENTION',
    '30d',
    parse.duration,
    'How long mails can be read and sent again by administrators.',
  ),
  documentRetentionSeconds: required(
    'DOCUMENT_RETENTION',
    '30d',
    parse.duration,
    'How long a finished document can be fetched.',
  ),
  alertRetentionSeconds: required(
    'ALERT_RETENTION',
    '90d',
    parse.duration,
    'How long alerts are kept; a stream that resumes from before is told of a gap.',
  ),
  webhookAllowPrivate: required(
    'WEBHOOK_ALLOW_PRIVATE',
    'false',
    parse.flag,
    'Whether webhooks may be sent to private, loopback and link-local addresses: `true` or `false`.',
  ),

  otlpEndpoint: optional(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    parse.httpUrl,
    'The OpenTelemetry collector that takes traces by OTLP over HTTP, as in `http://127.0.0.1:4318`. Unset: nothing is traced.',
  ),
  otlpHeaders: secret(
    'OTEL_EXPORTER_OTLP_HEADERS',
    parse.headers,
    'What the collector wants to see in the header of each request: `name=value,name=value`.',
  ),
  otelServiceName: required(
    'OTEL_SERVICE_NAME',
    'loggia',
    parse.text,
    'Under which name traces show this service.',
  ),
  otelTracesShare: required(
    'OTEL_TRACES_SAMPLER_ARG',
    '1',
    parse.share,
    'The share of the traces begun here that is kept, from `0` to `1`; what a `traceparent` has decided stands.',
  ),
}

export type Config = Readonly<{ [Key in keyof typeof settings]: ReturnType<(typeof settings)[Key]['parse']> }>

export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** All settings from the environment, or one ConfigError that names everything that is wrong. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const faults: string[] = []
  const config: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries(settings)) {
    try {
      const text = textOf(setting, env) ?? setting.preset
      config[key] = text === null ? undefined : setting.parse(text)
    } catch (error) {
      faults.push(`${setting.name}: ${(error as Error).message}`)
    }
  }
  if (
    (config['adminUsername'] === undefined) !== (config['adminPassword'] === undefined) &&
    faults.length === 0
  ) {
    faults.push('ADMIN_USERNAME and ADMIN_PASSWORD: set both or neither.')
  }
  if (faults.length > 0)
    throw new ConfigError(`These settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
  return Object.freeze(config) as Config
}
