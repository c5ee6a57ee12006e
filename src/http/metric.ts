/** One metric with its series, as Prometheus knows it. */
export interface Metric {
  name: string
  type: 'gauge' | 'counter'
  help: string
  samples: { labels?: Record<string, string>; value: number }[]
}

/** Names within `labels` are of our making, or were checked to be names: nothing in them needs escaping but these. */
export function linesOf({ name, type, help, samples }: Metric): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`),
  ]
}

function labelText(labels: Record<string, string>): string {
  const entries = Object.entries(labels)
  if (entries.length === 0) return ''
  return `{${entries.map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`)}}`
}
