// Parts that all pages are made of.

import { Component, type ComponentChildren } from 'preact'
import { useEffect, useReducer, useRef, useState } from 'preact/hooks'
import { ApiError, get, type Evaluation, type Outcome, type Slot, type State } from './api'
import { ago, duration, gain, number, oneLine, time } from './format'
import { href } from './router'
import { frozen, now, session, zone } from './store'

/** A card whose fault stays its own: the others go on. */
export class Guard extends Component<{ name: string; children: ComponentChildren }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  override componentDidCatch(error: Error): void {
    this.setState({ error })
  }

  override render() {
    const { error } = this.state
    if (error === null) return this.props.children
    return (
      <section class="card" role="alert">
        <h2>{this.props.name}</h2>
        <Trouble error={error} retry={() => this.setState({ error: null })} />
      </section>
    )
  }
}

export function Trouble({ error, retry }: { error: Error; retry?: () => void }) {
  const known = error instanceof ApiError ? error : null
  return (
    <div class="state error" role="alert">
      <b>{oneLine(error.message, 300)}</b>
      {known?.detail && <span>{oneLine(known.detail, 600)}</span>}
      {known?.hint && <span class="muted">{oneLine(known.hint, 400)}</span>}
      {retry && <button onClick={retry}>Try again</button>}
    </div>
  )
}

export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="state empty">
    <b>{title}</b>
    {children && <span class="muted">{children}</span>}
  </div>
)

export const Loading = ({ height = 120 }: { height?: number }) => (
  <div class="state loading" style={{ minHeight: `${height}px` }} role="status" aria-label="Loading">
    <span />
    <span />
    <span />
  </div>
)

interface Section {
  title: string
  tools?: ComponentChildren
  note?: ComponentChildren
  children: ComponentChildren
  wide?: boolean
  class?: string
}
export const Card = ({ title, tools, note, children, ...rest }: Section) => (
  <Guard name={title}>
    <section class={`card ${rest.wide ? 'wide' : ''} ${rest.class ?? ''}`}>
      <header>
        <h2>{title}</h2>
        {tools && <div class="tools">{tools}</div>}
      </header>
      {children}
      {note && <p class="note">{note}</p>}
    </section>
  </Guard>
)

/** What an address answered. The last answer stays in sight while a newer one is asked for. */
export interface Resource<T> {
  data: T | null
  error: Error | null
  loading: boolean
  retry: () => void
}

interface Question<T> {
  path: string | null
  data: T | null
  error: Error | null
  askedAt: number
  stop: AbortController
  timer: unknown
  version: unknown
}
const noQuestion: Question<unknown> = {
  path: null,
  data: null,
  error: null,
  askedAt: 0,
  stop: new AbortController(),
  timer: null,
  version: 0,
}

const kept = new Map<string, unknown>()
const keptMax = 24

/** Asks an address, and again when `version` changes (at most every `pause` ms, not in a hidden tab). */
export function useResource<T>(path: string | null, version: unknown = 0, pause = 3000): Resource<T> {
  const [, redraw] = useReducer((n: number, _: void) => n + 1, 0)
  const question = useRef<Question<T>>(noQuestion as Question<T>)
  if (question.current.path !== path) {
    question.current.stop.abort()
    question.current = {
      path,
      data: path !== null && kept.has(path) ? (kept.get(path) as T) : null,
      error: null,
      askedAt: 0,
      stop: new AbortController(),
      timer: null,
      version,
    }
  }
  const mine = question.current
  mine.version = version

  const ask = async () => {
    mine.timer = null
    if (mine.path === null || mine.stop.signal.aborted) return
    if (mine.askedAt > 0 && (frozen.peek() || document.hidden)) return
    mine.askedAt = Date.now()
    const asked = mine.version
    try {
      mine.data = await get<T>(mine.path, mine.stop.signal)
      mine.error = null
      kept.delete(mine.path)
      kept.set(mine.path, mine.data)
      if (kept.size > keptMax) kept.delete(kept.keys().next().value!)
    } catch (error) {
      if ((error as Error).name === 'AbortError') return
      mine.error = error as Error
    }
    if (mine.stop.signal.aborted) return
    redraw()
    // What changed while it was asked for comes with the next question.
    if (mine.version !== asked) schedule()
  }
  const schedule = () => {
    const wait = mine.askedAt === 0 ? 0 : Math.max(0, mine.askedAt + pause - Date.now())
    mine.timer ??= setTimeout(() => void ask(), wait)
  }
  // A question that is under way is not disturbed by a newer version: else a busy search would never get an answer.
  useEffect(() => {
    if (path !== null) schedule()
  }, [path, version])
  useEffect(
    () => () => {
      question.current.stop.abort()
      clearTimeout(question.current.timer as number)
    },
    [],
  )
  const retry = () => {
    mine.askedAt = 0
    mine.error = null
    schedule()
    redraw()
  }
  return { data: mine.data, error: mine.error, loading: mine.askedAt === 0, retry }
}

/** Loading, fault or content of an answer. */
export function Shown<T>(props: {
  of: Resource<T>
  height?: number
  children: (data: T) => ComponentChildren
}) {
  const { data, error, retry } = props.of
  if (data !== null) {
    return (
      <>
        {error !== null && <p class="trouble">Not up to date: {oneLine(error.message, 200)}</p>}
        {props.children(data)}
      </>
    )
  }
  if (error !== null) return <Trouble error={error} retry={retry} />
  return <Loading height={props.height ?? 120} />
}

