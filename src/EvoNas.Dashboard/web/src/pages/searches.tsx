import { useEffect } from 'preact/hooks'
import type { SearchSummary } from '../api'
import { count, duration, number, oneLine, percent } from '../format'
import { go, href, param, set } from '../router'
import { loadSearches, searches, searchesError, searchesTrouble, session } from '../store'
import { Ago, Bar, Birth, Empty, Left, Loading, Select, StateBadge, Trouble } from '../ui'

const sorts: Record<string, (a: SearchSummary, b: SearchSummary) => number> = {
  'last event': (a, b) => (b.lastEventAt ?? '').localeCompare(a.lastEventAt ?? ''),
  name: (a, b) => a.name.localeCompare(b.name),
  best: (a, b) => (b.announced?.fitness ?? -Infinity) - (a.announced?.fitness ?? -Infinity),
  evaluations: (a, b) => b.ended - a.ended,
  'time left': (a, b) => (a.secondsLeft?.median ?? Infinity) - (b.secondsLeft?.median ?? Infinity),
}

export function Searches() {
  const all = searches.value
  // Summaries come by the stream; where it is broken, they are asked for.
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) void loadSearches()
    }, 30_000)
    return () => clearInterval(timer)
  }, [])
  if (all === null) {
    return searchesError.value === null ? (
      <Loading height={300} />
    ) : (
      <Trouble error={searchesError.value} retry={() => void loadSearches()} />
    )
  }
  const text = param('q').toLowerCase()
  const state = param('state')
  const sort = param('sort', 'last event')
  const chosen = new Set(param('names').split(',').filter(name => all.some(one => one.name === name)))
  const shown = all
    .filter(
      one =>
        (state === '' || one.state === state) &&
        (text === '' ||
          [one.name, one.space, one.objective, one.detail].some(part => part?.toLowerCase().includes(text))),
    )
    .sort(sorts[sort] ?? sorts['last event']!)
  const choose = (name: string) => {
    if (chosen.has(name)) chosen.delete(name)
    else if (chosen.size < 8) chosen.add(name)
    set({ names: [...chosen].join(',') })
  }
  const states = [...new Set(all.map(one => one.state))].sort()
  const running = all.filter(one => one.state === 'running').length
  return (
    <>
      <div class="page-head">
        <h1>Searches</h1>
        <span class="muted">
          {count(all.length)} {all.length === 1 ? 'search' : 'searches'}, {count(running)} running
        </span>
        <span class="spacer" />
        <input
          type="search"
          placeholder="Filter  /"
          aria-label="Filter by name, space, objective or reason"
          value={param('q')}
          onInput={event => set({ q: (event.target as HTMLInputElement).value })}
        />
        <Select
          label="State"
          value={state}
          options={[['', 'all'], ...states.map((one): [string, string] => [one, one])]}
          onChange={value => set({ state: value })}
        />
        <Select label="Sort by" value={sort} options={Object.keys(sorts)} onChange={value => set({ sort: value })} />
        <button
          class="primary"
          disabled={chosen.size < 2}
          title="Choose two to eight searches"
          onClick={() => go(href('compare', null, null, { names: [...chosen].join(',') }))}
        >
          Compare{chosen.size > 0 ? ` (${chosen.size})` : ''}
        </button>
      </div>
      {searchesTrouble.value !== null && <p class="trouble">{oneLine(searchesTrouble.value, 400)}</p>}
      {all.length === 0 ? (
        <Empty title="There is no search yet">
          Start one with <code>evonas search</code>
          {session.value?.cluster ? ` --cluster ${session.value.cluster}` : ''}; it appears here by itself.
        </Empty>
      ) : shown.length === 0 ? (
        <Empty title="No search matches">
          <button onClick={() => set({ q: null, state: null })}>Show all</button>
        </Empty>
      ) : (
        <section class="card flush">
          <div class="scroll" tabIndex={0} role="region" aria-label="Searches">
            <table class="rows searches">
              <thead>
                <tr>
                  <th scope="col">
                    <span class="hidden-text">Compare</span>
                  </th>
                  <th scope="col">Search</th>
                  <th scope="col">State</th>
                  <th scope="col" class="number">
                    Best
                  </th>
                  <th scope="col">Budget</th>
                  <th scope="col" class="number">
                    Per hour
                  </th>
                  <th scope="col">Time left</th>
                  <th scope="col" class="number">
                    Slots
                  </th>
                  <th scope="col">Last event</th>
                </tr>
              </thead>
              <tbody>
                {shown.map(one => (
                  <Row key={one.name} search={one} chosen={chosen.has(one.name)} choose={() => choose(one.name)} />
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </>
  )
}

function Row({ search: one, chosen, choose }: { search: SearchSummary; chosen: boolean; choose: () => void }) {
  const best = one.announced
  const why = one.detail ?? one.finishedDetail
  return (
    <tr onKeyDown={walk}>
      <td data-name="Compare">
        <input type="checkbox" checked={chosen} onChange={choose} aria-label={`Compare ${one.name}`} />
      </td>
      <td data-name="Search">
        <a class="strong" href={href('live', one.name)}>
          {one.name}
        </a>
        <div class="sub">{oneLine([one.space, one.objective].filter(part => part !== null).join(' · '), 90)}</div>
      </td>
      <td data-name="State">
        <StateBadge state={one.state} />
        {why !== null && <div class="sub why" title={oneLine(why, 600)}>{oneLine(why, 160)}</div>}
      </td>
      <td data-name="Best" class="number">
        {best === null ? (
          <span class="muted">–</span>
        ) : (
          <>
            {number(best.fitness)}
            <div class="sub">
              <Birth search={one.name} birth={best.birth} />
              {one.winner != null && ` ± ${number((one.winner.high - one.winner.low) / 2, 2)}`}
            </div>
          </>
        )}
      </td>
      <td data-name="Budget" class="budget">
        {one.spent !== null && <Bar share={one.spent} label={`${percent(one.spent)} of the budget spent`} />}
        <div class="sub">{budgetText(one)}</div>
      </td>
      <td data-name="Per hour" class="number">
        {number(one.perHour, 3)}
      </td>
      <td data-name="Time left"><Left of={one.state === 'finished' ? null : one.secondsLeft} /></td>
      <td data-name="Slots" class="number">
        {count(one.slots)}
      </td>
      <td data-name="Last event">
        <Ago at={one.lastEventAt} />
      </td>
    </tr>
  )
}

export function budgetText(one: SearchSummary): string {
  const of = one.budget
  const parts: string[] = []
  if (of?.evaluations != null && one.rungs != null) parts.push(`of ${count(of.evaluations)} full trainings`)
  else if (of?.evaluations != null) parts.push(`${count(one.ended)} of ${count(of.evaluations)}`)
  else parts.push(`${count(one.ended)} evaluations`)
  if (of?.hours != null) parts.push(`${duration(one.elapsedSeconds)} of ${duration(of.hours * 3600)}`)
  if (of?.slotHours != null) parts.push(`${duration(one.slotSeconds)} of ${duration(of.slotHours * 3600)} of slots`)
  return parts.join(' · ')
}

/** Arrow keys go from row to row. */
export function walk(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const row = event.currentTarget as HTMLElement
  const next = (event.key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling) as HTMLElement | null
  const target = next?.querySelector<HTMLElement>('a')
  if (!target) return
  event.preventDefault()
  target.focus()
}
