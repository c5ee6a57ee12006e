import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { usePreferences } from '../shell/preferences.ts'
import { type Line, optionsOf } from './chart-options.ts'
import { type Format, useFormat } from './format.ts'

export type { Line } from './chart-options.ts'

interface Props {
  /** What is drawn, in words: a picture of numbers is nothing to a screen reader. */
  label: string
  /** Epoch seconds, rising. */
  at: number[]
  lines: Line[]
  height?: number
}

/** Lines over time; the numbers below are those under the pointer, else the last ones. */
export function Chart({ label, at, lines, height = 180 }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const format = useFormat()
  const theme = useThemeName()
  const [pointed, setPointed] = useState<number | null>(null)
  const shape = JSON.stringify(lines.map(({ label, tone, isBar }) => [label, tone, isBar]))
  const data = [at, ...lines.map(({ values }) => values)] as uPlot.AlignedData
  const latest = useRef(data)
  latest.current = data
  const drawn = useRef<uPlot | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew for another shape, theme or language; new values are set below.
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const options = optionsOf(element, { lines, height, format, onPoint: setPointed })
    const plot = new uPlot(options, latest.current, element)
    drawn.current = plot
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    watch.observe(element)
    return () => {
      watch.disconnect()
      plot.destroy()
      drawn.current = null
    }
  }, [shape, theme, format, height])

  useEffect(() => {
    drawn.current?.setData(data)
  })

  const index = pointed !== null && pointed < at.length ? pointed : at.length - 1
  return (
    <figure className="chart">
      <div ref={box} role="img" aria-label={summaryOf(label, lines, format)} />
      <figcaption>
        {lines.map(({ label: name, tone, values }) => (
          <span key={name} className={`key ${tone}`}>
            {name} <strong>{numberOf(values[index], format)}</strong>
          </span>
        ))}
        {at.length > 1 && <time>{momentOf(at, index, format)}</time>}
      </figcaption>
    </figure>
  )
}

function summaryOf(label: string, lines: Line[], format: Format): string {
  return [label, ...lines.map(({ label, values }) => `${label} ${numberOf(values.at(-1), format)}`)].join(
    ', ',
  )
}

function numberOf(value: number | null | undefined, format: Format): string {
  return value === null || value === undefined ? '–' : format.number(value)
}

/** With its day where the chart spans several. */
function momentOf(at: number[], index: number, format: Format): string {
  const [first = 0, last = 0, shown = last] = [at[0], at.at(-1), at[index]]
  const date = new Date(shown * 1000)
  return last - first > 86_400 ? format.dayAndTime(date) : format.clock(date)
}

/** Light or dark, whoever chose it: a canvas does not follow by itself. */
function useThemeName(): string {
  const { theme } = usePreferences()
  const [isDark, setIsDark] = useState(() => darkness().matches)
  useEffect(() => {
    const query = darkness()
    const follow = () => setIsDark(query.matches)
    query.addEventListener('change', follow)
    return () => query.removeEventListener('change', follow)
  }, [])
  return theme === 'system' ? String(isDark) : theme
}

const darkness = () => matchMedia('(prefers-color-scheme: dark)')
