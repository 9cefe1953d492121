import type { MutationStats } from '../api'
import { Heat } from '../charts/heat'
import { count, gain, oneLine, percent } from '../format'
import { param, set } from '../router'
import type { SearchModel } from '../store'
import { Card, Empty, Gain, Guard, Shown, useResource } from '../ui'

export function Mutations({ model }: { model: SearchModel }) {
  const answer = useResource<{ event: number; decisions: MutationStats[] }>(
    `${model.path}/mutations`,
    model.event.value,
    15_000,
  )
  return (
    <>
      <div class="page-head">
        <h1>Mutations</h1>
        {answer.data !== null && (
          <span class="muted">{count(answer.data.decisions.reduce((sum, one) => sum + one.tried, 0))} tried</span>
        )}
      </div>
      <Shown of={answer} height={400}>
        {({ decisions }) =>
          decisions.length === 0 ? (
            <Empty title="No mutation was tried yet">All candidates so far were drawn at random.</Empty>
          ) : (
            <Content model={model} decisions={decisions} />
          )
        }
      </Shown>
    </>
  )
}

function Content({ model, decisions }: { model: SearchModel; decisions: MutationStats[] }) {
  const chosen = decisions.find(one => one.decision === param('of')) ?? decisions[0]!
  const bounds = Math.max(1e-12, ...decisions.flatMap(one => [Math.abs(one.low ?? 0), Math.abs(one.high ?? 0)]))
  return (
    <div class="grid">
      <Card
        title="By decision"
        wide
        note="Gain: fitness of the child less that of its parent. The bar is the mean with its 95 % interval; the line in the middle is no gain."
      >
        <div class="scroll" tabIndex={0} role="region" aria-label="Mutations by decision">
          <table class="rows dense">
            <thead>
              <tr>
                <th scope="col">Decision</th>
                <th scope="col" class="number">
                  Tried
                </th>
                <th scope="col" class="number">
                  Scored
                </th>
                <th scope="col" class="number">
                  Gained
                </th>
                <th scope="col" class="number">
                  Mean gain
                </th>
                <th scope="col">95 % interval</th>
              </tr>
            </thead>
            <tbody>
              {decisions.slice(0, 500).map(one => (
                <tr key={one.decision} class={one === chosen ? 'active' : undefined}>
                  <td data-name="Decision">
                    <button
                      class="link"
                      aria-pressed={one === chosen}
                      onClick={() => set({ of: one.decision }, true)}
                    >
                      {oneLine(one.decision, 60)}
                    </button>
                  </td>
                  <td data-name="Tried" class="number">
                    {count(one.tried)}
                  </td>
                  <td data-name="Scored" class="number">
                    {count(one.scored)}
                  </td>
                  <td data-name="Gained" class="number">
                    {count(one.gained)} ({percent(one.scored === 0 ? null : one.gained / one.scored)})
                  </td>
                  <td data-name="Mean gain" class="number">
                    <Gain value={one.mean} />
                  </td>
                  <td data-name="95 % interval">
                    <Interval low={one.low} mean={one.mean} high={one.high} bounds={bounds} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Card>
      <div class="wide">
        <Guard name="From and to">
          <Matrix model={model} of={chosen} />
        </Guard>
      </div>
    </div>
  )
}

interface IntervalProps {
  low: number | null
  mean: number | null
  high: number | null
  bounds: number
}

function Interval({ low, mean, high, bounds }: IntervalProps) {
  if (mean === null) return <span class="muted">–</span>
  const [width, height] = [180, 16]
  const x = (value: number) => width / 2 + (value / bounds) * (width / 2 - 4)
  return (
    <svg class="interval" width={width} height={height} role="img" aria-label={`${gain(low)} to ${gain(high)}`}>
      <line x1={width / 2} x2={width / 2} y1={0} y2={height} class="zero" />
      {low !== null && high !== null && <line x1={x(low)} x2={x(high)} y1={height / 2} y2={height / 2} class="span" />}
      <circle cx={x(mean)} cy={height / 2} r={3.5} class={mean >= 0 ? 'up' : 'down'} />
    </svg>
  )
}

function Matrix({ model, of }: { model: SearchModel; of: MutationStats }) {
  const values = [...new Set(of.transitions.flatMap(one => [one.from, one.to]))]
  if (values.length === 0) return null
  const at = new Map(of.transitions.map(one => [`${one.from}\u0000${one.to}`, one]))
  const find = (from: string, to: string) => at.get(`${from}\u0000${to}`)
  return (
    <Heat
      title={`From → to: ${oneLine(of.decision, 60)}`}
      name={`${model.name}-${of.decision}-from-to`}
      rows={values}
      columns={values}
      values={values.map(from => values.map(to => find(from, to)?.mean ?? null))}
      format={value => gain(value)}
      rowName="from"
      columnName="to"
      valueName="mean gain"
      describe={(r, c) => {
        const one = find(values[r]!, values[c]!)
        return one === undefined
          ? ['never tried']
          : [`tried ${count(one.tried)}, scored ${count(one.scored)}, gained ${count(one.gained)}`]
      }}
      summary={`${of.transitions.length} different changes of ${of.decision}.`}
      note="Rows: the parent’s value. Columns: the child’s."
    />
  )
}
