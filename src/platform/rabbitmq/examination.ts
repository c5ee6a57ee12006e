import { connect } from 'amqplib'
import { answered } from './unavailable.ts'

const CONNECT_MS = 3_000

/** Its version. Throws what the broker or the network says. */
export async function examineRabbitMq(url: string): Promise<{ version: string }> {
  const connection = await answered(connect(url, { timeout: CONNECT_MS }), CONNECT_MS)
  try {
    return { version: String(connection.connection.serverProperties['version']) }
  } finally {
    await answered(connection.close(), CONNECT_MS)
  }
}
