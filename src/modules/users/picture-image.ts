import type { Sharp, SharpOptions } from 'sharp'
import { createBoundedQueue } from '../../kit/bounded-queue.ts'
import { LoggiaError, unavailable } from '../../kit/errors.ts'
import { loadedOnce } from '../../kit/loaded.ts'

/** Pixels on each side of a kept picture. */
const SIDE = 512
/** A phone's largest photograph. A file of some kilobytes may claim a thousand times as many, to fill the memory. */
const PIXELS_MAX = 50_000_000
const SECONDS_MAX = 10
/** Each holds its upload in memory while it waits. */
const WAITING_MAX = 16

/** What is read, by its content. No SVG: it is a program. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((kind) => `VipsForeignLoad${kind}Buffer`)

type Open = (bytes: Uint8Array, options: SharpOptions) => Sharp

/**
 * Draws an uploaded image anew, as a square WebP: what stood in it beside the pixels (a place, a name, a program) is not in the
 * new one. One at a time, outside of the event loop. Throws `picture_unreadable`, `picture_too_large` or `pictures_busy`.
 */
export function createPictureImages() {
  const opened = loadedOnce(loadSharp)
  const run = createBoundedQueue({
    concurrency: 1,
    waitingMax: WAITING_MAX,
    refusal: () =>
      unavailable('pictures_busy', 'Too many pictures are being read. Try again in a moment.', 2),
  })

  return (bytes: Uint8Array): Promise<Uint8Array> =>
    run(async () => {
      const open = await opened()
      return redraw(open, bytes).catch((error: Error) => {
        throw refusalOf(error)
      })
    })
}

/** With the first picture: a server that is sent none pays nothing for it. */
async function loadSharp(): Promise<Open> {
  const { default: sharp } = await import('sharp')
  sharp.cache(false)
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: LOADERS })
  return sharp
}

async function redraw(open: Open, bytes: Uint8Array): Promise<Uint8Array> {
  return open(bytes, { limitInputPixels: PIXELS_MAX })
    .timeout({ seconds: SECONDS_MAX })
    .autoOrient()
    .resize(SIDE, SIDE, { fit: 'cover' })
    .webp({ quality: 82 })
    .toBuffer()
}

function refusalOf({ message }: Error): LoggiaError {
  if (/pixel limit|timeout/i.test(message)) {
    const sentence = `A picture has at most ${PIXELS_MAX / 1_000_000} million pixels.`
    return new LoggiaError('invalid', 'picture_too_large', sentence)
  }
  const sentence = 'This is not a whole picture in JPEG, PNG, WebP, GIF or AVIF.'
  return new LoggiaError('invalid', 'picture_unreadable', sentence)
}
