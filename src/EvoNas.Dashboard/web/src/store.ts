// What the page knows. All cards read from here, so two of them never show different moments.

import { batch, signal, type Signal } from '@preact/signals'
import {
  ApiError,
  get,
  query,
  request,
  searchPath,
  type Evaluation,
  type Report,
  type SearchDetail,
  type SearchSummary,
  type Session,
  type Slot,
} from './api'
import { decode, Table } from './columns'
import type { Zone } from './format'
import { SharedStream, type Message, type Status } from './stream'

export const session = signal<Session | null>(null)
export const signedOut = signal(false)
export const searches = signal<SearchSummary[] | null>(null)
export const searchesTrouble = signal<string | null>(null)
export const status = signal<Status>('connecting')
export const lastMessageAt = signal(0)
export const frozen = signal(false)
export const actorsMessage = signal<unknown>(null)

/** Milliseconds of the server's clock, by the second; durations such as "3 min ago" are told by it. */
export const now = signal(Date.now())
let clockOffset = 0
export const setClock = (server: string): void => {
  const there = Date.parse(server)
  if (Number.isFinite(there)) clockOffset = there - Date.now()
  now.value = Date.now() + clockOffset
}
export const startClock = (): unknown =>
  setInterval(() => {
    if (!document.hidden) now.value = Math.floor(Date.now() + clockOffset)
  }, 1000)

const stored = (key: string): string | null => {
  try {
    return localStorage.getItem(key)
  } catch {
    return null // Storage can be switched off; the page works without it.
  }
}
export const store = (key: string, value: string | null): void => {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // As above.
  }
}

export const zone = signal<Zone>(stored('evonas-zone') === 'utc' ? 'utc' : 'local')
export type Scheme = 'auto' | 'light' | 'dark'
const scheme0 = stored('evonas-scheme')
export const scheme = signal<Scheme>(scheme0 === 'light' || scheme0 === 'dark' ? scheme0 : 'auto')

const recentMax = 200

/** Told of new rows. Null means that rows up to `event` may have been missed: ask again, unless they are there. */
export type Listener = (rows: Evaluation[] | null, event: number) => void

/** One search, as far as this tab looked at it. */
export class SearchModel {
  readonly detail = signal<SearchDetail | null>(null)
  readonly error = signal<Error | null>(null)
  readonly slots = signal<Slot[]>([])
  readonly report = signal<Report>('none')
  /** The newest event that the stream told. */
  readonly event = signal(0)
  /** The last candidates that were born or ended, the newest first. */
  readonly recent = signal<Evaluation[]>([])
  readonly table = new Table()
  /** Counts the changes of the table. */
  readonly tableVersion = signal(0)
  readonly tableError = signal<Error | null>(null)
  readonly gone = signal(false)
  /** Counts how often rows may have been missed. */
  readonly resyncs = signal(0)
  readonly #listeners = new Set<Listener>()
  readonly #needed = new Set<string>()
  #loading: Promise<void> | null = null
  #again = false
  #columnsTimer: unknown = null
  #detailTimer: unknown = null
  #asked = 0

  constructor(readonly name: string) {}

