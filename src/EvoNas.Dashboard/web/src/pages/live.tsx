import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import {
  get,
  order,
  type At,
  query,
  type Evaluation,
  type Failures,
  type SearchDetail,
  type Series,
  type Slot,
  type Curves,
} from '../api'
import { Plot, type Zoom } from '../charts/plot'
import type { Layer } from '../charts/layers'
import { count, duration, number, oneLine, percent } from '../format'
import { go, href, param, range, rangeText, set } from '../router'
import { robust, type Range } from '../scale'
import { extended, past, pastColumns, type Along } from '../series'
import { frozen, type SearchModel } from '../store'
import {
  Ago,
  Bar,
  Birth,
  canControl,
  Card,
  Empty,
  Fact,
  Gain,
  Guard,
  Loading,
  OutcomeText,
  outcomeWords,
  Shown,
  Select,
  slotText,
  StateBadge,
  Time,
  Toggle,
  Trouble,
  useResource,
} from '../ui'
import { budgetText, walk } from './searches'

export function Live({ model }: { model: SearchModel }) {
  const detail = model.detail.value
  if (detail === null) {
    return model.error.value === null ? (
      <Loading height={400} />
    ) : (
      <>
        <h1>{oneLine(model.name, 80)}</h1>
        <Trouble error={model.error.value} retry={() => void model.load()} />
      </>
    )
  }
  // Slots and causes are known of the present only.
  const past = param('at') !== ''
  return (
    <>
      <Head detail={detail} model={model} />
      {past ? <PastFacts model={model} /> : <Facts detail={detail} />}
      <div class="grid">
        <div class="wide">
          <Guard name="Course of the search">
            <Course model={model} detail={detail} />
          </Guard>
        </div>
        {!past && <Slots model={model} />}
        {!past && <FailuresCard model={model} />}
        <Recent model={model} />
        <Settings detail={detail} />
      </div>
    </>
  )
}

function PastFacts({ model }: { model: SearchModel }) {
  const answer = useResource<At>(`${model.path}/at/${encodeURIComponent(param('at'))}`)
  const at = answer.data
  if (at === null) return <Shown of={answer}>{() => null}</Shown>
  return (
    <dl class="facts">
      <Fact name="Best fitness">
        {at.best === null ? '–' : number(at.best.fitness, 5)}
        <small>
          <Birth search={model.name} birth={at.best?.birth ?? null} />
        </small>
      </Fact>
      <Fact name="Births">{count(at.births)}</Fact>
      <Fact name="Ended">{count(at.ended)}</Fact>
      <Fact name="With a score">{count(at.scored)}</Fact>
      <Fact name="Ruled out">{count(at.ruledOut)}</Fact>
      <Fact name="In work">{count(at.pending)}</Fact>
      <Fact name="Search time">{duration(at.elapsedSeconds)}</Fact>
    </dl>
  )
}

function Head({ detail, model }: { detail: SearchDetail; model: SearchModel }) {
  const why = detail.detail ?? detail.finishedDetail
  return (
    <div class="page-head">
      <h1>{detail.name}</h1>
      {param('at') === '' && <StateBadge state={detail.state} />}
      {param('at') === '' && why !== null && <span class="why">{oneLine(why, 400)}</span>}
      <span class="spacer" />
      {param('at') === '' && detail.events > 0 && (
        <button class="quiet" onClick={() => set({ at: String(detail.events) }, true)} title="See it as it was earlier">
          Go back in time
        </button>
      )}
      {canControl() && <Control model={model} detail={detail} />}
    </div>
  )
}

