// The server's answers as types, and the few functions that ask it. All addresses are relative: the dashboard works
// behind any path.

import { parse, visible } from './format'

export type State = 'running' | 'waiting' | 'paused' | 'finished' | 'interrupted' | 'recovering' | 'broken'
export type Outcome = 'pending' | 'scored' | 'diverged' | 'memory' | 'crash' | 'invalid' | 'unscorable'

export interface Session {
  version: string
  control: boolean
  expires: string
  pathBase: string
  cluster: string | null
  zone: string
  now: string
}
export interface Champion {
  birth: number
  fitness: number
  feasible: boolean
  genotype: string
  metrics: Record<string, number>
}
export interface Budget {
  evaluations: number | null
  hours: number | null
  slotHours: number | null
}
export interface ParetoFront {
  objectives: string[]
  births: number[]
  size: number
  hypervolume: number | null
  referencePoint: number[] | null
  referenceFrom: 'given' | 'table' | 'founders'
  knee: number | null
}
export interface Winner {
  birth: number
  mean: number
  low: number
  high: number
  evaluations: number
  probability: number
  noise: number
}
export interface SearchSummary {
  name: string
  state: State
  detail: string | null
  space: string | null
  objective: string | null
  limits: string[]
  algorithm: string | null
  seed: string | null
  events: number
  births: number
  ended: number
  scored: number
  ruledOut: number
  pending: number
  population: number
  budget: Budget | null
  spent: number | null
  /** Only of a search in rungs: how many have been trained to each epoch. */
  rungs?: { epoch: number; scored: number }[] | null
  /** Whom the search announces; with finalists its fitness is the winner's mean. */
  announced: Champion | null
  winner?: Winner | null
  best: Champion | null
  bestFeasible: Champion | null
  /** Only of a search of several objectives. */
  pareto?: ParetoFront | null
  perHour: number | null
  secondsLeft: { low: number; median: number; high: number } | null
  elapsedSeconds: number
  slotSeconds: number
  started: string | null
  lastEventAt: string | null
  finished: string | null
  finishedDetail: string | null
  slots: number
  version: string | null
}
export interface Progress {
  epoch: number
  epochs: number
  step: number
  steps: number
  imagesPerSecond: number
  loss: number
  top1: number | null
}
export interface Slot {
  name: string
  node: string
  does: string
  search: string | null
  birth: number | null
  attempt: number | null
  detail: string | null
  genotype: string | null
  seconds: number
  progress: Progress | null
  curve: number[]
}
export type Report = 'answered' | 'silent' | 'none'
export interface Metric {
  name: string
  minimize: boolean | null
  min: number
  max: number
  count: number
  distribution: number[]
}
export interface FrontPoint {
  birth: number
  fitness: number
  cost: number
  feasible: boolean
}
export interface Member {
  birth: number
  fitness: number
  age: number
  founder: number
}
export interface SearchDetail extends SearchSummary {
  settings: Record<string, unknown> | null
  file: Record<string, string | null> | null
  evaluation: unknown
  slotList: Slot[]
  report: Report
  metrics: Metric[]
  stoppedEarly: number
  duplicates: number
  redraws: number
  secondsSaved: number | null
  busyShare: number | null
  front: FrontPoint[]
  costMetric: string | null
  populationMembers: Member[]
  decisions: string[]
  projection: { version: number; event: number; last: number; foldSeconds: number }
}
export interface Cloud {
  drawn: number
  of: number
  x: number[]
  y: number[]
  birth: number[]
  kind: number[]
}
export interface Series {
  search: string
  x: string
  event: number
  xMin: number
  xMax: number
  of: number
  best: { x: number[]; y: number[]; birth: number[] } | null
  fitness: Cloud | null
  band: { x: number[]; q25: number[]; median: number[]; q75: number[] } | null
  failures: { drawn: number; of: number; x: number[]; birth: number[]; reason: Outcome[] } | null
  metrics: Record<string, Cloud>
}
export interface Change {
  decision: string
  from: string
  to: string
}
export interface Evaluation {
  birth: number
  parent: number | null
  /** Only of a search in rungs, from 0. */
  rung?: number | null
  /** The birth that it continues on its rung. */
  promoted?: number | null
  outcome: Outcome
  stoppedAtEpoch: number | null
  fitness: number | null
  feasible: boolean | null
  gain: number | null
  metrics: Record<string, number>
  genotype: string
  draw: number
  change: Change | null
  attempt: number | null
  slot: string | null
  seconds: number | null
  atSeconds: number | null
  bornAt: number
  endedAt: number | null
  bornTime: string
  endedTime: string | null
  ordinal: number | null
  retiredAt: number | null
  children: number
  subtree: number
  founder: number
}
export interface Candidate extends Evaluation {
  curve: number[]
  failure: string | null
  rank: number | null
  childBirths: number[]
  siblings: number[]
  values: { id: string; value: string; parentValue: string | null }[] | null
  command: string | null
  hasDrawing: boolean
  hasSamples: boolean | null
  isBest: boolean
  inPopulation: boolean
  heirs: number
}
export interface Curves {
  event: number
  of: number
  epochs: { epoch: number; n: number; q05: number; q25: number; median: number; q75: number; q95: number }[]
}
export interface LogLines {
  lines: {
    time: string | null
    level: string | null
    message: string
    slot: string | null
    exception: string | null
  }[]
  truncated: boolean
}
export interface CandidateStats {
  value: string
  count: number
  scored: number
  mean: number | null
  shrunken: number | null
  best: number | null
  bestBirth: number | null
  share: number[]
}
export interface DecisionStats {
  id: string
  importance: number | null
  n: number
  candidates: CandidateStats[]
}
export interface Decisions {
  event: number
  of: number
  known: boolean
  decisions: DecisionStats[]
}
export interface Pair {
  event: number
  a: string
  b: string
  aValues: string[]
  bValues: string[]
  count: number[][]
  mean: (number | null)[][]
  best: (number | null)[][]
}
export interface MutationStats {
  decision: string
  tried: number
  scored: number
  gained: number
  mean: number | null
  low: number | null
  high: number | null
  transitions: { from: string; to: string; tried: number; scored: number; gained: number; mean: number | null }[]
}
export interface Failures {
  event: number
  total: number
  ended: number
  causes: {
    reason: Outcome
    count: number
    share: number
    lastBirth: number
    lastDetail: string
    lastTime: string
  }[]
  slots: { slot: string; ended: number; failed: number; attempts: number; seconds: number }[]
  recent: { birth: number; reason: Outcome; detail: string; slot: string; attempt: number; time: string }[]
  losses: { node: string; cause: string; count: number }[]
}
export interface Comparison {
  x: string
  searches: {
    name: string
    best: { x: number[]; y: number[] }
    edf: { y: number[]; share: number[] }
    scored: number
    final: number | null
  }[]
  band: { x: number[]; q25: number[]; median: number[]; q75: number[] }
  differences: { setting: string; values: (string | null)[] }[]
  sameObjective: boolean
}
export interface At {
  event: number
  time: string
  births: number
  ended: number
  scored: number
  ruledOut: number
  pending: number
  best: { birth: number; fitness: number } | null
  population: Member[]
  elapsedSeconds: number
}
export interface Journal {
  last: number
  place: string
  bytes: number | null
  version: number
  folded: number
  lag: number
  perMinute: { minute: string; events: number }[]
  events: { number: number; time: string; event: string; [field: string]: unknown }[]
}
export interface Cluster {
  cluster: string | null
  asked: string
  trouble: string | null
  nodes: {
    name: string
    address: string
    status: string
    roles: string[]
    slots: Slot[]
    losses: { cause: string; count: number }[]
    /** When it told of itself last. */
    answered: string | null
    /** It did not tell the last time that it was asked. */
    silent: boolean
  }[]
  searches: {
    name: string
    state: string
    space: string
    events: number
    ended: number
    pending: number
    budget: number | null
    best: number | null
    slots: number
    detail: string | null
  }[]
}