  get path(): string {
    return searchPath(this.name)
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async load(): Promise<void> {
    const asked = ++this.#asked
    try {
      const detail = await get<SearchDetail>(this.path)
      if (asked !== this.#asked) return // A later question was answered already.
      batch(() => {
        this.detail.value = detail
        this.slots.value = detail.slotList
        this.report.value = detail.report
        this.error.value = null
      })
    } catch (error) {
      if (asked === this.#asked) this.error.value = error as Error
    }
  }

  apply({ type, data }: Message): void {
    switch (type) {
      case 'evaluation': {
        const { event, rows } = data as { event: number; rows: Evaluation[] }
        // After a reconnection, or from two leaders in a row, a message may come twice.
        if (frozen.value || event <= this.event.value) return
        this.event.value = event
        this.#take(rows)
        for (const listener of this.#listeners) listener(rows, event)
        this.#stale()
        return
      }
      case 'state': {
        const summary = data as SearchSummary
        const before = this.detail.value
        if (before !== null) this.detail.value = { ...before, ...summary }
        if (before !== null && before.state !== summary.state) this.#refreshDetail(0)
        return
      }
      case 'slot': {
        const { slots, report } = data as { slots: Slot[]; report: Report }
        batch(() => {
          this.slots.value = slots
          this.report.value = report
        })
        return
      }
      case 'progress': {
        const { slots } = data as { slots: Pick<Slot, 'name' | 'birth' | 'seconds' | 'progress'>[] }
        const news = new Map(slots.map(slot => [slot.name, slot]))
        this.slots.value = this.slots.value.map(slot => {
          const one = news.get(slot.name)
          return one !== undefined && one.birth === slot.birth ? { ...slot, ...one } : slot
        })
        return
      }
      case 'resync':
        if (!frozen.value) this.resync()
        return
      case 'gone':
        this.gone.value = true
        return
    }
  }

  #take(rows: Evaluation[]): void {
    const fresh = new Set(rows.map(row => row.birth))
    this.recent.value = [...[...rows].reverse(), ...this.recent.value.filter(row => !fresh.has(row.birth))].slice(
      0,
      recentMax,
    )
  }

  /** Asks for all that may have been missed. */
  resync(): void {
    batch(() => {
      // What was missed belongs between these and the next ones.
      this.recent.value = []
      this.resyncs.value++
    })
    this.#refreshDetail(0)
    if (this.#needed.size > 0) void this.#fetchColumns()
    for (const listener of this.#listeners) listener(null, Infinity)
  }

  /** The stream begins at this event. One that goes on repeats what was missed, or says `resync`. */
  begin(event: number): void {
    if (this.event.value > 0) return
    this.event.value = event
    if (this.#needed.size > 0 && this.table.event < event) void this.#fetchColumns()
    for (const listener of this.#listeners) listener(null, event)
  }

  #stale(): void {
    this.#refreshDetail(5000)
    if (this.#needed.size === 0 || this.#columnsTimer !== null) return
    this.#columnsTimer = setTimeout(() => {
      this.#columnsTimer = null
      void this.#fetchColumns()
    }, 2000)
  }

  #refreshDetail(wait: number): void {
    if (wait === 0) return void this.load()
    if (this.#detailTimer !== null) return
    this.#detailTimer = setTimeout(() => {
      this.#detailTimer = null
      void this.load()
    }, wait)
  }

  /** Keeps these columns loaded. The table's version changes when they are there, and with every increment. */
  need(names: string[]): void {
    const missing = names.filter(name => !this.#needed.has(name))
    if (missing.length === 0) return
    for (const name of missing) this.#needed.add(name)
    void this.#fetchColumns()
  }

  /** Forgets the columns: no page needs them any more. */
  forget(): void {
    this.#needed.clear()
  }

  #fetchColumns(): Promise<void> {
    if (this.#loading !== null) {
      this.#again = true
      return this.#loading
    }
    this.#loading = this.#ask().finally(() => {
      this.#loading = null
      if (this.#again) {
        this.#again = false
        void this.#fetchColumns()
      }
    })
    return this.#loading
  }

  async #ask(): Promise<void> {
    try {
      const missing = [...this.#needed].filter(name => !this.table.has(name))
      // Two questions: an increment of what is there, and the whole of what is new. Columns that came at different
      // events would have different lengths, so new columns mean that the old ones are brought up to date first.
      const have = this.table.names.filter(name => name !== 'birth')
      if (this.table.count > 0 && missing.length === 0) {
        this.table.update(await this.#columns([...have], this.table.event))
      } else {
        this.table.replace(await this.#columns([...new Set([...have, ...missing])], 0))
      }
      batch(() => {
        this.tableError.value = null
        this.tableVersion.value++
      })
    } catch (error) {
      this.tableError.value = error as Error
    }
  }

  async #columns(names: string[], after: number) {
    const list = names.filter(name => name !== 'birth').join(',')
    const answer = await request(`${this.path}/columns${query({ names: list, after: after || null })}`)
    return decode(await answer.arrayBuffer())
  }
}

const models = new Map<string, SearchModel>()
const modelsMax = 8

/** The model of a search; the same for all who ask. */
export function model(name: string): SearchModel {
  const known = models.get(name)
  if (known !== undefined) return known
  const made = new SearchModel(name)
  models.set(name, made)
  // A tab that stays open for weeks and visits many searches keeps the last few only.
  if (models.size > modelsMax) models.delete(models.keys().next().value!)
  void made.load()
  return made
}

interface Hello {
  version: string
  projection: number
  ids: Record<string, number> | null
}
let greeting: string | null = null

export function deliver(message: Message): void {
  lastMessageAt.value = Date.now()
  switch (message.type) {
    case 'hello': {
      const { version, projection, ids } = message.data as Hello
      const mine = `${version}/${projection}`
      // Another version of the server, or a projection that was built anew: what is known may be wrong.
      if (greeting !== null && greeting !== mine) {
        for (const one of models.values()) one.resync()
        void loadSearches()
      }
      greeting = mine
      for (const [name, event] of Object.entries(ids ?? {})) models.get(name)?.begin(event)
      return
    }
    case 'searches':
      searches.value = (message.data as { searches: SearchSummary[] }).searches
      return
    case 'actors':
      actorsMessage.value = message.data
      return
  }
  const data = message.data as { search?: string; name?: string }
  const name = data.search ?? data.name
  if (message.type === 'state') replaceSummary(message.data as SearchSummary)
  if (name !== undefined) models.get(name)?.apply(message)
}

function replaceSummary(summary: SearchSummary): void {
  const all = searches.value
  if (all !== null) searches.value = all.map(one => (one.name === summary.name ? summary : one))
}

export const searchesError: Signal<Error | null> = signal(null)

export async function loadSearches(): Promise<void> {
  try {
    const answer = await get<{ searches: SearchSummary[]; now: string; trouble: string | null }>('api/v1/searches')
    batch(() => {
      searches.value = answer.searches
      searchesTrouble.value = answer.trouble
      searchesError.value = null
      setClock(answer.now)
    })
  } catch (error) {
    searchesError.value = error as Error
  }
}

let stream: SharedStream | null = null

/** Opens the stream, once. */
export function listen(): SharedStream {
  stream ??= new SharedStream(deliver, next => {
    const before = status.value
    status.value = next
    // While the connection was broken, summaries may have changed that no message will repeat.
    if (next === 'live' && before === 'broken') void loadSearches()
  })
  return stream
}

/** Continues the flow after a pause: what was held back is asked for. */
export function unfreeze(): void {
  frozen.value = false
  for (const one of models.values()) one.resync()
}

export const isMissing = (error: Error | null): boolean => error instanceof ApiError && error.status === 404