function Control({ model, detail }: { model: SearchModel; detail: SearchDetail }) {
  const [trouble, setTrouble] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const does = async (verb: string, body: object = {}) => {
    setBusy(true)
    setTrouble(null)
    try {
      await order(model.name, verb, body)
      await model.load()
    } catch (error) {
      setTrouble((error as Error).message)
    }
    setBusy(false)
  }
  const extend = () => {
    const now = detail.budget?.evaluations ?? detail.ended
    const text = prompt(`Evaluations in all (now ${now})`, String(now * 2))
    const evaluations = Number(text)
    if (text !== null && Number.isInteger(evaluations) && evaluations > 0) void does('extend', { evaluations })
  }
  const propose = () => {
    const genotypes = (prompt('Genotypes to evaluate next, with blanks between') ?? '').split(/\s+/).filter(Boolean)
    if (genotypes.length > 0) void does('propose', { genotypes })
  }
  return (
    <span class="tools">
      {detail.state === 'paused' ? (
        <button disabled={busy} onClick={() => void does('resume')}>
          Resume
        </button>
      ) : (
        <button disabled={busy || detail.state === 'finished'} onClick={() => void does('pause')}>
          Pause
        </button>
      )}
      <button disabled={busy} onClick={extend}>
        Extend
      </button>
      <button disabled={busy} onClick={propose}>
        Propose
      </button>
      <button
        disabled={busy || detail.state === 'finished'}
        onClick={() => confirm(`Stop the search ${detail.name}?`) && void does('stop')}
      >
        Stop
      </button>
      {trouble !== null && <span class="trouble">{oneLine(trouble, 200)}</span>}
    </span>
  )
}

function Facts({ detail }: { detail: SearchDetail }) {
  const best = detail.announced
  const winner = detail.winner ?? null
  return (
    <dl class="facts">
      <Fact name="Best fitness">
        {best === null ? '–' : number(best.fitness, 5)}
        {best !== null && (
          <small>
            <Birth search={detail.name} birth={best.birth} />
            {best.feasible ? '' : ' over the limit'}
            {winner !== null &&
              ` mean of ${count(winner.evaluations)} ± ${number((winner.high - winner.low) / 2, 2)}, ` +
                `P(best) ${percent(winner.probability)}`}
          </small>
        )}
      </Fact>
      <Fact name="Budget">
        {percent(detail.spent)}
        <small>{budgetText(detail)}</small>
      </Fact>
      {detail.rungs != null && (
        <Fact name="Rungs" title="How many have been trained to each epoch">
          {detail.rungs.map(rung => count(rung.scored)).join(' · ')}
          <small>after epochs {detail.rungs.map(rung => count(rung.epoch)).join(', ')}</small>
        </Fact>
      )}
      <Fact name="Rate">
        {number(detail.perHour, 3)}
        <small>evaluations/h</small>
      </Fact>
      <Fact name="Time left" title="Median, and the interval that holds 90 %">
        {duration(detail.secondsLeft?.median ?? null)}
        <small>
          {detail.secondsLeft === null
            ? ''
            : `${duration(detail.secondsLeft.low)} – ${duration(detail.secondsLeft.high)}`}
        </small>
      </Fact>
      <Fact name="Slots busy">
        {percent(detail.busyShare)}
        <small>of {count(detail.slots)}</small>
      </Fact>
      <Fact name="Without a score">
        {detail.ended > 0 ? percent(detail.ruledOut / detail.ended, 1) : '–'}
        <small>{count(detail.ruledOut)} ruled out</small>
      </Fact>
      <Fact name="Early stops saved" title="Estimated from the epochs that were not trained">
        {duration(detail.secondsSaved)}
        <small>{count(detail.stoppedEarly)} stopped</small>
      </Fact>
      <Fact name="Drawn again" title="Draws that were duplicates or broke a limit before any training">
        {count(detail.redraws)}
        <small>{count(detail.duplicates)} duplicates born</small>
      </Fact>
      <Fact name="Last event">
        <Ago at={detail.lastEventAt} />
        <small>{count(detail.events)} events</small>
      </Fact>
    </dl>
  )
}

