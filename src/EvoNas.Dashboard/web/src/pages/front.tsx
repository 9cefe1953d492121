import { useEffect, useMemo } from 'preact/hooks'
import { query, type Evaluation, type ParetoFront, type SearchDetail } from '../api'
import type { Layer } from '../charts/layers'
import { csv, fileName, save } from '../charts/export'
import { Plot, type Zoom } from '../charts/plot'
import type { Table } from '../columns'
import { count, number, oneLine } from '../format'
import { go, href, param, range, rangeText, set } from '../router'
import { extent, front, padded, robust } from '../scale'
import type { SearchModel } from '../store'
import { groupColors, groupGlyphs, sequential } from '../theme'
import { Card, Empty, Loading, Select, Shown, Toggle, Trouble, useResource } from '../ui'
import { EvaluationRows } from './live'

const always = ['fitness', 'outcome', 'feasible', 'endedAt', 'bornAt']
const selectionMax = 500

/** The number of a limit such as `madds <= 300M`, where it is one on this metric. */
export function limitOf(limits: string[], metric: string): number | null {
  for (const limit of limits) {
    const found = /^\s*([\w.-]+)\s*(?:<=|<|≤)\s*([\d.]+(?:e[+-]?\d+)?)\s*([kKMGT]?)/.exec(limit)
    if (found === null || found[1] !== metric) continue
    const factor = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12 }[found[3]!] ?? 1
    const value = Number(found[2]) * factor
    if (Number.isFinite(value)) return value
  }
  return null
}

/** Size and hypervolume of the front of several objectives, with the point that it is measured from. */
export function frontText(front: ParetoFront): string {
  const from = { given: 'as given', table: 'the worst of the table', founders: 'the worst of the founders' }
  const size = `${count(front.size)} on the front of ${front.objectives.join(', ')}`
  return front.hypervolume === null || front.referencePoint === null
    ? size
    : `${size}; hypervolume ${number(front.hypervolume)} from (${front.referencePoint.map(value => number(value)).join(', ')}), ` +
        from[front.referenceFrom]
}

export function Front({ model }: { model: SearchModel }) {
  const detail = model.detail.value
  if (detail === null) {
    return model.error.value === null ? <Loading height={400} /> : <Trouble error={model.error.value} />
  }
  if (detail.scored === 0) return <Empty title="No candidate has a score yet">The chart begins with the first.</Empty>
  return <Scatter model={model} detail={detail} />
}

function Scatter({ model, detail }: { model: SearchModel; detail: SearchDetail }) {
  const metrics = detail.metrics.map(metric => metric.name)
  const x = param('mx') || detail.costMetric || metrics[0] || 'seconds'
  const y = param('my', 'fitness')
  const by = param('by', 'feasible')
  const lasso = param('lasso') === '1'
  const at = Number(param('at')) || Infinity
  const logDefault = shouldLog(detail, x)
  const logX = param('logx', logDefault ? '1' : '0') === '1'
  const names = [...always, x, y, ...(by.startsWith('decision.') ? [by] : [])].filter(name => name !== 'birth')
  const wanted = names.join(',')
  useEffect(() => model.need([...new Set(names)]), [model, wanted])
  const version = model.tableVersion.value
  const table = model.table
  const ready = names.every(name => table.has(name))
  const made = useMemo(
    () => (ready ? layersOf(table, detail, x, y, by, at) : null),
    [ready, version, x, y, by, at, detail.limits.join()],
  )
  if (made === null) {
    return model.tableError.value === null ? (
      <Loading height={460} />
    ) : (
      <Trouble error={model.tableError.value} retry={() => model.resync()} />
    )
  }
  const zoom: Zoom = { x: range(param('zx')), y: range(param('zy')) }
  const selection = param('sel')
  const options = ['fitness', ...metrics, 'seconds', 'hours', 'birth'].map((name): [string, string] => [name, name])
  const limit = limitOf(detail.limits, x)
  return (
    <>
      <div class="page-head">
        <h1>Cost × fitness</h1>
        <span class="muted">
          {count(made.points)} candidates{limit !== null ? `, limit ${x} ≤ ${number(limit)}` : ''}
        </span>
        {detail.pareto != null && <span class="muted">{frontText(detail.pareto)}</span>}
      </div>
      <Plot
        title={`${x} × ${y}`}
        name={`${detail.name}-${x}-${y}`}
        layers={made.layers}
        x={{ name: x, log: logX }}
        y={{ name: y, range: param('range') === 'full' ? null : made.yRange }}
        zoom={zoom}
        onZoom={next => set({ zx: rangeText(next.x), zy: rangeText(next.y) }, true)}
        onPick={birth => go(href('candidate', detail.name, birth))}
        lasso={lasso}
        onLasso={ids =>
          set({ sel: ids.length === 0 ? null : ids.slice(0, selectionMax).sort((a, b) => a - b).join('.') }, true)
        }
        height={Math.max(360, Math.min(620, innerHeight - 300))}
        selected={(detail.bestFeasible ?? detail.best)?.birth ?? null}
        summary={`${count(made.points)} candidates, ${count(made.front)} on the front.`}
        note={made.note}
        tools={
          <>
            <Select label="x" value={x} options={options} onChange={value => set({ mx: value, zx: null })} />
            <Select label="y" value={y} options={options} onChange={value => set({ my: value, zy: null })} />
            <Select
              label="colour"
              value={by}
              options={[
                ['feasible', 'limit'],
                ['birth', 'birth'],
                ...detail.decisions.map((id): [string, string] => [`decision.${id}`, oneLine(id, 40)]),
              ]}
              onChange={value => set({ by: value === 'feasible' ? null : value })}
            />
            <Toggle label="log x" on={logX} onChange={on => set({ logx: on ? '1' : '0', zx: null })} />
            <Toggle
              label="all values"
              on={param('range') === 'full'}
              onChange={on => set({ range: on ? 'full' : null, zy: null })}
            />
            <Toggle
              label="lasso"
              title="Draw around candidates to select them"
              on={lasso}
              onChange={on => set({ lasso: on ? '1' : null })}
            />
          </>
        }
      />
      {selection !== '' && <Selection model={model} births={selection} />}
    </>
  )
}

