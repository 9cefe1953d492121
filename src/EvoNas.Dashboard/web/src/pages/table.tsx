import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks'
import { get, query, type At, type Evaluation } from '../api'
import { count, duration, number, oneLine } from '../format'
import { go, href, param, set } from '../router'
import type { SearchModel } from '../store'
import { Birth, Empty, Gain, Loading, OutcomeText, Shown, Time, Trouble, useResource } from '../ui'
import { ChangeText } from './live'

interface Page {
  rows: Evaluation[]
  next: string | null
  total: number
  of: number
  event: number
}

interface Column {
  key: string
  name: string
  sort?: string
  width: number
  number?: boolean
  cell: (row: Evaluation, search: string) => preact.ComponentChildren
}

const fixed: Column[] = [
  { key: 'birth', name: 'Birth', sort: 'birth', width: 84, cell: (row, search) => <Birth search={search} birth={row.birth} /> },
  { key: 'outcome', name: 'Outcome', width: 150, cell: row => <OutcomeText row={row} /> },
  { key: 'fitness', name: 'Fitness', sort: 'fitness', width: 90, number: true, cell: row => number(row.fitness) },
  { key: 'gain', name: 'Gain', sort: 'gain', width: 104, number: true, cell: row => <Gain value={row.gain} /> },
]
const tail: Column[] = [
  { key: 'parent', name: 'Parent', width: 84, cell: (row, search) => <Birth search={search} birth={row.parent} /> },
  { key: 'mutation', name: 'Mutation', width: 280, cell: row => <ChangeText row={row} /> },
  { key: 'children', name: 'Children', sort: 'children', width: 80, number: true, cell: row => count(row.children) },
  { key: 'subtree', name: 'Descendants', sort: 'subtree', width: 100, number: true, cell: row => count(row.subtree) },
  { key: 'slot', name: 'Slot', width: 120, cell: row => (row.slot === null ? '–' : oneLine(row.slot, 24)) },
  { key: 'seconds', name: 'Took', sort: 'seconds', width: 100, number: true, cell: row => duration(row.seconds) },
  { key: 'ended', name: 'Ended', sort: 'ordinal', width: 160, cell: row => <Time at={row.endedTime} /> },
  { key: 'genotype', name: 'Genotype', width: 320, cell: row => <code title={oneLine(row.genotype, 600)}>{oneLine(row.genotype, 60)}</code> },
]

/** The parts of a filter: each `column op value`, joined by `&`. */
export const filterParts = (text: string): string[] =>
  text
    .split('&')
    .map(part => part.trim().replace(/\s*(>=|<=|!=|=|>|<|~)\s*/, '$1'))
    .filter(part => part !== '')

const rowHeight = 30

/** The rows that the view shows, with some above and below so that scrolling finds them drawn. */
export function inSight(top: number, height: number, count: number): { from: number; to: number } {
  const spare = 12
  const from = Math.max(0, Math.min(count, Math.floor(top / rowHeight) - spare))
  return { from, to: Math.min(count, Math.ceil((top + height) / rowHeight) + spare) }
}

function reveal(scroller: HTMLElement, row: number): void {
  // One row's height at the top is the head's.
  const [top, bottom] = [row * rowHeight, (row + 2) * rowHeight]
  if (top < scroller.scrollTop) scroller.scrollTop = top
  else if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight
}
const pageSize = 200
const metricsMax = 40

export function TablePage({ model }: { model: SearchModel }) {
  const detail = model.detail.value
  const sort = param('sort', '-birth')
  const filter = param('filter')
  const at = param('at')
  // Births count up with time, so the births of a moment are those up to a number.
  const moment = useResource<At>(at === '' ? null : `${model.path}/at/${encodeURIComponent(at)}`)
  const filters = [...filterParts(filter), ...(moment.data === null ? [] : [`birth<=${moment.data.births}`])]
  const [draft, setDraft] = useState(filter)
  useEffect(() => setDraft(filter), [filter])
  const metrics = (detail?.metrics ?? []).slice(0, metricsMax)
  const columns: Column[] = [
    ...fixed,
    ...metrics.map(
      (metric): Column => ({
        key: `metric ${metric.name}`,
        name: metric.name,
        sort: metric.name,
        width: 100,
        number: true,
        cell: row => number(row.metrics[metric.name]),
      }),
    ),
    ...tail,
  ]
  const exported = (format: string) => `${model.path}/export${query({ format, sort, filter: filters })}`
  return (
    <>
      <div class="page-head">
        <h1>Table</h1>
        <form
          class="filter"
          onSubmit={event => {
            event.preventDefault()
            set({ filter: draft }, true)
          }}
        >
          <input
            type="search"
            aria-label="Filter"
            placeholder="fitness>=0.7 & slot=slot-1 & genotype~k5   /"
            value={draft}
            onInput={event => setDraft((event.target as HTMLInputElement).value)}
          />
          <button>Filter</button>
        </form>
        <span class="spacer" />
        <a href={exported('csv')} download>
          CSV
        </a>
        <a href={exported('json')} download>
          JSON
        </a>
      </div>
      {at !== '' && <p class="note">Births up to the moment that is shown; their values are those of today.</p>}
      {at !== '' && moment.data === null ? (
        <Shown of={moment}>{() => null}</Shown>
      ) : (
        <Rows key={`${sort} ${filters.join('&')}`} model={model} columns={columns} sort={sort} filters={filters} />
      )}
    </>
  )
}

