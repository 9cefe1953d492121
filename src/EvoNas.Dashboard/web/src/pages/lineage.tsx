import { useEffect, useMemo } from 'preact/hooks'
import type { SearchDetail } from '../api'
import type { Layer } from '../charts/layers'
import { Plot, type Zoom } from '../charts/plot'
import type { Table } from '../columns'
import { count, number, percent } from '../format'
import { go, href, param, range, rangeText, set } from '../router'
import { robust } from '../scale'
import type { SearchModel } from '../store'
import { Bar, Birth, Card, Empty, Loading, Toggle, Trouble } from '../ui'
import { Line } from './candidate'

const names = ['parent', 'fitness', 'outcome', 'bornAt', 'endedAt', 'retiredAt', 'founder']

export function LineagePage({ model }: { model: SearchModel }) {
  const detail = model.detail.value
  useEffect(() => model.need(names), [model])
  const version = model.tableVersion.value
  if (detail === null || !names.every(name => model.table.has(name))) {
    const error = model.error.value ?? model.tableError.value
    return error === null ? <Loading height={460} /> : <Trouble error={error} retry={() => model.resync()} />
  }
  if (model.table.count === 0) return <Empty title="No candidate was born yet" />
  return <Tree model={model} detail={detail} version={version} />
}

function Tree({ model, detail, version }: { model: SearchModel; detail: SearchDetail; version: number }) {
  const best = detail.bestFeasible?.birth ?? detail.best?.birth ?? null
  const of = Number(param('of')) || best
  const at = Number(param('at')) || Infinity
  const onlyFamily = param('family') === '1'
  const table = model.table
  const made = useMemo(() => treeOf(table, of, at, onlyFamily), [version, of, at, onlyFamily])
  const zoom: Zoom = { x: range(param('zx')), y: range(param('zy')) }
  return (
    <>
      <div class="page-head">
        <h1>Lineage</h1>
        <label class="select">
          <span>of birth</span>
          <input
            type="text"
            inputMode="numeric"
            size={8}
            value={of ?? ''}
            onChange={event => set({ of: (event.target as HTMLInputElement).value.replace(/\D/g, '') }, true)}
          />
        </label>
        {of !== null && (
          <span class="muted">
            {count(made.ancestors)} ancestors, {count(made.descendants)} descendants
          </span>
        )}
      </div>
      <div class="grid">
        <div class="wide">
          <Plot
            title="Births and their parents"
            name={`${detail.name}-lineage`}
            layers={made.layers}
            x={{ name: 'birth', whole: true }}
            y={{ name: 'fitness', range: param('range') === 'full' ? null : made.range }}
            zoom={zoom}
            onZoom={next => set({ zx: rangeText(next.x), zy: rangeText(next.y) }, true)}
            onPick={birth => (birth === of ? go(href('candidate', detail.name, birth)) : set({ of: String(birth) }, true))}
            selected={of}
            height={440}
            summary={`Candidate ${of} has ${made.ancestors} ancestors and ${made.descendants} descendants.`}
            note="A click shows the family of a candidate; a second click opens it. Candidates without a score stand on the lower edge."
            tools={
              <>
                <Toggle
                  label="only its family"
                  on={onlyFamily}
                  onChange={on => set({ family: on ? '1' : null })}
                />
                <Toggle
                  label="all values"
                  on={param('range') === 'full'}
                  onChange={on => set({ range: on ? 'full' : null, zy: null })}
                />
              </>
            }
          />
        </div>
        {of !== null && <Line key={of} model={model} path={`${model.path}/evaluations/${of}`} />}
        <div class="stack">
          <Blood detail={detail} table={table} at={at} version={version} />
          <Subtrees model={model} table={table} at={at} version={version} />
        </div>
      </div>
    </>
  )
}

/** Births as points, edges to the parents, the family of one candidate in colour. */
export function treeOf(table: Table, of: number | null, at: number, onlyFamily: boolean) {
  const births = table.column('birth')
  const [parents, fitness, bornAt, endedAt] = ['parent', 'fitness', 'bornAt', 'endedAt'].map(name => table.column(name))
  const value = Float32Array.from({ length: table.count }, (_, i) => (endedAt![i]! <= at ? fitness![i]! : NaN))
  const bounds = robust(value)
  const floor = bounds === null ? 0 : bounds[0]
  // 1: ancestor or the candidate itself, 2: descendant.
  const family = new Uint8Array(table.count)
  let [ancestors, descendants] = [0, 0]
  let row = of === null ? -1 : table.row(of)
  const start = row
  while (row >= 0) {
    family[row] = 1
    const parent = parents![row]!
    row = parent > 0 ? table.row(parent) : -1
    if (row >= 0) ancestors++
  }
  // A parent is born before its children, so one pass in the order of births finds all descendants.
  for (let i = start + 1; start >= 0 && i < table.count; i++) {
    const parent = parents![i]! > 0 ? table.row(parents![i]!) : -1
    if (bornAt![i]! <= at && (parent === start || (parent >= 0 && family[parent] === 2))) {
      family[i] = 2
      descendants++
    }
  }
  const height = (i: number) => (Number.isFinite(value[i]) ? value[i]! : floor)
  const edges = (kind: (i: number, parent: number) => boolean) => {
    const rows: number[] = []
    const from: number[] = []
    for (let i = 0; i < table.count; i++) {
      if (bornAt![i]! > at || parents![i]! <= 0) continue
      const parent = table.row(parents![i]!)
      if (parent < 0 || !kind(i, parent)) continue
      rows.push(i)
      from.push(parent)
    }
    return {
      x: Int32Array.from(from, i => births[i]!),
      y: Float32Array.from(from, height),
      toX: Int32Array.from(rows, i => births[i]!),
      toY: Float32Array.from(rows, height),
    }
  }
  const points = (kind: (i: number) => boolean) => {
    const rows: number[] = []
    for (let i = 0; i < table.count; i++) if (bornAt![i]! <= at && kind(i)) rows.push(i)
    return {
      x: Int32Array.from(rows, i => births[i]!),
      y: Float32Array.from(rows, height),
      ids: Int32Array.from(rows, i => births[i]!),
    }
  }
  const many = table.count > 4000
  const layers: Layer[] = []
  if (!onlyFamily) {
    layers.push({
      kind: 'edges',
      name: 'parents',
      color: '--muted',
      alpha: many ? 0.04 : 0.25,
      ...edges(i => family[i] === 0),
    })
    layers.push({
      kind: 'points',
      name: 'others',
      color: '--muted',
      glyph: 'dot',
      size: many ? 1.5 : 4,
      alpha: many ? 0.5 : 0.6,
      ...points(i => family[i] === 0),
    })
  }
  layers.push({
    kind: 'edges',
    name: 'to descendants',
    color: '--c2',
    alpha: descendants > 2000 ? 0.25 : 0.6,
    ...edges(i => family[i] === 2),
  })
  layers.push({
    kind: 'points',
    name: 'descendants',
    color: '--c2',
    glyph: 'square',
    size: descendants > 2000 ? 2.5 : 5,
    ...points(i => family[i] === 2),
  })
  layers.push({
    kind: 'edges',
    name: 'from ancestors',
    color: '--c1',
    alpha: 1,
    width: ancestors > 200 ? 1 : 2,
    ...edges(i => family[i] === 1),
  })
  layers.push({
    kind: 'points',
    name: 'the candidate and its ancestors',
    color: '--c1',
    glyph: 'dot',
    size: ancestors > 200 ? 3 : 6.5,
    ...points(i => family[i] === 1),
  })
  return { layers, ancestors, descendants, range: bounds }
}

