// One stream of events for the whole browser. Without TLS a browser opens at most six connections to a server, so
// the tabs elect a leader (Web Locks) which alone holds the stream and passes its messages on (BroadcastChannel).

import { parse } from './format'

export type Status = 'connecting' | 'live' | 'broken'
export interface Message {
  type: string
  data: unknown
}

export const kinds = [
  'hello',
  'evaluation',
  'state',
  'slot',
  'progress',
  'searches',
  'resync',
  'actors',
  'gone',
] as const

interface Source {
  onopen: ((event: Event) => void) | null
  onerror: ((event: Event) => void) | null
  addEventListener(type: string, listen: (event: MessageEvent<string>) => void): void
  close(): void
}
interface Surroundings {
  open(address: string): Source
  later(run: () => void, milliseconds: number): unknown
  cancel(timer: unknown): void
  random(): number
}
const browser: Surroundings = {
  open: address => new EventSource(address),
  later: (run, milliseconds) => setTimeout(run, milliseconds),
  cancel: timer => clearTimeout(timer as number),
  random: Math.random,
}

/** The n-th wait (from 0) before a reconnection: 1, 2, 4 … 30 s, each ± 25 % so that many tabs do not come at once. */
export const pause = (attempt: number, random: number): number =>
  Math.min(30_000, 1000 * 2 ** Math.min(attempt, 5)) * (0.75 + random / 2)

/** One stream that reconnects by itself and goes on after the last message that it saw. */
export class Connection {
  #source: Source | null = null
  #timer: unknown = null
  #attempt = 0
  #watched: string | null = null
  readonly #ids = new Map<string, string>()

  constructor(
    private readonly deliver: (message: Message) => void,
    private readonly tell: (status: Status) => void,
    private readonly around: Surroundings = browser,
  ) {}

  /** Which searches to hear of; none: summaries of all. */
  watch(names: readonly string[]): void {
    const wanted = [...new Set(names)].sort().slice(0, 8).join(',')
    if (wanted === this.#watched) return
    this.#watched = wanted
    this.#attempt = 0
    this.#connect()
  }

  /** Tries at once instead of waiting: the browser is online again. */
  hurry(): void {
    if (this.#timer === null) return
    this.#attempt = 0
    this.#connect()
  }

  close(): void {
    this.#stop()
    this.#watched = null
  }

  #stop(): void {
    if (this.#timer !== null) this.around.cancel(this.#timer)
    this.#timer = null
    this.#source?.close()
    this.#source = null
  }

  #connect(): void {
    this.#stop()
    const names = this.#watched ?? ''
    const after = names
      .split(',')
      .filter(name => this.#ids.has(name))
      .map(name => `${name}:${this.#ids.get(name)}`)
      .join(',')
    const search = names === '' ? '' : encodeURIComponent(names)
    const address = `api/v1/events?searches=${search}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`
    this.tell('connecting')
    const source = this.around.open(address)
    this.#source = source
    source.onopen = () => {
      this.#attempt = 0
      this.tell('live')
    }
    // EventSource gives up after an answer such as 503; it is always closed and opened by hand instead.
    source.onerror = () => {
      if (this.#source !== source) return
      this.#stop()
      this.tell('broken')
      this.#timer = this.around.later(() => {
        this.#timer = null
        this.#connect()
      }, pause(this.#attempt++, this.around.random()))
    }
    for (const kind of kinds) source.addEventListener(kind, event => this.#hear(kind, event))
  }

  #hear(type: string, event: MessageEvent<string>): void {
    for (const part of (event.lastEventId ?? '').split(',')) {
      const at = part.lastIndexOf(':')
      if (at > 0) this.#ids.set(part.slice(0, at), part.slice(at + 1))
    }
    let data: unknown
    try {
      data = parse(event.data)
    } catch {
      return // A message that is not JSON comes from a newer server; the others still count.
    }
    this.deliver({ type, data })
  }
}

type Line =
  | { kind: 'want'; tab: string; names: string[] }
  | { kind: 'bye'; tab: string }
  | { kind: 'leader' }
  | { kind: 'message'; message: Message }
  | { kind: 'status'; status: Status }

/** This tab's share of the browser's stream: says what it wants to hear of, and hears all that any tab wants. */
export class SharedStream {
  readonly #tab = crypto.randomUUID()
  readonly #channel: BroadcastChannel | null
  readonly #wants = new Map<string, { names: string[]; at: number }>()
  #leads = false
  #names: string[] = []
  #status: Status = 'connecting'
  readonly #summaries: Connection
  readonly #searches: Connection

  constructor(
    private readonly deliver: (message: Message) => void,
    private readonly tell: (status: Status) => void,
  ) {
    const spread = (message: Message) => {
      this.#send({ kind: 'message', message })
      this.deliver(message)
    }
    const status = (now: Status) => {
      this.#status = now
      this.#send({ kind: 'status', status: now })
      this.tell(now)
    }
    this.#summaries = new Connection(spread, now => this.#count() === 0 && status(now))
    this.#searches = new Connection(spread, status)
    const name = `evonas-stream:${location.pathname}`
    const sharing = 'locks' in navigator && 'BroadcastChannel' in globalThis
    this.#channel = sharing ? new BroadcastChannel(name) : null
    if (this.#channel === null) this.#lead()
    else {
      this.#channel.onmessage = event => this.#listen(event.data as Line)
      // The lock is held until the tab is closed; then the browser gives it to the next one.
      void navigator.locks.request(name, () => {
        this.#lead()
        return new Promise<void>(() => {})
      })
      addEventListener('pagehide', () => this.#send({ kind: 'bye', tab: this.#tab }))
      setInterval(() => this.#announce(), 10_000)
    }
    addEventListener('online', () => {
      this.#summaries.hurry()
      this.#searches.hurry()
    })
  }

  /** Names of searches; `*` for the summaries of all. */
  want(names: string[]): void {
    this.#names = names
    this.#announce()
  }

  #announce(): void {
    if (this.#leads) this.#open()
    else this.#send({ kind: 'want', tab: this.#tab, names: this.#names })
  }

  #lead(): void {
    this.#leads = true
    this.#send({ kind: 'leader' })
    this.#open()
  }

  #send(line: Line): void {
    this.#channel?.postMessage(line)
  }

  #listen(line: Line): void {
    switch (line.kind) {
      case 'want':
        if (!this.#leads) return
        if (!this.#wants.has(line.tab)) this.#send({ kind: 'status', status: this.#status })
        this.#wants.set(line.tab, { names: line.names, at: Date.now() })
        return this.#open()
      case 'bye':
        this.#wants.delete(line.tab)
        if (this.#leads) this.#open()
        return
      case 'leader':
        return this.#announce()
      case 'message':
        return this.deliver(line.message)
      case 'status':
        return this.tell(line.status)
    }
  }

  #wanted(): Set<string> {
    const all = new Set(this.#names)
    for (const [tab, { names, at }] of this.#wants) {
      // A tab that crashed says no goodbye. Hidden tabs may speak once a minute only.
      if (Date.now() - at > 150_000) this.#wants.delete(tab)
      else for (const name of names) all.add(name)
    }
    return all
  }

  #count(): number {
    return [...this.#wanted()].filter(name => name !== '*').length
  }

  #open(): void {
    const wanted = this.#wanted()
    if (wanted.delete('*')) this.#summaries.watch([])
    else this.#summaries.close()
    if (wanted.size > 0) this.#searches.watch([...wanted])
    else this.#searches.close()
  }
}
