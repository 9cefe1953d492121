import { useMemo, useState } from 'preact/hooks'
import type { Candidate, Curves, Evaluation, LogLines } from '../api'
import type { Layer } from '../charts/layers'
import { Plot } from '../charts/plot'
import { count, duration, number, oneLine } from '../format'
import { href } from '../router'
import type { SearchModel } from '../store'
import {
  Birth,
  Card,
  Empty,
  Fact,
  Gain,
  Guard,
  Long,
  OutcomeText,
  Shown,
  Time,
  useResource,
} from '../ui'
import { ChangeText } from './live'

export function CandidatePage({ model, birth }: { model: SearchModel; birth: string }) {
  const path = `${model.path}/evaluations/${encodeURIComponent(birth)}`
  // A candidate that has ended changes no more, but for its children and its rank.
  const answer = useResource<Candidate>(path, model.event.value, 10_000)
  return (
    <>
      {answer.data === null && <h1>Candidate {oneLine(birth, 20)}</h1>}
      <Shown of={answer} height={400}>
        {one => <Content key={one.birth} model={model} one={one} />}
      </Shown>
    </>
  )
}

function Content({ model, one }: { model: SearchModel; one: Candidate }) {
  const path = `${model.path}/evaluations/${one.birth}`
  return (
    <>
      <div class="page-head">
        <h1>Candidate #{one.birth}</h1>
        <OutcomeText row={one} />
        {one.isBest && <span class="badge state-running">best</span>}
        {one.inPopulation && <span class="badge">in the population</span>}
        <span class="spacer" />
        {one.birth > 1 && <a href={href('candidate', model.name, one.birth - 1)}>← #{one.birth - 1}</a>}
        <a href={href('candidate', model.name, one.birth + 1)}>#{one.birth + 1} →</a>
        <a href={href('lineage', model.name, null, { of: String(one.birth) })}>Lineage</a>
      </div>
      <dl class="facts">
        <Fact name="Fitness">
          {number(one.fitness, 5)}
          <small>{one.rank === null ? '' : `rank ${count(one.rank)}`}</small>
        </Fact>
        <Fact name="Gain">
          <Gain value={one.gain} />
          <small>
            parent <Birth search={model.name} birth={one.parent} />
          </small>
        </Fact>
        {one.rung != null && (
          <Fact name="Rung">
            {count(one.rung)}
            <small>{one.promoted != null && <>continues <Birth search={model.name} birth={one.promoted} /></>}</small>
          </Fact>
        )}
        {Object.entries(one.metrics)
          .slice(0, 12)
          .map(([name, value]) => (
            <Fact key={name} name={oneLine(name, 40)}>
              {number(value)}
            </Fact>
          ))}
        <Fact name="Trained for">
          {duration(one.seconds)}
          <small>
            {one.slot === null ? '' : oneLine(one.slot, 30)}
            {one.attempt !== null ? `, attempt ${one.attempt}` : ''}
          </small>
        </Fact>
        <Fact name="Descendants">
          {count(one.subtree)}
          <small>
            {count(one.children)} children, {count(one.heirs)} living
          </small>
        </Fact>
        <Fact name="Born">
          <small>
            <Time at={one.bornTime} />
          </small>
          <small>event {count(one.bornAt)}</small>
        </Fact>
        <Fact name="Ended">
          <small>{one.endedTime === null ? 'not yet' : <Time at={one.endedTime} />}</small>
          <small>{one.ordinal === null ? '' : `number ${count(one.ordinal)} to end`}</small>
        </Fact>
      </dl>
      {one.failure !== null && (
        <Card title="Why it has no score" wide class="failure">
          <pre class="log" tabIndex={0}>
            {one.failure}
          </pre>
        </Card>
      )}
      <div class="grid">
        <div class="stack">
          <Curve model={model} one={one} />
          <Values one={one} />
          <Family model={model} one={one} />
        </div>
        <div class="stack">
          <Line model={model} path={path} />
          {one.hasDrawing && (
            <Drawing
              title="Network"
              address={`${path}/network.svg`}
              file={`network-${one.birth}.svg`}
              alt={`Network of candidate ${one.birth}`}
              missing="Its space is not known here."
            />
          )}
        </div>
        {one.hasSamples !== false && (
          <Drawing
            title="Samples, and what it says of them"
            address={`${path}/samples.svg`}
            file={`samples-${one.birth}.svg`}
            alt={`Validation samples with the predictions of candidate ${one.birth}`}
            missing="Those of better candidates took its place."
            optional={one.hasSamples === null}
            wide
          />
        )}
        <Log path={path} />
      </div>
    </>
  )
}

function Curve({ model, one }: { model: SearchModel; one: Candidate }) {
  const curves = useResource<Curves>(`${model.path}/curves`)
  const layers = useMemo((): Layer[] => {
    const made: Layer[] = []
    const epochs = curves.data?.epochs ?? []
    const x = epochs.map(epoch => epoch.epoch)
    if (epochs.length > 1) {
      const [low, high] = [epochs.map(epoch => epoch.q05), epochs.map(epoch => epoch.q95)]
      made.push({ kind: 'band', name: '90 % of all trained to the end', x, low, high, color: '--c8' })
      const [q25, q75] = [epochs.map(epoch => epoch.q25), epochs.map(epoch => epoch.q75)]
      made.push({ kind: 'band', name: 'middle half', x, low: q25, high: q75, color: '--c8' })
      made.push({ kind: 'line', name: 'median', x, y: epochs.map(epoch => epoch.median), color: '--c8', dash: [5, 3] })
    }
    const mine = one.curve.map((_, i) => i + 1)
    made.push({ kind: 'line', name: `#${one.birth}`, x: mine, y: one.curve, color: '--c1', width: 2.25 })
    made.push({ kind: 'points', name: 'epochs', x: mine, y: one.curve, color: '--c1', glyph: 'dot', size: 5 })
    return made
  }, [curves.data, one.curve])
  if (one.curve.length === 0) {
    return (
      <Card title="Training curve">
        <Empty title="No curve">
          {one.outcome === 'pending' ? 'It appears after the first epoch.' : 'It has none: no epoch was validated.'}
        </Empty>
      </Card>
    )
  }
  return (
    <Guard name="Training curve">
      <Plot
        title="Training curve"
        name={`${model.name}-${one.birth}-curve`}
        layers={layers}
        x={{ name: 'epoch', whole: true }}
        y={{ name: 'validation metric' }}
        height={240}
        summary={`${one.curve.length} epochs, the last ${number(one.curve.at(-1))}.`}
        note={
          one.stoppedAtEpoch !== null
            ? `Stopped early after epoch ${one.stoppedAtEpoch}.`
            : `The band is of ${count(curves.data?.of ?? 0)} candidates that were trained to the end.`
        }
      />
    </Guard>
  )
}

/** The line of ancestors, the founder last, with what each mutation gained. */
export function Line({ model, path }: { model: SearchModel; path: string }) {
  const answer = useResource<{ rows: Evaluation[] }>(`${path}/ancestors`)
  return (
    <Card title="Line of ancestors">
      <Shown of={answer}>
        {({ rows }) => (
          <div class="scroll short" tabIndex={0} role="region" aria-label="Ancestors">
            <table class="rows dense">
              <thead>
                <tr>
                  <th scope="col">Birth</th>
                  <th scope="col" class="number">
                    Fitness
                  </th>
                  <th scope="col" class="number">
                    Gain
                  </th>
                  <th scope="col">Mutation</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(row => (
                  <tr key={row.birth}>
                    <td data-name="Birth">
                      <Birth search={model.name} birth={row.birth} />
                    </td>
                    <td data-name="Fitness" class="number">
                      {number(row.fitness, 5)}
                    </td>
                    <td data-name="Gain" class="number">
                      <Gain value={row.gain} />
                    </td>
                    <td data-name="Mutation">
                      <ChangeText row={row} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Shown>
    </Card>
  )
}

function Values({ one }: { one: Candidate }) {
  const [all, setAll] = useState(false)
  const values = one.values
  const differ = values?.filter(value => value.parentValue !== null) ?? []
  const shown = values === null ? [] : all || differ.length === 0 ? values : differ
  return (
    <Card
      title="Decisions"
      tools={
        values !== null && differ.length > 0 ? (
          <button class="quiet" onClick={() => setAll(!all)}>
            {all ? 'Only what differs from the parent' : `All ${count(values.length)}`}
          </button>
        ) : undefined
      }
    >
      <p class="genotype">
        <span class="muted">genotype </span>
        <code>
          <Long text={one.genotype} max={240} />
        </code>
      </p>
      {values === null ? (
        <Empty title="The space is not known here">So the genotype cannot be told by decisions.</Empty>
      ) : (
        <div class="scroll short" tabIndex={0} role="region" aria-label="Decisions">
          <table class="rows dense">
            <thead>
              <tr>
                <th scope="col">Decision</th>
                <th scope="col">Value</th>
                <th scope="col">Parent</th>
              </tr>
            </thead>
            <tbody>
              {shown.slice(0, 2000).map(value => (
                <tr key={value.id} class={value.parentValue !== null ? 'differs' : undefined}>
                  <td data-name="Decision">{oneLine(value.id, 80)}</td>
                  <td data-name="Value">{oneLine(value.value, 80)}</td>
                  <td data-name="Parent">{value.parentValue === null ? '' : oneLine(value.parentValue, 80)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {one.command !== null && (
        <div class="command">
          <span class="muted">trains it alone</span>
          <code tabIndex={0}>{one.command}</code>
          <button class="quiet" onClick={() => void navigator.clipboard?.writeText(one.command!)}>
            Copy
          </button>
        </div>
      )}
    </Card>
  )
}

interface DrawingProps {
  title: string
  address: string
  /** What a file of it is called. */
  file: string
  alt: string
  missing: string
  /** Nothing is shown where there is none. */
  optional?: boolean
  wide?: boolean
}

function Drawing({ title, address, file, alt, missing, optional, wide }: DrawingProps) {
  const [isMissing, setMissing] = useState(false)
  if (isMissing && optional) return null
  return (
    <Card
      title={title}
      wide={wide}
      tools={
        <a href={address} download={file}>
          SVG
        </a>
      }
    >
      {isMissing ? (
        <Empty title="It cannot be drawn">{missing}</Empty>
      ) : (
        <div class="scroll drawing" tabIndex={0} role="region" aria-label={title}>
          <img src={address} alt={alt} loading="lazy" onError={() => setMissing(true)} />
        </div>
      )}
    </Card>
  )
}

function Family({ model, one }: { model: SearchModel; one: Candidate }) {
  const list = (births: number[], all: number) =>
    births.length === 0 ? (
      <span class="muted">none</span>
    ) : (
      <span class="births">
        {births.slice(0, 100).map(birth => (
          <Birth key={birth} search={model.name} birth={birth} />
        ))}
        {all > 100 && <span class="muted">and {count(all - 100)} more</span>}
      </span>
    )
  return (
    <Card title="Family">
      <dl class="family">
        <dt>founder</dt>
        <dd>
          <Birth search={model.name} birth={one.founder} />
        </dd>
        <dt>siblings</dt>
        <dd>{list(one.siblings, one.siblings.length)}</dd>
        <dt>children</dt>
        <dd>{list(one.childBirths, one.children)}</dd>
        <dt>draws until it was new</dt>
        <dd>{count(one.draw)}</dd>
      </dl>
    </Card>
  )
}

function Log({ path }: { path: string }) {
  const [tail, setTail] = useState(200)
  const answer = useResource<LogLines>(`${path}/log?tail=${tail}`)
  return (
    <Card
      title="Log"
      wide
      tools={
        answer.data?.truncated && tail < 2000 ? (
          <button class="quiet" onClick={() => setTail(2000)}>
            More lines
          </button>
        ) : undefined
      }
    >
      <Shown of={answer}>
        {({ lines }) =>
          lines.length === 0 ? (
            <Empty title="No line of the log names this candidate" />
          ) : (
            <div class="log" tabIndex={0} role="region" aria-label="Log">
              {lines.map((line, i) => (
                <div key={i} class={`line level-${oneLine(line.level ?? '', 12).toLowerCase()}`}>
                  <span class="muted">
                    <Time at={line.time} />
                  </span>{' '}
                  {line.slot !== null && <span class="muted">{oneLine(line.slot, 30)} </span>}
                  <Long text={line.message} max={400} />
                  {line.exception !== null && <Long text={line.exception} max={200} />}
                </div>
              ))}
            </div>
          )
        }
      </Shown>
    </Card>
  )
}