/** The series of the axis: asked once, then extended by the stream. */
function useSeries(model: SearchModel, along: Along, zoom: Range | null, width: number) {
  const [series, setSeries] = useState<Series | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const at = param('at')
  const version = at === '' ? 0 : model.tableVersion.value
  const from = zoom?.[0]
  const to = zoom?.[1]
  const known = useRef<Series | null>(null)
  useEffect(() => {
    if (at !== '') {
      model.need(pastColumns)
      if (pastColumns.every(name => model.table.has(name))) {
        setSeries(past(model.table, model.name, along, Number(at)))
      }
      setError(model.tableError.value)
      return
    }
    let stopped = false
    let added = 0
    let waiting: unknown = null
    const stop = new AbortController()
    const ask = async () => {
      try {
        const address = query({ x: along, y: 'best,fitness,band,failures', from, to, width })
        const answer = await get<Series>(`${model.path}/series${address}`, stop.signal)
        if (stopped) return
        added = 0
        known.current = answer
        setSeries(answer)
        setError(null)
      } catch (failure) {
        if ((failure as Error).name !== 'AbortError') setError(failure as Error)
      }
    }
    const later = (wait: number) => {
      waiting ??= setTimeout(() => {
        waiting = null
        void ask()
      }, wait)
    }
    const ignore = model.listen((rows, event) => {
      if (rows === null) {
        if (known.current === null || event > known.current.event) later(200)
        return
      }
      if (known.current === null) return
      known.current = extended(known.current, rows, along)
      added += rows.length
      if (!document.hidden) setSeries(known.current)
      // Points are thinned by the server: after many new ones all are asked for again.
      if (added > width) later(3000)
    })
    void ask()
    return () => {
      stopped = true
      stop.abort()
      ignore()
      clearTimeout(waiting as number)
    }
  }, [model, along, from, to, width, at, version])
  return { series, error }
}

const kinds = [
  { name: 'scored', color: '--c1', glyph: 'dot' },
  { name: 'stopped early', color: '--c2', glyph: 'ring' },
  { name: 'over the limit', color: '--c5', glyph: 'diamond' },
] as const

function Course({ model, detail }: { model: SearchModel; detail: SearchDetail }) {
  const along = (['evaluations', 'hours', 'clock'].includes(param('x')) ? param('x') : 'evaluations') as Along
  const zoom: Zoom = { x: range(param('zx')), y: range(param('zy')) }
  const width = Math.min(4000, Math.max(400, Math.round(innerWidth * 0.9)))
  const { series, error } = useSeries(model, along, zoom.x, width)
  const logX = param('logx') === '1' && along !== 'clock'
  const logY = param('logy') === '1'
  const full = param('range') === 'full'
  const layers = useMemo(() => (series === null ? [] : courseLayers(series)), [series])
  useEffect(() => {
    if (series !== null) performance.mark('series-drawn')
  }, [series !== null])
  if (error !== null && series === null) return <Trouble error={error} />
  if (series === null) return <Loading height={380} />
  if (series.of === 0) {
    return (
      <Card title="Course of the search">
        <Empty title="No candidate has ended yet">
          {detail.pending > 0 ? `${count(detail.pending)} are in work; the first end draws the first point.` : ''}
        </Empty>
      </Card>
    )
  }
  const cloud = series.fitness
  const failures = series.failures
  const noun = { evaluations: 'Evaluations', hours: 'Search hours', clock: 'Time' }[along]
  return (
    <Plot
      title="Course of the search"
      name={`${detail.name}-course`}
      layers={layers}
      x={{ name: noun, log: logX, time: along === 'clock', whole: along === 'evaluations', range: [logX ? Math.max(series.xMin, 1e-6) : series.xMin, series.xMax] }}
      y={{ name: `Fitness (${oneLine(detail.objective ?? 'objective', 40)})`, log: logY, range: full || logY ? null : robust(cloud?.y ?? []) }}
      zoom={zoom}
      onZoom={next => set({ zx: rangeText(next.x), zy: rangeText(next.y) }, true)}
      onPick={birth => go(href('candidate', detail.name, birth))}
      height={380}
      selected={detail.announced?.birth ?? null}
      summary={
        `Best fitness ${number(series.best?.y.at(-1))} after ${count(series.of)} evaluations, ` +
        `improved ${count(series.best?.y.length ?? 0)} times.`
      }
      note={
        cloud !== null && cloud.drawn < cloud.of
          ? `${count(cloud.drawn)} of ${count(cloud.of)} points drawn: the lowest and the highest of each pixel column.` +
            (failures !== null && failures.of > 0 ? ` ${count(failures.of)} ruled out.` : '')
          : ''
      }
      tools={
        <>
          <Select
            label="over"
            value={along}
            options={[
              ['evaluations', 'evaluations'],
              ['hours', 'search hours'],
              ['clock', 'wall clock'],
            ]}
            onChange={value => set({ x: value === 'evaluations' ? null : value, zx: null })}
          />
          <Toggle label="log x" on={logX} onChange={on => set({ logx: on ? '1' : null, zx: null })} />
          <Toggle label="log y" on={logY} onChange={on => set({ logy: on ? '1' : null, zy: null })} />
          <Toggle
            label="all values"
            title="Outliers far below are cut off unless this is on"
            on={full}
            onChange={on => set({ range: on ? 'full' : null, zy: null })}
          />
        </>
      }
    />
  )
}

