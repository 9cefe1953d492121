import { query, type Decisions, type DecisionStats, type Pair, type SearchDetail } from '../api'
import { Heat } from '../charts/heat'
import { count, number, oneLine, percent } from '../format'
import { go, href, param, set } from '../router'
import type { SearchModel } from '../store'
import { Bar, Birth, Card, Empty, Guard, Select, Shown, useResource } from '../ui'

const measures: Record<string, string> = {
  count: 'births',
  shrunken: 'shrunken mean',
  mean: 'mean fitness',
  best: 'best fitness',
}

export function Space({ model }: { model: SearchModel }) {
  const answer = useResource<Decisions>(`${model.path}/decisions`, model.event.value, 15_000)
  return (
    <>
      <div class="page-head">
        <h1>Space</h1>
        {answer.data !== null && (
          <span class="muted">
            {count(answer.data.decisions.length)} decisions, {count(answer.data.of)} candidates with a score
          </span>
        )}
      </div>
      <Shown of={answer} height={400}>
        {data =>
          data.decisions.length === 0 ? (
            <Empty title={data.known ? 'No decision was taken yet' : 'The space is not known here'}>
              {data.known ? '' : 'Its decisions cannot be told from the genotypes.'}
            </Empty>
          ) : (
            <Content model={model} data={data} />
          )
        }
      </Shown>
    </>
  )
}

function Content({ model, data }: { model: SearchModel; data: Decisions }) {
  const ranked = [...data.decisions].sort((a, b) => (b.importance ?? -1) - (a.importance ?? -1))
  const chosen = data.decisions.find(one => one.id === param('of')) ?? ranked[0]!
  return (
    <div class="grid">
      <Importance ranked={ranked} chosen={chosen} />
      <Candidates model={model} of={chosen} />
      <div class="wide">
        <Guard name="Decisions and their candidates">
          <Map model={model} decisions={data.decisions} detail={model.detail.value} />
        </Guard>
      </div>
      <div class="wide">
        <Guard name="Share over time">
          <Shares of={chosen} />
        </Guard>
      </div>
      <div class="wide">
        <Guard name="Two decisions">
          <TwoDecisions model={model} decisions={data.decisions} first={chosen} ranked={ranked} />
        </Guard>
      </div>
    </div>
  )
}

