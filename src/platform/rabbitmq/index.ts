/** One RabbitMQ for all seams that use it. */
export interface RabbitMq {
  /** Throws when RabbitMQ does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** Resolves without waiting for RabbitMQ: a server may start while it is away, and says so in `/readyz`. */
export async function openRabbitMq(_options: {
  url: string
  onError: (error: unknown) => void
}): Promise<RabbitMq> {
  throw new Error('not yet')
}