export function courseLayers(series: Series): Layer[] {
  const layers: Layer[] = []
  const cloud = series.fitness
  if (cloud !== null) {
    kinds.forEach((kind, k) => {
      const rows = cloud.kind.flatMap((one, i) => (one === k ? [i] : []))
      if (rows.length === 0) return
      layers.push({
        kind: 'points',
        ...kind,
        size: cloud.x.length > 1500 ? 3 : 4.5,
        alpha: 0.55,
        x: rows.map(i => cloud.x[i]!),
        y: rows.map(i => cloud.y[i]!),
        ids: rows.map(i => cloud.birth[i]!),
      })
    })
  }
  if (series.band !== null && series.band.x.length > 1) {
    const { x, q25, median, q75 } = series.band
    layers.push({ kind: 'band', name: 'middle half', x, low: q25, high: q75, color: '--c8' })
    layers.push({ kind: 'line', name: 'moving median', x, y: median, color: '--c8', dash: [5, 3] })
  }
  if (series.failures !== null && series.failures.x.length > 0 && cloud !== null && cloud.y.length > 0) {
    // They have no fitness: they stand on the lower edge of what is shown.
    const floor = robust(cloud.y)![0]
    layers.push({
      kind: 'points',
      name: 'ruled out',
      color: '--c6',
      glyph: series.failures.x.length > 300 ? 'bar' : 'cross',
      size: series.failures.x.length > 300 ? 7 : 5,
      alpha: series.failures.x.length > 300 ? 0.5 : 0.8,
      x: series.failures.x,
      y: series.failures.x.map(() => floor),
      ids: series.failures.birth,
    })
  }
  const best = series.best
  if (best !== null && best.x.length > 0) {
    layers.push({
      kind: 'step',
      name: 'best so far',
      x: [...best.x, series.xMax],
      y: [...best.y, best.y.at(-1)!],
      color: '--c3',
      width: 2.25,
    })
  }
  return layers
}

function Slots({ model }: { model: SearchModel }) {
  const slots = model.slots.value
  const report = model.report.value
  const curves = useResource<Curves>(slots.length > 0 ? `${model.path}/curves` : null, 0)
  return (
    <Card
      title="Slots"
      note={report === 'silent' ? 'The search’s process did not answer; what its slots do is not known.' : undefined}
    >
      {slots.length === 0 ? (
        <Empty title="No slot works for this search now">
          {report === 'none' ? 'No process runs it.' : report === 'silent' ? '' : 'Slots appear when they are free.'}
        </Empty>
      ) : (
        <div class="slots">
          {slots.map(slot => (
            <SlotRow key={`${slot.node} ${slot.name}`} slot={slot} search={model.name} curves={curves.data} />
          ))}
        </div>
      )}
    </Card>
  )
}

export function SlotRow({ slot, search, curves }: { slot: Slot; search: string; curves: Curves | null }) {
  const of = slot.progress
  const share = of === null || of.epochs === 0 ? null : (of.epoch - 1 + of.step / Math.max(1, of.steps)) / of.epochs
  return (
    <div class={`slot slot-${slot.does}`}>
      <div class="slot-head">
        <b>{oneLine(slot.name, 40)}</b>
        {slot.node !== slot.name && <span class="muted">{oneLine(slot.node, 40)}</span>}
        <span class={`badge slot-${slot.does}`}>{oneLine(slot.does, 24)}</span>
        {slot.birth !== null && <Birth search={slot.search ?? search} birth={slot.birth} />}
        {slot.attempt !== null && slot.attempt > 1 && <span class="muted">attempt {slot.attempt}</span>}
        <span class="spacer" />
        {slot.does !== 'idle' && slot.seconds > 0 && <span class="number">{duration(slot.seconds)}</span>}
      </div>
      {share !== null && <Bar share={share} />}
      <div class="slot-foot">
        <span class="sub">{slotText(slot)}</span>
        <CurveOnBand curve={slot.curve} curves={curves} />
      </div>
    </div>
  )
}