const stateWords: Record<State, string> = {
  running: 'running',
  waiting: 'waiting',
  paused: 'paused',
  finished: 'finished',
  interrupted: 'interrupted',
  recovering: 'recovering',
  broken: 'broken',
}
export const StateBadge = ({ state }: { state: string }) => (
  <span class={`badge state-${state in stateWords ? state : 'other'}`}>{state}</span>
)

export const outcomeWords: Record<Outcome, string> = {
  pending: 'pending',
  scored: 'scored',
  diverged: 'diverged',
  memory: 'out of memory',
  crash: 'crashed',
  invalid: 'invalid',
  unscorable: 'unscorable',
}
export const outcomes: Outcome[] = ['pending', 'scored', 'scored', 'diverged', 'memory', 'crash', 'invalid', 'unscorable']

export function OutcomeText({ row }: { row: Pick<Evaluation, 'outcome' | 'stoppedAtEpoch' | 'feasible'> }) {
  const word =
    row.outcome !== 'scored'
      ? outcomeWords[row.outcome] ?? String(row.outcome)
      : row.stoppedAtEpoch !== null
        ? `stopped at epoch ${row.stoppedAtEpoch}`
        : row.feasible === false
          ? 'over the limit'
          : 'scored'
  return <span class={`outcome outcome-${row.outcome}`}>{word}</span>
}

export const Birth = ({ search, birth }: { search: string; birth: number | null }) =>
  birth === null ? <span class="muted">–</span> : <a href={href('candidate', search, birth)}>#{birth}</a>

export const Gain = ({ value }: { value: number | null }) => (
  <span class={value === null || value === 0 ? 'muted' : value > 0 ? 'good' : 'bad'}>{gain(value)}</span>
)

export const Time = ({ at }: { at: string | number | null | undefined }) => <>{time(at, zone.value)}</>
export const Ago = ({ at }: { at: string | null | undefined }) => (
  <span class="nowrap" title={time(at, zone.value)}>
    {ago(at, now.value)}
  </span>
)

export const Fact = ({ name, children, title }: { name: string; children: ComponentChildren; title?: string }) => (
  <div class="fact" title={title}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

/** Text of any length that opens where it is cut. */
export function Long({ text, max = 120 }: { text: string; max?: number }) {
  const [open, setOpen] = useState(false)
  if (text.length <= max) return <span class="text">{oneLine(text, max + 1)}</span>
  return (
    <span class="text">
      {open ? <span class="pre">{text.slice(0, 65_536)}</span> : oneLine(text, max)}{' '}
      <button class="link" onClick={() => setOpen(!open)} aria-expanded={open}>
        {open ? 'less' : 'more'}
      </button>
    </span>
  )
}

export function Select(props: {
  label: string
  value: string
  options: readonly (string | [string, string])[]
  onChange: (value: string) => void
}) {
  return (
    <label class="select">
      <span>{props.label}</span>
      <select value={props.value} onChange={event => props.onChange((event.target as HTMLSelectElement).value)}>
        {props.options.map(option => {
          const [value, text] = typeof option === 'string' ? [option, option] : option
          return (
            <option key={value} value={value}>
              {text}
            </option>
          )
        })}
      </select>
    </label>
  )
}

export const Toggle = (props: { label: string; on: boolean; onChange: (on: boolean) => void; title?: string }) => (
  <button
    class={`toggle ${props.on ? 'on' : ''}`}
    aria-pressed={props.on}
    title={props.title}
    onClick={() => props.onChange(!props.on)}
  >
    {props.label}
  </button>
)

/** Small numbers as a line, for tables. */
export function Spark({ values, width = 96, height = 22 }: { values: number[]; width?: number; height?: number }) {
  if (values.length < 2) return null
  const low = Math.min(...values)
  const high = Math.max(...values)
  const points = values
    .map((value, i) => {
      const x = (i / (values.length - 1)) * (width - 2) + 1
      const y = height - 2 - ((value - low) / (high - low || 1)) * (height - 4)
      return `${x.toFixed(1)},${y.toFixed(1)}`
    })
    .join(' ')
  return (
    <svg class="spark" width={width} height={height} aria-hidden="true">
      <polyline points={points} />
    </svg>
  )
}

export const Bar = ({ share, label }: { share: number; label?: string }) => (
  <span class="bar" role="img" aria-label={label ?? `${Math.round(share * 100)} %`}>
    <span style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%` }} />
  </span>
)

export const canControl = (): boolean => session.value?.control === true

export const slotText = (slot: Slot): string =>
  slot.progress !== null
    ? `epoch ${slot.progress.epoch}/${slot.progress.epochs}, step ${slot.progress.step}/${slot.progress.steps}` +
      `, ${number(slot.progress.imagesPerSecond, 3)} images/s`
    : oneLine(slot.detail ?? '', 240)

export const Left = ({ of }: { of: { low: number; median: number; high: number } | null }) =>
  of === null ? (
    <span class="muted">–</span>
  ) : (
    <>
      {duration(of.median)}
      <div class="sub">
        {duration(of.low)} – {duration(of.high)}
      </div>
    </>
  )