function shouldLog(detail: SearchDetail, metric: string): boolean {
  const one = detail.metrics.find(known => known.name === metric)
  return one !== undefined && one.min > 0 && one.max / one.min > 20
}

interface Made {
  layers: Layer[]
  points: number
  front: number
  yRange: [number, number] | null
  note: string
}

export function layersOf(table: Table, detail: SearchDetail, x: string, y: string, by: string, at: number): Made {
  const births = table.column('birth')
  const [xs, ys, feasible] = [table.column(x), table.column(y), table.column('feasible')]
  const [outcome, endedAt] = [table.column('outcome'), table.column('endedAt')]
  const rows: number[] = []
  for (let i = 0; i < table.count; i++) {
    const scored = outcome[i] === 1 || outcome[i] === 2
    if (scored && endedAt[i]! <= at && Number.isFinite(xs[i]) && Number.isFinite(ys[i])) rows.push(i)
  }
  const pick = (values: ArrayLike<number>, of: number[]) => Float32Array.from(of, i => values[i]!)
  const ids = (of: number[]) => Int32Array.from(of, i => births[i]!)
  const layers: Layer[] = []
  let note = ''
  const size = rows.length > 1500 ? 3 : 5
  const limit = limitOf(detail.limits, x)
  if (limit !== null) layers.push({ kind: 'limit', name: `beyond ${x} ≤ ${number(limit)}`, beyondX: limit, color: '--c6' })
  if (by === 'birth') {
    const shades = 16
    const last = births[table.count - 1] ?? 1
    layers.push({
      kind: 'points',
      name: `births, dark: the first, light: the last (${count(last)})`,
      color: '--c1',
      glyph: 'dot',
      size,
      alpha: 0.8,
      x: pick(xs, rows),
      y: pick(ys, rows),
      ids: ids(rows),
      shade: Uint8Array.from(rows, i => Math.min(shades - 1, Math.floor((births[i]! / last) * shades))),
      palette: Array.from({ length: shades }, (_, i) => sequential(i / (shades - 1))),
    })
  } else if (by.startsWith('decision.') && table.has(by)) {
    const values = table.column(by)
    const names = table.dictionary(by)
    const counts = new Map<number, number>()
    for (const i of rows) counts.set(values[i]!, (counts.get(values[i]!) ?? 0) + 1)
    const groups = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!)
    const shown = groups.length > 8 ? groups.slice(0, 7) : groups
    if (groups.length > 8) note = `The seven most frequent of ${count(groups.length)} values have a colour.`
    const named = new Set(shown)
    const parts: [string, number[]][] = shown.map(group => [
      group < 0 ? 'not active' : oneLine(names[group] ?? '?', 40),
      rows.filter(i => values[i] === group),
    ])
    if (groups.length > 8) parts.push(['other values', rows.filter(i => !named.has(values[i]!))])
    parts.reverse().forEach(([name, of], reversed) => {
      const k = parts.length - 1 - reversed
      layers.push({
        kind: 'points',
        name,
        color: groupColors[k]!,
        glyph: groupGlyphs[k]!,
        size,
        alpha: 0.8,
        x: pick(xs, of),
        y: pick(ys, of),
        ids: ids(of),
      })
    })
  } else {
    const good = rows.filter(i => feasible[i] !== 0)
    const over = rows.filter(i => feasible[i] === 0)
    if (over.length > 0) {
      layers.push({
        kind: 'points',
        name: 'over a limit',
        color: '--c5',
        glyph: 'diamond',
        size,
        alpha: 0.6,
        x: pick(xs, over),
        y: pick(ys, over),
        ids: ids(over),
      })
    }
    layers.push({
      kind: 'points',
      name: over.length > 0 ? 'within the limits' : 'candidates',
      color: '--c1',
      glyph: 'dot',
      size,
      alpha: 0.6,
      x: pick(xs, good),
      y: pick(ys, good),
      ids: ids(good),
    })
  }
  let onFront = 0
  const higher = (name: string): boolean | null =>
    name === 'fitness' ? true : name === detail.costMetric ? false : invert(detail.metrics.find(m => m.name === name)?.minimize)
  const [xHigher, yHigher] = [higher(x), higher(y)]
  // A front needs a direction for both; for a metric that nobody gave one there is none.
  if (xHigher !== null && yHigher !== null && x !== y) {
    const able = rows.filter(i => feasible[i] !== 0)
    const cost = Float64Array.from(able, i => (xHigher ? -xs[i]! : xs[i]!))
    const worth = Float64Array.from(able, i => (yHigher ? ys[i]! : -ys[i]!))
    const best = front(cost, worth).map(at => able[at]!)
    onFront = best.length
    layers.push({ kind: 'step', name: `front (${count(onFront)})`, x: pick(xs, best), y: pick(ys, best), color: '--c6' })
    layers.push({
      kind: 'points',
      name: 'on the front',
      color: '--c6',
      glyph: 'square',
      size: 6,
      x: pick(xs, best),
      y: pick(ys, best),
      ids: ids(best),
    })
  }
  const shownY = pick(ys, rows)
  const bounds = y === 'fitness' ? robust(shownY) : extent(shownY)
  return { layers, points: rows.length, front: onFront, yRange: bounds === null ? null : padded(bounds), note }
}