/** A candidate's curve on the band of those that were trained to the end. */
export function CurveOnBand({ curve, curves }: { curve: number[]; curves: Curves | null }) {
  const epochs = curves?.epochs ?? []
  const length = Math.max(epochs.length, curve.length)
  if (length < 2 || curve.length === 0) return null
  const [width, height] = [120, 34]
  const values = [...curve, ...epochs.flatMap(one => [one.q05, one.q95])]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const x = (epoch: number) => ((epoch - 1) / Math.max(1, length - 1)) * (width - 4) + 2
  const y = (value: number) => height - 2 - ((value - low) / (high - low || 1)) * (height - 4)
  const text = (points: [number, number][]) => points.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(' ')
  return (
    <svg class="curve" width={width} height={height} role="img" aria-label={`Curve: ${curve.map(v => number(v, 3)).join(', ')}`}>
      {epochs.length > 1 && (
        <polygon
          points={`${text(epochs.map(one => [one.epoch, one.q25]))} ${text([...epochs].reverse().map(one => [one.epoch, one.q75]))}`}
        />
      )}
      <polyline points={text(curve.map((value, i) => [i + 1, value]))} />
      <circle cx={x(curve.length)} cy={y(curve.at(-1)!)} r="2.2" />
    </svg>
  )
}