interface RowsProps {
  model: SearchModel
  columns: Column[]
  sort: string
  filters: string[]
}

/** All rows that match, of which only those in sight exist in the page. They are asked for page by page. */
function Rows({ model, columns, sort, filters }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useRef<Evaluation[]>([])
  const next = useRef<string | null>('')
  const busy = useRef(false)
  const [total, setTotal] = useState<{ total: number; of: number; event: number } | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [, redraw] = useReducer((n: number, _: void) => n + 1, 0)
  const [active, setActive] = useState(-1)
  const stop = useRef(new AbortController())

  const more = async (fresh = false) => {
    if (busy.current || (!fresh && next.current === null)) return
    busy.current = true
    try {
      const page = await get<Page>(
        `${model.path}/evaluations${query({
          sort,
          filter: filters,
          cursor: fresh ? null : next.current,
          size: pageSize,
        })}`,
        stop.current.signal,
      )
      rows.current = fresh ? page.rows : [...rows.current, ...page.rows]
      next.current = page.next
      setTotal({ total: page.total, of: page.of, event: page.event })
      setError(null)
    } catch (failure) {
      if ((failure as Error).name !== 'AbortError') setError(failure as Error)
    }
    busy.current = false
    redraw()
  }

  useEffect(() => {
    void more(true)
    return () => stop.current.abort()
  }, [])

  // Where the newest are at the top, and the reader is there too, new births appear by themselves.
  const event = model.event.value
  useEffect(() => {
    if (total === null || event <= total.event || (scroller.current?.scrollTop ?? 0) > rowHeight) return
    const timer = setTimeout(() => void more(true), 2000)
    return () => clearTimeout(timer)
  }, [event])

  const [view, setView] = useState({ top: 0, height: 800 })
  const look = () => {
    const element = scroller.current
    if (element !== null) setView({ top: element.scrollTop, height: element.clientHeight })
  }
  useLayoutEffect(() => {
    if (scroller.current === null) return
    const observer = new ResizeObserver(look)
    observer.observe(scroller.current)
    return () => observer.disconnect()
  }, [total === null])
  const shown = inSight(view.top, view.height, rows.current.length)
  const lastShown = shown.to
  useEffect(() => {
    if (rows.current.length > 0 && lastShown > rows.current.length - 60) void more()
  }, [lastShown, rows.current.length])

  const keys = (pressed: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }
    const by = steps[pressed.key]
    if (by !== undefined) {
      const to = Math.max(0, Math.min(rows.current.length - 1, active + by))
      setActive(to)
      reveal(scroller.current!, to)
    } else if (pressed.key === 'Enter' && rows.current[active] !== undefined) {
      go(href('candidate', model.name, rows.current[active].birth))
    } else return
    pressed.preventDefault()
  }

  if (error !== null && rows.current.length === 0) return <Trouble error={error} retry={() => void more(true)} />
  if (total === null) return <Loading height={400} />
  const template = columns.map(column => `${column.width}px`).join(' ')
  const width = columns.reduce((sum, column) => sum + column.width, 0)
  const [sortKey, down] = sort.startsWith('-') ? [sort.slice(1), true] : [sort, false]
  return (
    <section class="card flush">
      <div
        class="virtual"
        ref={scroller}
        tabIndex={0}
        onScroll={look}
        role="grid"
        aria-rowcount={total.total + 1}
        aria-colcount={columns.length}
        aria-label={`${count(total.total)} candidates`}
        onKeyDown={keys}
      >
        <div class="virtual-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template, width: `${width}px` }}>
          {columns.map(column => (
            <div
              key={column.key}
              role="columnheader"
              class={column.number ? 'number' : undefined}
              aria-sort={column.sort === sortKey ? (down ? 'descending' : 'ascending') : undefined}
            >
              {column.sort === undefined ? (
                oneLine(column.name, 40)
              ) : (
                <button
                  class="sort"
                  onClick={() =>
                    set({ sort: column.sort === sortKey && down ? column.sort! : `-${column.sort}` }, true)
                  }
                >
                  {oneLine(column.name, 40)}
                  {column.sort === sortKey ? (down ? ' ↓' : ' ↑') : ''}
                </button>
              )}
            </div>
          ))}
        </div>
        <div class="virtual-body" role="rowgroup" style={{ height: `${rows.current.length * rowHeight}px`, width: `${width}px` }}>
          {rows.current.slice(shown.from, shown.to).map((row, i) => {
            const index = shown.from + i
            return (
              <div
                key={row.birth}
                role="row"
                aria-rowindex={index + 2}
                class={`virtual-row ${index === active ? 'active' : ''}`}
                style={{ transform: `translateY(${index * rowHeight}px)`, gridTemplateColumns: template }}
                onClick={() => setActive(index)}
              >
                {columns.map(column => (
                  <div key={column.key} role="gridcell" class={column.number ? 'number' : undefined}>
                    {column.cell(row, model.name)}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
        {rows.current.length === 0 && (
          <Empty title={total.of === 0 ? 'No candidate was born yet' : 'No candidate matches the filter'}>
            {filters.length > 0 && <button onClick={() => set({ filter: null }, true)}>Show all</button>}
          </Empty>
        )}
      </div>
      <p class="note">
        {count(total.total)} of {count(total.of)} candidates match
        {rows.current.length < total.total ? `; ${count(rows.current.length)} are loaded, more come while you scroll` : ''}.
        {error !== null && <span class="trouble"> {oneLine(error.message, 200)}</span>}
      </p>
    </section>
  )
}