const invert = (minimize: boolean | null | undefined): boolean | null =>
  minimize === null || minimize === undefined ? null : !minimize

function Selection({ model, births }: { model: SearchModel; births: string }) {
  const list = births.split('.').filter(one => /^\d+$/.test(one))
  const answer = useResource<{ rows: Evaluation[]; total: number }>(
    `${model.path}/evaluations${query({ births: list.join(','), sort: '-fitness', size: selectionMax })}`,
  )
  return (
    <Card
      title={`Selected candidates (${count(list.length)})`}
      wide
      tools={
        <>
          <button
            disabled={answer.data === null}
            onClick={() => save(csv(rowsOf(answer.data!.rows)), fileName(`${model.name}-selection`, 'csv'), 'text/csv')}
          >
            CSV
          </button>
          <button onClick={() => set({ sel: null }, true)}>Clear</button>
        </>
      }
      note={list.length === selectionMax ? `Only the first ${count(selectionMax)} of a selection are listed.` : undefined}
    >
      <Shown of={answer}>
        {({ rows }) => (
          <div class="scroll short" tabIndex={0} role="region" aria-label="Selected candidates">
            <EvaluationRows search={model.name} rows={rows} />
          </div>
        )}
      </Shown>
    </Card>
  )
}

function rowsOf(rows: Evaluation[]) {
  const metrics = [...new Set(rows.flatMap(row => Object.keys(row.metrics)))].sort()
  return {
    head: ['birth', 'parent', 'outcome', 'fitness', 'gain', ...metrics, 'genotype'],
    rows: rows.map(row => [
      row.birth,
      row.parent,
      row.outcome,
      row.fitness,
      row.gain,
      ...metrics.map(name => row.metrics[name] ?? null),
      row.genotype,
    ]),
  }
}