function FailuresCard({ model }: { model: SearchModel }) {
  const failures = useResource<Failures>(`${model.path}/failures`, model.event.value, 10_000)
  return (
    <Card title="Failures by cause">
      <Shown of={failures}>
        {of =>
          of.total === 0 ? (
            <Empty title="Every candidate got a score">{count(of.ended)} ended.</Empty>
          ) : (
            <>
              <table class="rows">
                <thead>
                  <tr>
                    <th scope="col">Cause</th>
                    <th scope="col" class="number">
                      Births
                    </th>
                    <th scope="col">Last</th>
                  </tr>
                </thead>
                <tbody>
                  {of.causes.map(cause => (
                    <tr key={cause.reason}>
                      <td data-name="Cause">
                        {outcomeWords[cause.reason] ?? cause.reason}
                        <Bar share={cause.share} label={percent(cause.share, 1)} />
                      </td>
                      <td data-name="Births" class="number">
                        {count(cause.count)}
                        <div class="sub">{percent(cause.count / Math.max(1, of.ended), 1)}</div>
                      </td>
                      <td data-name="Last">
                        <Birth search={model.name} birth={cause.lastBirth} />{' '}
                        <span class="sub" title={oneLine(cause.lastDetail, 500)}>
                          {oneLine(cause.lastDetail, 90)}
                        </span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {of.losses.length > 0 && (
                <p class="note">
                  Attempts that came to nothing:{' '}
                  {of.losses.map(loss => `${oneLine(loss.cause, 30)} ${count(loss.count)} (${oneLine(loss.node, 30)})`).join(', ')}.
                </p>
              )}
            </>
          )
        }
      </Shown>
    </Card>
  )
}

interface Page {
  rows: Evaluation[]
  total: number
}

/** The last candidates; those of the range where the chart is zoomed. */
function Recent({ model }: { model: SearchModel }) {
  const along = param('x', 'evaluations')
  const zx = range(param('zx'))
  const zy = range(param('zy'))
  const at = param('at')
  const moment = useResource<At>(at === '' ? null : `${model.path}/at/${encodeURIComponent(at)}`)
  const births = moment.data?.births ?? null
  const column = along === 'hours' ? 'hours' : 'ordinal'
  const filters = [
    ...(zx !== null && along !== 'clock' ? [`${column}>=${zx[0]}`, `${column}<=${zx[1]}`] : []),
    ...(zy !== null ? [`fitness>=${zy[0]}`, `fitness<=${zy[1]}`] : []),
  ]
  const zoomed = filters.length > 0
  if (births !== null) filters.push(`birth<=${births}`)
  const path = `${model.path}/evaluations${query({ sort: zoomed ? '-fitness' : '-birth', filter: filters, size: 50 })}`
  const page = useResource<Page>(path, zoomed ? model.event.value : model.resyncs.value, zoomed ? 5000 : 500)
  const fresh = model.recent.value
  const rows = useMemo(() => {
    if (page.data === null) return null
    if (zoomed || at !== '') return page.data.rows
    const seen = new Set(fresh.map(row => row.birth))
    return [...fresh, ...page.data.rows.filter(row => !seen.has(row.birth))].slice(0, 60)
  }, [page.data, fresh, zoomed, at])
  const shown = rows
  return (
    <Card
      title={zoomed ? 'Candidates in the zoomed range' : 'Last candidates'}
      wide
      tools={
        <a href={href('table', model.name, null, zoomed ? { filter: filters.join('&'), sort: '-fitness' } : {})}>
          Table of all
        </a>
      }
      note={
        zoomed && page.data !== null
          ? `${count(Math.min(50, page.data.total))} of ${count(page.data.total)}, the best first.`
          : frozen.value
            ? 'The flow is paused.'
            : undefined
      }
    >
      {shown === null ? (
        <Shown of={page}>{() => null}</Shown>
      ) : shown.length === 0 ? (
        <Empty title="No candidate yet" />
      ) : (
        <div class="scroll short" tabIndex={0} role="region" aria-label="Candidates">
          <EvaluationRows search={model.name} rows={shown} />
        </div>
      )}
    </Card>
  )
}

export function EvaluationRows({ search, rows }: { search: string; rows: Evaluation[] }) {
  return (
    <table class="rows dense">
      <thead>
        <tr>
          <th scope="col">Birth</th>
          <th scope="col">Outcome</th>
          <th scope="col" class="number">
            Fitness
          </th>
          <th scope="col" class="number">
            Gain
          </th>
          <th scope="col">Parent</th>
          <th scope="col">Mutation</th>
          <th scope="col">Slot</th>
          <th scope="col" class="number">
            Took
          </th>
          <th scope="col">Ended</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={row.birth} onKeyDown={walk}>
            <td data-name="Birth">
              <Birth search={search} birth={row.birth} />
            </td>
            <td data-name="Outcome">
              <OutcomeText row={row} />
            </td>
            <td data-name="Fitness" class="number">
              {number(row.fitness)}
            </td>
            <td data-name="Gain" class="number">
              <Gain value={row.gain} />
            </td>
            <td data-name="Parent">
              <Birth search={search} birth={row.parent} />
            </td>
            <td data-name="Mutation">
              <ChangeText row={row} />
            </td>
            <td data-name="Slot">{row.slot === null ? '–' : oneLine(row.slot, 30)}</td>
            <td data-name="Took" class="number">
              {duration(row.seconds)}
            </td>
            <td data-name="Ended">
              <Time at={row.endedTime} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export const ChangeText = ({ row }: { row: Pick<Evaluation, 'change' | 'parent'> }) =>
  row.change === null ? (
    <span class="muted">{row.parent === null ? 'founder' : '–'}</span>
  ) : (
    <span class="change">
      <span>{oneLine(row.change.decision, 40)}</span> {oneLine(row.change.from, 30)} → <b>{oneLine(row.change.to, 30)}</b>
    </span>
  )

function Settings({ detail }: { detail: SearchDetail }) {
  const facts: [string, string][] = [
    ['space', detail.space ?? '–'],
    ['objective', detail.objective ?? '–'],
    ['limits', detail.limits.join(', ') || 'none'],
    ['algorithm', detail.algorithm ?? '–'],
    ['seed', detail.seed ?? '–'],
    ['EvoNas', detail.version ?? '–'],
    ...flat(detail.file ?? {}),
  ]
  return (
    <Card title="Settings" wide>
      <div class="settings">
        {facts.map(([name, value], i) => (
          <div key={i}>
            <span class="muted">{oneLine(name, 80)}</span>
            <span class="text">{oneLine(value, 200)}</span>
          </div>
        ))}
        <div>
          <span class="muted">started</span>
          <span>
            <Time at={detail.started} />
          </span>
        </div>
        <div>
          <span class="muted">search time, slot time</span>
          <span>
            {duration(detail.elapsedSeconds)}, {duration(detail.slotSeconds)}
          </span>
        </div>
      </div>
    </Card>
  )
}

const flat = (of: Record<string, string | null>): [string, string][] =>
  Object.entries(of).map(([name, value]): [string, string] => [name, value ?? '–'])

