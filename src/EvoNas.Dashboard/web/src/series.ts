// The series of page 2: kept up to date by the stream, or made from the columns for a moment of the past.

import type { Cloud, Evaluation, Outcome, Series } from './api'
import type { Table } from './columns'
import { quantile } from './scale'

export type Along = 'evaluations' | 'hours' | 'clock'

/** Where a candidate lies on the axis; null while it has not ended. */
export function placeOf(row: Evaluation, along: Along): number | null {
  switch (along) {
    case 'evaluations':
      return row.ordinal
    case 'hours':
      return row.atSeconds === null ? null : row.atSeconds / 3600
    case 'clock':
      return row.endedTime === null ? null : Date.parse(row.endedTime)
  }
}

/** The series with the rows that ended after it. Rows that it has already change nothing. */
export function extended(series: Series, rows: Evaluation[], along: Along): Series {
  const fresh = rows
    .filter(row => row.outcome !== 'pending' && (row.endedAt ?? 0) > series.event)
    .sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))
  if (fresh.length === 0) return series
  const next: Series = { ...series, metrics: series.metrics }
  const cloud: Cloud = series.fitness ?? { drawn: 0, of: 0, x: [], y: [], birth: [], kind: [] }
  const points: Cloud = { ...cloud, x: [...cloud.x], y: [...cloud.y], birth: [...cloud.birth], kind: [...cloud.kind] }
  const best = series.best === null ? { x: [], y: [], birth: [] } : { ...series.best }
  const failures = series.failures ?? { drawn: 0, of: 0, x: [], birth: [], reason: [] }
  const failed = { ...failures, x: [...failures.x], birth: [...failures.birth], reason: [...failures.reason] }
  for (const row of fresh) {
    const x = placeOf(row, along)
    next.event = Math.max(next.event, row.endedAt ?? 0)
    next.of++
    if (x === null) continue
    next.xMax = Math.max(next.xMax, x)
    if (row.fitness === null) {
      failed.x.push(x)
      failed.birth.push(row.birth)
      failed.reason.push(row.outcome)
      failed.drawn++
      failed.of++
      continue
    }
    points.x.push(x)
    points.y.push(row.fitness)
    points.birth.push(row.birth)
    points.kind.push(row.feasible === false ? 2 : row.stoppedAtEpoch !== null ? 1 : 0)
    points.drawn++
    points.of++
    if (best.y.length === 0 || row.fitness > best.y[best.y.length - 1]!) {
      best.x = [...best.x, x]
      best.y = [...best.y, row.fitness]
      best.birth = [...best.birth, row.birth]
    }
  }
  return { ...next, fitness: points, best, failures: failed }
}

export const pastColumns = ['outcome', 'feasible', 'fitness', 'endedAt', 'ordinal', 'hours', 'clock']

const failureNames: Record<number, Outcome> = {
  3: 'diverged',
  4: 'memory',
  5: 'crash',
  6: 'invalid',
  7: 'unscorable',
}

/** The series as it was after event `at`. */
export function past(table: Table, name: string, along: Along, at: number): Series {
  const births = table.column('birth')
  const [outcome, feasible, fitness] = [table.column('outcome'), table.column('feasible'), table.column('fitness')]
  const [endedAt, ordinal] = [table.column('endedAt'), table.column('ordinal')]
  const place = along === 'evaluations' ? ordinal : table.column(along === 'hours' ? 'hours' : 'clock')
  const start = along === 'clock' && table.started !== null ? Date.parse(table.started) : 0
  const rows: number[] = []
  for (let i = 0; i < table.count; i++) if (endedAt[i]! > 0 && endedAt[i]! <= at) rows.push(i)
  rows.sort((a, b) => ordinal[a]! - ordinal[b]!)
  const best = { x: [] as number[], y: [] as number[], birth: [] as number[] }
  const cloud: Cloud = { drawn: 0, of: 0, x: [], y: [], birth: [], kind: [] }
  const failures = { drawn: 0, of: 0, x: [] as number[], birth: [] as number[], reason: [] as Outcome[] }
  for (const i of rows) {
    const x = along === 'clock' ? start + place[i]! * 1000 : place[i]!
    const failure = failureNames[outcome[i]!]
    if (failure !== undefined) {
      failures.x.push(x)
      failures.birth.push(births[i]!)
      failures.reason.push(failure)
      continue
    }
    const y = fitness[i]!
    if (!Number.isFinite(y)) continue
    cloud.x.push(x)
    cloud.y.push(y)
    cloud.birth.push(births[i]!)
    cloud.kind.push(feasible[i] === 0 ? 2 : outcome[i] === 2 ? 1 : 0)
    if (best.y.length === 0 || y > best.y[best.y.length - 1]!) {
      best.x.push(x)
      best.y.push(y)
      best.birth.push(births[i]!)
    }
  }
  cloud.drawn = cloud.of = cloud.x.length
  failures.drawn = failures.of = failures.x.length
  const ends = [cloud.x[0], failures.x[0]].filter(x => x !== undefined)
  const lasts = [cloud.x.at(-1), failures.x.at(-1)].filter(x => x !== undefined)
  return {
    search: name,
    x: along,
    event: at,
    xMin: Math.min(...ends),
    xMax: Math.max(...lasts),
    of: rows.length,
    best,
    fitness: cloud,
    band: moving(cloud.x, cloud.y),
    failures,
    metrics: {},
  }
}

/** Median and quartiles of at most 200 windows that follow each other. */
export function moving(x: number[], y: number[], windows = 200, least = 20): Series['band'] {
  if (y.length < least) return null
  const size = Math.max(least, Math.ceil(y.length / windows))
  const band = { x: [] as number[], q25: [] as number[], median: [] as number[], q75: [] as number[] }
  for (let from = 0; from + size <= y.length; from += size) {
    const part = y.slice(from, from + size)
    band.x.push(x[from + (size >> 1)]!)
    band.q25.push(quantile(part, 0.25))
    band.median.push(quantile(part, 0.5))
    band.q75.push(quantile(part, 0.75))
  }
  return band
}