function Importance({ ranked, chosen }: { ranked: DecisionStats[]; chosen: DecisionStats }) {
  return (
    <Card
      title="Importance"
      note="Share of the variance of the fitness that the decision alone explains (ω²). Small with few candidates: mind n."
    >
      <div class="scroll short" tabIndex={0} role="region" aria-label="Importance of the decisions">
        <table class="rows dense">
          <tbody>
            {ranked.slice(0, 300).map(one => (
              <tr key={one.id} class={one === chosen ? 'active' : undefined}>
                <td data-name="Decision">
                  <button class="link" onClick={() => set({ of: one.id }, true)} aria-pressed={one === chosen}>
                    {oneLine(one.id, 60)}
                  </button>
                </td>
                <td data-name="Importance">{one.importance !== null && <Bar share={one.importance} />}</td>
                <td data-name="Share" class="number">
                  {percent(one.importance, 1)}
                </td>
                <td data-name="n" class="number muted">
                  n = {count(one.n)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

function Candidates({ model, of }: { model: SearchModel; of: DecisionStats }) {
  return (
    <Card title={`Candidates of ${oneLine(of.id, 60)}`}>
      <div class="scroll short" tabIndex={0} role="region" aria-label="Candidates of the decision">
        <table class="rows dense">
          <thead>
            <tr>
              <th scope="col">Value</th>
              <th scope="col" class="number">
                Births
              </th>
              <th scope="col" class="number" title="The mean, drawn towards that of all where there are few">
                Shrunken mean
              </th>
              <th scope="col" class="number">
                Best
              </th>
            </tr>
          </thead>
          <tbody>
            {of.candidates.map(one => (
              <tr key={one.value}>
                <td data-name="Value">
                  <a href={href('table', model.name, null, { filter: `decision.${of.id}=${one.value}`, sort: '-fitness' })}>
                    {oneLine(one.value, 60)}
                  </a>
                </td>
                <td data-name="Births" class="number">
                  {count(one.count)}
                </td>
                <td data-name="Shrunken mean" class="number">
                  {number(one.shrunken)}
                </td>
                <td data-name="Best" class="number">
                  {number(one.best)} <Birth search={model.name} birth={one.bestBirth} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

interface MapProps {
  model: SearchModel
  decisions: DecisionStats[]
  detail: SearchDetail | null
}

/** Decisions as rows; their candidates as columns by position, as every decision has its own values. */
function Map({ model, decisions }: MapProps) {
  const measure = param('measure', 'shrunken') as 'count' | 'shrunken' | 'mean' | 'best'
  const rows = decisions.slice(0, 120)
  const width = Math.max(1, ...rows.map(one => one.candidates.length))
  return (
    <Heat
      title="Decisions and their candidates"
      name={`${model.name}-decisions`}
      rows={rows.map(one => one.id)}
      columns={Array.from({ length: width }, (_, i) => `${i + 1}.`)}
      values={rows.map(one => Array.from({ length: width }, (_, i) => one.candidates[i]?.[measure] ?? null))}
      rowName="decision"
      columnName="candidate"
      valueName={measures[measure] ?? measure}
      describe={(r, c) => {
        const one = rows[r]?.candidates[c]
        return one === undefined
          ? ['no such candidate']
          : [
              `value ${one.value}`,
              `${count(one.count)} births, ${count(one.scored)} with a score`,
              `mean ${number(one.mean)}, shrunken ${number(one.shrunken)}, best ${number(one.best)}`,
            ]
      }}
      onPick={r => set({ of: rows[r]!.id }, true)}
      summary={`${rows.length} decisions with up to ${width} candidates.`}
      note={decisions.length > rows.length ? `The first ${count(rows.length)} of ${count(decisions.length)} decisions.` : ''}
      tools={
        <Select
          label="shows"
          value={measure}
          options={Object.entries(measures)}
          onChange={value => set({ measure: value === 'shrunken' ? null : value })}
        />
      }
    />
  )
}

function Shares({ of }: { of: DecisionStats }) {
  const shown = of.candidates.slice(0, 40)
  const bins = shown[0]?.share.length ?? 0
  if (bins < 2) return null
  return (
    <Heat
      title={`Share of each candidate of ${oneLine(of.id, 60)} over time`}
      name={`${of.id}-shares`}
      rows={shown.map(one => one.value)}
      columns={Array.from({ length: bins }, (_, i) => `${Math.round((i / bins) * 100)} %`)}
      values={shown.map(one => one.share)}
      format={value => percent(value)}
      rowName="value"
      columnName="births so far"
      valueName="share of the births"
      summary={`${shown.length} candidates in ${bins} parts of the births so far.`}
      note="From the first births (left) to the last (right): what evolution came to prefer."
    />
  )
}

interface PairProps {
  model: SearchModel
  decisions: DecisionStats[]
  first: DecisionStats
  ranked: DecisionStats[]
}

function TwoDecisions({ model, decisions, first, ranked }: PairProps) {
  const a = param('a') || first.id
  const b = param('b') || (ranked.find(one => one.id !== a)?.id ?? a)
  const measure = param('pair', 'mean') as 'count' | 'mean' | 'best'
  const answer = useResource<Pair>(
    a === b ? null : `${model.path}/decisions/pair${query({ a, b })}`,
    model.event.value,
    20_000,
  )
  const ids = decisions.map(one => one.id)
  const tools = (
    <>
      <Select label="rows" value={a} options={ids} onChange={value => set({ a: value })} />
      <Select label="columns" value={b} options={ids} onChange={value => set({ b: value })} />
      <Select
        label="shows"
        value={measure}
        options={[
          ['mean', 'mean fitness'],
          ['best', 'best fitness'],
          ['count', 'births'],
        ]}
        onChange={value => set({ pair: value === 'mean' ? null : value })}
      />
    </>
  )
  if (answer.data === null) {
    return (
      <Card title="Two decisions against each other" tools={tools}>
        {a === b ? <Empty title="Choose two different decisions" /> : <Shown of={answer}>{() => null}</Shown>}
      </Card>
    )
  }
  const data = answer.data
  return (
    <Heat
      title="Two decisions against each other"
      name={`${model.name}-${a}-${b}`}
      rows={data.aValues}
      columns={data.bValues}
      values={data[measure].map((row, r) => row.map((value, c) => (data.count[r]![c] === 0 ? null : value)))}
      rowName={a}
      columnName={b}
      valueName={measure === 'count' ? 'births' : `${measure} fitness`}
      describe={(r, c) => [
        `${count(data.count[r]?.[c])} births`,
        `mean ${number(data.mean[r]?.[c])}, best ${number(data.best[r]?.[c])}`,
      ]}
      onPick={(r, c) =>
        go(
          href('table', model.name, null, {
            filter: `decision.${a}=${data.aValues[r]}&decision.${b}=${data.bValues[c]}`,
            sort: '-fitness',
          }),
        )
      }
      summary={`${data.aValues.length} × ${data.bValues.length} combinations.`}
      note="A click shows the candidates that have both values."
      tools={tools}
    />
  )
}
