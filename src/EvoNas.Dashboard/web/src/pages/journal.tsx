import { useMemo } from 'preact/hooks'
import { query, type Journal } from '../api'
import type { Layer } from '../charts/layers'
import { Plot } from '../charts/plot'
import { bytes, count, oneLine } from '../format'
import { param, set } from '../router'
import type { SearchModel } from '../store'
import { Birth, Card, Empty, Fact, Guard, Long, Shown, Time, useResource } from '../ui'

const size = 100

export function JournalPage({ model }: { model: SearchModel }) {
  const before = param('before')
  const at = param('at')
  const bound = before || (at === '' ? '' : String(Number(at) + 1))
  const answer = useResource<Journal>(
    `${model.path}/journal${query({ before: bound, size })}`,
    bound === '' ? model.event.value : 0,
    3000,
  )
  return (
    <>
      <div class="page-head">
        <h1>Journal</h1>
        <span class="spacer" />
        {at === '' && (model.detail.value?.events ?? 0) > 0 && (
          <button class="quiet" onClick={() => set({ at: String(model.detail.value!.events) }, true)}>
            Go back in time
          </button>
        )}
      </div>
      <Shown of={answer} height={400}>
        {data => <Content model={model} data={data} before={before} />}
      </Shown>
    </>
  )
}

function Content({ model, data, before }: { model: SearchModel; data: Journal; before: string }) {
  const layers = useMemo(
    (): Layer[] => [
      {
        kind: 'step',
        name: 'events a minute',
        x: data.perMinute.map(one => Date.parse(one.minute)),
        y: data.perMinute.map(one => one.events),
        color: '--c1',
      },
    ],
    [data.perMinute],
  )
  const first = data.events[0]?.number ?? 0
  return (
    <>
      <dl class="facts">
        <Fact name="Events">{count(data.last)}</Fact>
        <Fact name="Size">{bytes(data.bytes)}</Fact>
        <Fact name="Folded by the dashboard">
          {count(data.folded)}
          <small>{data.lag === 0 ? 'up to date' : `${count(data.lag)} behind`}</small>
        </Fact>
        <Fact name="Place">
          <small class="text">{oneLine(data.place, 200)}</small>
        </Fact>
      </dl>
      <div class="grid">
        {data.perMinute.length > 1 && (
          <div class="wide">
            <Guard name="Events a minute">
              <Plot
                title="Events a minute"
                name={`${model.name}-journal`}
                layers={layers}
                x={{ name: 'Time', time: true }}
                y={{ name: 'events', range: [0, Math.max(...data.perMinute.map(one => one.events))] }}
                height={170}
                summary={`The last ${data.perMinute.length} minutes with events.`}
              />
            </Guard>
          </div>
        )}
        <Card
          title={before === '' ? 'Last events' : `Events before ${count(Number(before))}`}
          wide
          tools={
            <>
              {before !== '' && <button onClick={() => set({ before: null }, true)}>Newest</button>}
              <button disabled={first <= 1} onClick={() => set({ before: String(first) }, true)}>
                Older
              </button>
            </>
          }
        >
          {data.events.length === 0 ? (
            <Empty title="No event" />
          ) : (
            <div class="scroll" tabIndex={0} role="region" aria-label="Events">
              <table class="rows dense">
                <thead>
                  <tr>
                    <th scope="col" class="number">
                      Event
                    </th>
                    <th scope="col">Time</th>
                    <th scope="col">Kind</th>
                    <th scope="col">Birth</th>
                    <th scope="col">Content</th>
                    <th scope="col">
                      <span class="hidden-text">Moment</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {[...data.events].reverse().map(event => (
                    <EventRow key={event.number} search={model.name} event={event} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Card>
      </div>
    </>
  )
}

function EventRow({ search, event }: { search: string; event: Journal['events'][number] }) {
  const { number, time, event: kind, ...rest } = event
  const birth = typeof rest['birth'] === 'number' ? rest['birth'] : null
  delete rest['birth']
  return (
    <tr>
      <td data-name="Event" class="number">
        {count(number)}
      </td>
      <td data-name="Time">
        <Time at={time} />
      </td>
      <td data-name="Kind">{oneLine(kind, 40)}</td>
      <td data-name="Birth">
        <Birth search={search} birth={birth} />
      </td>
      <td data-name="Content">
        <code>
          <Long text={JSON.stringify(rest)} max={160} />
        </code>
      </td>
      <td data-name="Moment">
        <button class="link" onClick={() => set({ at: String(number) }, true)} title="See the search as it was then">
          as of then
        </button>
      </td>
    </tr>
  )
}