/** How many descend from each row. Counted here, as an increment of the columns tells new rows only. */
export function subtreesOf(table: Table, at: number): Int32Array {
  const [parents, bornAt] = [table.column('parent'), table.column('bornAt')]
  const sizes = new Int32Array(table.count)
  // Children come after their parents, so a pass from the last to the first knows each child's size in time.
  for (let i = table.count - 1; i >= 0; i--) {
    if (parents[i]! <= 0 || bornAt[i]! > at) continue
    const parent = table.row(parents[i]!)
    if (parent >= 0) sizes[parent]! += sizes[i]! + 1
  }
  return sizes
}

/** From which founders today's population comes. */
function Blood({ detail, table, at, version }: { detail: SearchDetail; table: Table; at: number; version: number }) {
  const shares = useMemo(() => {
    const founders = new Map<number, number>()
    let living = 0
    const add = (founder: number) => {
      living++
      founders.set(founder, (founders.get(founder) ?? 0) + 1)
    }
    if (at === Infinity) for (const member of detail.populationMembers) add(member.founder)
    else {
      const [founder, endedAt, retiredAt, fitness] = ['founder', 'endedAt', 'retiredAt', 'fitness'].map(name =>
        table.column(name),
      )
      for (let i = 0; i < table.count; i++) {
        const retired = retiredAt![i]!
        const came = endedAt![i]! > 0 && endedAt![i]! <= at && Number.isFinite(fitness![i])
        if (came && (retired === 0 || retired > at)) add(founder![i]!)
      }
    }
    return { living, list: [...founders].sort((a, b) => b[1] - a[1]) }
  }, [version, at, detail.populationMembers])
  return (
    <Card
      title="Founders of the population"
      note={`${count(shares.living)} members come from ${shares.list.length === 1 ? 'one founder' : `${count(shares.list.length)} founders`}.`}
    >
      {shares.living === 0 ? (
        <Empty title="The population is empty" />
      ) : (
        <table class="rows dense">
          <tbody>
            {shares.list.slice(0, 12).map(([founder, members]) => (
              <tr key={founder}>
                <td data-name="Founder">
                  <Birth search={detail.name} birth={founder} />
                </td>
                <td data-name="Share">
                  <Bar share={members / shares.living} />
                </td>
                <td data-name="Members" class="number">
                  {count(members)} ({percent(members / shares.living)})
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}

/** Candidates with the most descendants: where the search branched. */
function Subtrees(props: { model: SearchModel; table: Table; at: number; version: number }) {
  const { model, table, at, version } = props
  const rows = useMemo(() => {
    const [births, fitness] = ['birth', 'fitness'].map(name => table.column(name))
    const subtree = subtreesOf(table, at)
    const order: number[] = []
    for (let i = 0; i < table.count; i++) if (subtree[i]! > 0) order.push(i)
    order.sort((a, b) => subtree[b]! - subtree[a]!)
    return order.slice(0, 12).map(i => ({ birth: births![i]!, size: subtree[i]!, fitness: fitness![i]! }))
  }, [version, at])
  return (
    <Card
      title="Most descendants"
      tools={<a href={href('table', model.name, null, { sort: '-subtree' })}>Table</a>}
    >
      {rows.length === 0 ? (
        <Empty title="No candidate has descendants yet" />
      ) : (
        <table class="rows dense">
          <thead>
            <tr>
              <th scope="col">Birth</th>
              <th scope="col" class="number">
                Fitness
              </th>
              <th scope="col" class="number">
                Descendants
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(row => (
              <tr key={row.birth}>
                <td data-name="Birth">
                  <Birth search={model.name} birth={row.birth} />
                </td>
                <td data-name="Fitness" class="number">
                  {number(row.fitness)}
                </td>
                <td data-name="Descendants" class="number">
                  {count(row.size)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}
