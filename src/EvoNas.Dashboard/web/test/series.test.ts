import { describe, expect, test } from 'vitest'
import { decode, Table } from '../src/columns'
import type { Series } from '../src/api'
import { extended, moving, past, pastColumns, placeOf } from '../src/series'
import { frontText, layersOf, limitOf } from '../src/pages/front'
import { subtreesOf, treeOf } from '../src/pages/lineage'
import { filterParts, inSight } from '../src/pages/table'
import { levelOf } from '../src/pages/actors'
import { encodeColumns, makeSearch, type MadeSearch } from '../dev/searches.mjs'

function tableOf(search: MadeSearch, names: string[]): Table {
  const table = new Table()
  const answer = encodeColumns(search, names)
  table.replace(decode(answer.buffer.slice(answer.byteOffset, answer.byteOffset + answer.byteLength) as ArrayBuffer))
  return table
}
const empty: Series = {
  search: 'night',
  x: 'evaluations',
  event: 0,
  xMin: 1,
  xMax: 1,
  of: 0,
  best: null,
  fitness: null,
  band: null,
  failures: null,
  metrics: {},
}

describe('the course of a search', () => {
  test('extended row by row it is the same as made at once from the columns', () => {
    const search = makeSearch('night', 300)
    let grown = empty
    for (const row of search.rows) grown = extended(grown, [row], 'evaluations')
    const whole = past(tableOf(search, pastColumns), 'night', 'evaluations', Infinity)
    expect(grown.of).toBe(whole.of)
    expect(grown.best!.birth).toEqual(whole.best!.birth)
    expect(grown.fitness!.birth).toEqual(whole.fitness!.birth)
    expect(grown.fitness!.kind).toEqual(whole.fitness!.kind)
    expect(grown.failures!.reason).toEqual(whole.failures!.reason)
    expect(grown.xMax).toBe(whole.xMax)
  })

  test('rows that it has already change nothing', () => {
    const search = makeSearch('night', 20)
    const once = extended(empty, search.rows, 'hours')
    expect(extended(once, search.rows, 'hours')).toBe(once)
  })

  test('candidates in work have no place on it', () => {
    const row = { ...makeSearch('night', 1).rows[0]!, outcome: 'pending' as const, endedAt: null, ordinal: null }
    expect(extended(empty, [row], 'evaluations')).toBe(empty)
    expect(placeOf(row, 'evaluations')).toBeNull()
  })

  test('a moment of the past knows nothing of what came later', () => {
    const search = makeSearch('night', 200)
    const table = tableOf(search, pastColumns)
    const at = search.rows[99]!.endedAt!
    const then = past(table, 'night', 'evaluations', at)
    expect(then.of).toBe(search.rows.filter(row => row.endedAt! <= at).length)
    expect(Math.max(...then.fitness!.birth)).toBeLessThanOrEqual(100)
  })

  test('every outcome is drawn somewhere', () => {
    const search = makeSearch('night', 5000)
    const whole = past(tableOf(search, pastColumns), 'night', 'clock', Infinity)
    expect(whole.fitness!.of + whole.failures!.of).toBe(5000)
    expect(new Set(whole.failures!.reason)).toEqual(new Set(['diverged', 'memory', 'crash', 'invalid', 'unscorable']))
    expect(new Set(whole.fitness!.kind)).toEqual(new Set([0, 1, 2]))
  })

  test('the band has at most 200 windows and its quartiles are in order', () => {
    const search = makeSearch('night', 9000)
    const scored = search.rows.filter(row => row.fitness !== null)
    const band = moving(scored.map(row => row.ordinal!), scored.map(row => row.fitness!))!
    expect(band.x.length).toBeLessThanOrEqual(200)
    band.x.forEach((_, i) => {
      expect(band.q25[i]).toBeLessThanOrEqual(band.median[i]!)
      expect(band.median[i]).toBeLessThanOrEqual(band.q75[i]!)
    })
    expect(moving([1], [2])).toBeNull()
  })
})