/** Medians and 99th percentiles in seconds: of the wait in the mailbox, and of the handling. */
export interface ActorTimes {
  waitMedian: number | null
  waitP99: number | null
  handlingMedian: number | null
  handlingP99: number | null
}
interface Measured {
  type: string
  depth: number
  stashed: number
  messages: number
  failures: number
  restarts: number
  times: ActorTimes | null
}
export interface ActorLine extends Measured {
  path: string
  subject: string | null
  current: string | null
  currentSeconds: number | null
  lastFailure: string | null
  failedSecondsAgo: number | null
  stuck: string | null
  recent: {
    type: string
    waitSeconds: number | null
    seconds: number
    failure: string | null
    secondsAgo: number
    payload: string | null
  }[]
}
export interface ActorTypeLine extends Measured {
  live: number
  stuck: number
}
export interface NodeActors {
  name: string
  address: string
  status: string
  silentSeconds: number | null
  refusal: string | null
  actorCount: number
  actors: ActorLine[]
  types: ActorTypeLine[]
  undelivered: { kind: string; type: string; to: string; from: string | null; secondsAgo: number }[]
  undeliveredCounts: Record<string, number>
}
export interface ActorsReport {
  nodes: NodeActors[]
}

/** An answer that is not the one asked for: what went wrong, and what to do about it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    title: string,
    readonly detail: string | null,
    readonly hint: string | null,
  ) {
    super(title)
  }
}

// Set by `main`: what to do when the server no longer knows the session.
export const onSignedOut = { call: () => {} }

const tokenKey = 'evonas-token'

/** The token is kept, in this tab only, where the server allows control: writes need it in a header. */
export const keptToken = (): string | null => sessionStorage.getItem(tokenKey)
export const keepToken = (token: string | null): void => {
  if (token === null) sessionStorage.removeItem(tokenKey)
  else sessionStorage.setItem(tokenKey, token)
}

