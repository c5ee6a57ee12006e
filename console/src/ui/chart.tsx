import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { usePreferences } from '../shell/preferences.ts'
import { useFormat } from './format.ts'

export interface Line {
  label: string
  values: (number | null)[]
  tone: 'accent' | 'good' | 'bad' | 'muted'
  isBar?: boolean
}

interface Props {
  /** What is drawn, in words: a picture of numbers is nothing to a screen reader. */
  label: string
  /** Epoch seconds, rising. */
  at: number[]
  lines: Line[]
  height?: number
}

/** Lines over time. */
export function Chart({ label, at, lines, height = 180 }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const format = useFormat()
  const theme = useThemeName()
  const shape = JSON.stringify(lines.map(({ label, tone, isBar }) => [label, tone, isBar]))
  const data = [at, ...lines.map(({ values }) => values)] as uPlot.AlignedData
  const latest = useRef(data)
  latest.current = data
  const drawn = useRef<uPlot | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew for another shape, theme or language; new values are set below.
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const plot = new uPlot(optionsOf(element, { lines, height, format }), latest.current, element)
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

  return (
    <figure className="chart">
      <div ref={box} role="img" aria-label={label} />
      <figcaption>
        {lines.map(({ label: name, tone, values }) => (
          <span key={name} className={`key ${tone}`}>
            {name} <strong>{format.number(values.at(-1) ?? 0)}</strong>
          </span>
        ))}
      </figcaption>
    </figure>
  )
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

interface Drawing {
  lines: Line[]
  height: number
  format: ReturnType<typeof useFormat>
}

function optionsOf(element: HTMLElement, { lines, height, format }: Drawing): uPlot.Options {
  const axis = { stroke: colorOf(element, 'muted'), font: '12px system-ui, sans-serif' }
  const grid = { stroke: colorOf(element, 'line'), width: 1 }
  return {
    width: element.clientWidth,
    height,
    padding: [8, 24, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(4, high * 1.15)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        ticks: { show: false },
        size: 28,
        incrs: [60, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400, 172_800, 604_800],
        space: 64,
        values: (_plot, ticks) => ticks.map((tick) => format.clock(new Date(tick * 1000))),
      },
      {
        ...axis,
        grid,
        ticks: { show: false },
        size: 44,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7],
        values: (_plot, ticks) => ticks.map((tick) => format.number(tick)),
      },
    ],
    series: [{}, ...lines.map((line) => seriesOf(element, line))],
  }
}

function seriesOf(element: HTMLElement, { label, tone, isBar }: Line): uPlot.Series {
  const stroke = colorOf(element, tone)
  const bars = uPlot.paths.bars?.({ size: [0.7, 24], radius: 0.3 })
  return {
    label,
    stroke,
    width: isBar ? 0 : 2,
    fill: isBar ? stroke : `color-mix(in srgb, ${stroke} 14%, transparent)`,
    points: { show: false },
    ...(isBar && bars ? { paths: bars } : {}),
  }
}

/** `light-dark()` means nothing to a canvas; the color that an element got does. */
function colorOf(element: HTMLElement, name: string): string {
  const probe = document.createElement('span')
  probe.className = `tone-${name}`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
