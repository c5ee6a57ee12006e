import { useFormat } from './format.ts'

export function Moment({ at }: { at: string }) {
  const format = useFormat()
  const date = new Date(at)
  return (
    <time dateTime={at} title={format.moment(date)}>
      {format.when(date)}
    </time>
  )
}