export const searchPath = (name: string): string => `api/v1/searches/${encodeURIComponent(name)}`

async function failure(answer: Response): Promise<ApiError> {
  const text = (await answer.text()).slice(0, 4000)
  try {
    const problem = parse<{ title?: string; detail?: string | null; hint?: string | null }>(text)
    return new ApiError(
      answer.status,
      problem.title ?? `Status ${answer.status}`,
      problem.detail ?? null,
      problem.hint ?? null,
    )
  } catch {
    return new ApiError(answer.status, `The server answered ${answer.status}`, visible(text) || null, null)
  }
}

export async function request(path: string, options: RequestInit = {}): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(path, { credentials: 'same-origin', ...options })
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error
    throw new ApiError(0, 'The server does not answer', null, 'It is asked again as soon as it is reachable.')
  }
  if (answer.ok) return answer
  const error = await failure(answer)
  if (answer.status === 401 && !path.endsWith('/session')) onSignedOut.call()
  throw error
}

export const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  parse<T>(await (await request(path, { signal })).text())

/** Exchanges the token of the printed address for a session. */
export const signIn = async (token: string): Promise<Session> => {
  const answer = await request('api/v1/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  return parse<Session>(await answer.text())
}

/** Asks a search to do something. The key makes a repeated request harmless. */
export const order = async (search: string, verb: string, body: object): Promise<void> => {
  await request(`${searchPath(search)}/${verb}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${keptToken() ?? ''}`,
      'Idempotency-Key': crypto.randomUUID(),
    },
    body: JSON.stringify(body),
  })
}

/** A query string from what is set; lists repeat their key. */
export function query(values: Record<string, string | number | string[] | null | undefined>): string {
  const parts: string[] = []
  for (const [key, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) {
      parts.push(`${encodeURIComponent(key)}=${encodeURIComponent(String(one))}`)
    }
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}
