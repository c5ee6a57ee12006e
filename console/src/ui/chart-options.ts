import uPlot from 'uplot'
import type { Format } from './format.ts'

export interface Line {
  label: string
  values: (number | null)[]
  tone: 'accent' | 'good' | 'bad' | 'muted'
  isBar?: boolean
}

interface Drawing {
  lines: Line[]
  height: number
  format: Format
  /** The place in the data under the pointer, or null. */
  onPoint: (index: number | null) => void
}

const DAY_SECONDS = 86_400

export function optionsOf(element: HTMLElement, { lines, height, format, onPoint }: Drawing): uPlot.Options {
  const axis = { stroke: colorOf(element, 'muted'), font: '12px system-ui, sans-serif' }
  const grid = { stroke: colorOf(element, 'line'), width: 1 }
  return {
    width: element.clientWidth,
    height,
    padding: [8, 16, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(4, (high ?? 0) * 1.15)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        ticks: { show: false },
        size: 28,
        incrs: [60, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400, 172_800, 432_000, 604_800],
        space: 64,
        values: (_plot, ticks, _axis, _space, step) =>
          ticks.map((tick) => {
            const date = new Date(tick * 1000)
            return step >= DAY_SECONDS ? format.shortDay(date) : format.clock(date)
          }),
      },
      {
        ...axis,
        grid,
        ticks: { show: false },
        size: 44,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7],
        values: (_plot, ticks) => ticks.map((tick) => format.short(tick)),
      },
    ],
    series: [{}, ...lines.map((line, index) => seriesOf(element, line, index === 0))],
  }
}

/** The first line is filled: of several, one alone, or their colours would mix to a third that means nothing. */
function seriesOf(element: HTMLElement, { label, tone, isBar }: Line, isFirst: boolean): uPlot.Series {
  const stroke = colorOf(element, tone)
  const bars = uPlot.paths.bars?.({ size: [0.7, 24], radius: 0.3 })
  return {
    label,
    stroke,
    width: isBar ? 0 : 2,
    ...(isBar ? { fill: stroke } : isFirst ? { fill: `color-mix(in srgb, ${stroke} 16%, transparent)` } : {}),
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