describe('lineage', () => {
  test('the family of a candidate is its ancestors and all that descend from it', () => {
    const search = makeSearch('night', 400)
    const table = tableOf(search, ['parent', 'fitness', 'outcome', 'bornAt', 'endedAt', 'founder'])
    const of = search.rows.filter(row => row.parent !== null && row.subtree > 3)[0]!
    let ancestors = 0
    for (let up = of.parent; up !== null; up = search.rows[up - 1]!.parent) ancestors++
    const tree = treeOf(table, of.birth, Infinity, false)
    expect(tree.descendants).toBe(of.subtree)
    expect(tree.ancestors).toBe(ancestors)
    const points = tree.layers.filter(layer => layer.kind === 'points')
    expect(points.reduce((sum, layer) => sum + layer.x.length, 0)).toBe(400)
  })

  test('descendants are counted over all generations', () => {
    const search = makeSearch('night', 400)
    const sizes = subtreesOf(tableOf(search, ['parent', 'bornAt']), Infinity)
    expect([...sizes]).toEqual(search.rows.map(row => row.subtree))
  })
})

describe('cost and fitness', () => {
  test.each([
    ['madds <= 300M', 300e6],
    ['madds ≤ 1.5e8', 1.5e8],
    ['latency < 4', null],
    ['maddsX <= 3', null],
    ['nonsense', null],
  ])('%s limits madds to %s', (limit, value) => expect(limitOf([limit], 'madds')).toBe(value))

  test('the front of several objectives is told with its hypervolume and where that is measured from', () => {
    const front = {
      objectives: ['top1', '-latencyMs'],
      births: [3, 7],
      size: 2,
      hypervolume: 12.5,
      referencePoint: [0.1, -40],
      referenceFrom: 'given' as const,
      knee: 7,
    }
    expect(frontText(front)).toBe(
      '2 on the front of top1, -latencyMs; hypervolume 12.50 from (0.1000, -40.00), as given',
    )
    expect(frontText({ ...front, hypervolume: null, referencePoint: null })).toBe('2 on the front of top1, -latencyMs')
  })

  test('candidates over a limit are never on the front', () => {
    const search = makeSearch('night', 500)
    const table = tableOf(search, ['fitness', 'outcome', 'feasible', 'endedAt', 'bornAt', 'madds'])
    const detail = { limits: ['madds <= 300M'], costMetric: 'madds', metrics: [] } as never
    const { layers, front } = layersOf(table, detail, 'madds', 'fitness', 'feasible', Infinity)
    const best = layers.find(layer => layer.name === 'on the front')!
    expect(front).toBeGreaterThan(1)
    const births = best.kind === 'points' ? [...(best.ids as Int32Array)] : []
    expect(births.length).toBe(front)
    for (const birth of births) expect(search.rows[birth - 1]!.feasible).toBe(true)
  })

  test('a metric that nobody gave a direction has no front', () => {
    const search = makeSearch('night', 100)
    const table = tableOf(search, ['fitness', 'outcome', 'feasible', 'endedAt', 'bornAt', 'latency'])
    const detail = { limits: [], costMetric: 'madds', metrics: [{ name: 'latency', minimize: null }] } as never
    expect(layersOf(table, detail, 'latency', 'fitness', 'feasible', Infinity).front).toBe(0)
  })
})

describe('table', () => {
  test('a filter is split into its parts', () => {
    expect(filterParts('fitness >= 0.7 & slot=slot-1&& genotype ~ k5 ')).toEqual(['fitness>=0.7', 'slot=slot-1', 'genotype~k5'])
    expect(filterParts('')).toEqual([])
  })

  test('of a hundred thousand rows only those in sight are drawn', () => {
    for (const top of [0, 3000, 1_500_000, 2_999_000, 9e9]) {
      const { from, to } = inSight(top, 800, 100_000)
      expect(to - from).toBeLessThan(60)
      expect(from).toBeGreaterThanOrEqual(0)
      expect(to).toBeLessThanOrEqual(100_000)
    }
    expect(inSight(0, 800, 0)).toEqual({ from: 0, to: 0 })
  })
})

test('an actor stands below its parent', () => {
  expect(levelOf('akka://evonas/user/searches/night')).toBe(2)
  expect(levelOf('/user/searches')).toBe(1)
  expect(levelOf('/user')).toBe(0)
})
