import { useEffect, useState } from 'preact/hooks'
import { query, type ActorLine, type ActorsReport, type ActorTimes, type ActorTypeLine, type NodeActors } from '../api'
import { count, duration, oneLine } from '../format'
import { param, set } from '../router'
import { isMissing } from '../store'
import { Card, Empty, Fact, Long, Shown, Toggle, useResource } from '../ui'

const every = 3000
const shownMax = 400

/** The actors of all nodes. They are asked for only while this page is looked at. */
export function Actors() {
  const [turn, setTurn] = useState(0)
  const watch = param('watch')
  useEffect(() => {
    const timer = setInterval(() => setTurn(n => n + 1), every)
    return () => clearInterval(timer)
  }, [])
  // A server without this question is asked once.
  const [missing, setMissing] = useState(false)
  const answer = useResource<ActorsReport>(missing ? null : `api/v1/actors${query({ watch })}`, turn, every - 500)
  const unknown = isMissing(answer.error)
  useEffect(() => {
    if (unknown) setMissing(true)
  }, [unknown])
  if (missing) {
    return (
      <Empty title="This server tells nothing of actors">
        It is of another version. `evonas top` and the metrics show what it knows.
      </Empty>
    )
  }
  return (
    <>
      <div class="page-head">
        <h1>Actors</h1>
        <span class="spacer" />
        <input
          type="search"
          placeholder="Filter  /"
          aria-label="Filter by path, type or search"
          value={param('q')}
          onInput={event => set({ q: (event.target as HTMLInputElement).value })}
        />
        <Toggle
          label="only trouble"
          title="Actors that are stuck, failed, or have messages waiting"
          on={param('trouble') === '1'}
          onChange={on => set({ trouble: on ? '1' : null })}
        />
      </div>
      <Shown of={answer} height={300}>
        {({ nodes }) =>
          nodes.length === 0 ? (
            <Empty title="No process answers">Actors live in the process of a running search or in a node.</Empty>
          ) : (
            <Content nodes={nodes} watch={watch} />
          )
        }
      </Shown>
    </>
  )
}

const sum = <T,>(of: T[], value: (one: T) => number): number => of.reduce((all, one) => all + value(one), 0)

function Content({ nodes, watch }: { nodes: NodeActors[]; watch: string }) {
  const actors = nodes.flatMap(node => node.actors)
  const stuck = actors.filter(actor => actor.stuck !== null).length
  const counts = new Map<string, number>()
  for (const node of nodes) {
    for (const [kind, n] of Object.entries(node.undeliveredCounts)) counts.set(kind, (counts.get(kind) ?? 0) + n)
  }
  const watched = nodes.flatMap(node => node.actors.map(actor => ({ node, actor }))).find(one => one.actor.path === watch)
  return (
    <>
      <dl class="facts">
        <Fact name="Actors">{count(sum(nodes, node => node.actorCount))}</Fact>
        <Fact name="Stuck">
          <span class={stuck > 0 ? 'bad' : undefined}>{count(stuck)}</span>
        </Fact>
        <Fact name="Waiting in mailboxes">
          {count(sum(actors, actor => actor.depth))}
          <small>{count(sum(actors, actor => actor.stashed))} stashed</small>
        </Fact>
        <Fact name="Failures">
          {count(sum(actors, actor => actor.failures))}
          <small>{count(sum(actors, actor => actor.restarts))} restarts</small>
        </Fact>
        {[...counts].map(([kind, n]) => (
          <Fact key={kind} name={`Messages ${oneLine(kind, 20)}`}>
            {count(n)}
          </Fact>
        ))}
      </dl>
      {watch !== '' && <Watched path={watch} found={watched} />}
      <div class="grid">
        {nodes.map(node => (
          <Node key={`${node.name} ${node.address}`} node={node} single={nodes.length === 1} watch={watch} />
        ))}
        <Undelivered nodes={nodes} />
      </div>
    </>
  )
}

function Node({ node, single, watch }: { node: NodeActors; single: boolean; watch: string }) {
  const text = param('q').toLowerCase()
  const trouble = param('trouble') === '1'
  const shown = node.actors
    .filter(
      actor =>
        (text === '' || `${actor.path} ${actor.type} ${actor.subject ?? ''}`.toLowerCase().includes(text)) &&
        (!trouble || actor.stuck !== null || actor.failures > 0 || actor.depth > 0),
    )
    .sort((a, b) => Number(b.stuck !== null) - Number(a.stuck !== null) || (a.path < b.path ? -1 : 1))
  const silent = node.silentSeconds !== null
  return (
    <Card
      title={single ? 'Actors' : oneLine(node.name, 60)}
      wide
      tools={
        <span class={`badge ${silent ? 'stuck' : 'node-up'}`}>
          {silent ? `no answer since ${duration(node.silentSeconds)}` : oneLine(node.status, 24)}
        </span>
      }
      note={
        node.refusal !== null
          ? oneLine(node.refusal, 300)
          : node.actorCount > node.actors.length
            ? `${count(node.actors.length)} of its ${count(node.actorCount)} actors are told one by one.`
          : shown.length > shownMax
            ? `The first ${count(shownMax)} of ${count(shown.length)}.`
            : undefined
      }
    >
      <p class="sub">{oneLine(node.address, 100)}</p>
      {node.types.length > 0 && !trouble && <Types types={node.types} />}
      {shown.length === 0 ? (
        <Empty title={node.actors.length === 0 ? 'It told of no actor' : 'No actor matches'} />
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label={`Actors of ${node.name}`}>
          <table class="rows dense">
            <thead>
              <tr>
                <th scope="col">Actor</th>
                <th scope="col">Type</th>
                <Heads />
                <th scope="col">Now</th>
                <th scope="col">Last failure</th>
              </tr>
            </thead>
            <tbody>
              {shown.slice(0, shownMax).map(actor => (
                <Actor key={actor.path} actor={actor} watched={actor.path === watch} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  )
}

const Heads = () => (
  <>
    <th scope="col" class="number">
      Mailbox
    </th>
    <th scope="col" class="number">
      Messages
    </th>
    <th scope="col" class="number" title="Median and 99th percentile of the time in the mailbox">
      Wait p50 / p99
    </th>
    <th scope="col" class="number" title="Median and 99th percentile of the time to handle a message">
      Handling p50 / p99
    </th>
    <th scope="col" class="number" title="Failures, and restarts after them">
      Failures / restarts
    </th>
  </>
)

type Measured = Pick<ActorLine, 'depth' | 'stashed' | 'messages' | 'failures' | 'restarts' | 'times'>

const Cells = ({ of }: { of: Measured }) => (
  <>
    <td data-name="Mailbox" class="number">
      {count(of.depth)}
      {of.stashed > 0 && <span class="muted"> + {count(of.stashed)}</span>}
    </td>
    <td data-name="Messages" class="number">
      {count(of.messages)}
    </td>
    <td data-name="Wait" class="number">
      {both(of.times, 'waitMedian', 'waitP99')}
    </td>
    <td data-name="Handling" class="number">
      {both(of.times, 'handlingMedian', 'handlingP99')}
    </td>
    <td data-name="Failures" class={`number ${of.failures > 0 ? 'bad' : ''}`}>
      {count(of.failures)}
      {of.restarts > 0 && <span class="muted" title="restarts"> / {count(of.restarts)}</span>}
    </td>
  </>
)

const both = (times: ActorTimes | null, median: keyof ActorTimes, high: keyof ActorTimes): string =>
  !times?.[high] ? '–' : `${duration(times[median])} / ${duration(times[high])}`

/** The depth of an actor in the tree: `/user/searches/night` stands below `/user/searches`. */
export const levelOf = (path: string): number =>
  Math.max(0, path.replace(/^akka(\.tcp)?:\/\/[^/]+/, '').split('/').filter(part => part !== '').length - 1)

const nameOf = (path: string): string => path.split('/').filter(part => part !== '').at(-1) ?? path

function Actor({ actor, watched }: { actor: ActorLine; watched: boolean }) {
  return (
    <tr class={actor.stuck !== null ? 'stuck' : watched ? 'active' : undefined}>
      <td data-name="Actor" title={oneLine(actor.path, 300)}>
        <span class="indent" style={{ width: `${levelOf(actor.path) * 14}px` }} />
        <button
          class="link"
          aria-pressed={watched}
          title="Keep and show its last messages"
          onClick={() => set({ watch: watched ? null : actor.path }, true)}
        >
          {oneLine(nameOf(actor.path), 60)}
        </button>
        {actor.stuck !== null && <div class="bad">stuck: {oneLine(actor.stuck, 200)}</div>}
      </td>
      <td data-name="Type">
        {oneLine(actor.type, 40)}
        {actor.subject !== null && <span class="muted"> {oneLine(actor.subject, 40)}</span>}
      </td>
      <Cells of={actor} />
      <td data-name="Now">
        {actor.current === null ? (
          <span class="muted">idle</span>
        ) : (
          <>
            {oneLine(actor.current, 60)} <span class="muted">for {duration(actor.currentSeconds)}</span>
          </>
        )}
      </td>
      <td data-name="Last failure">
        {actor.lastFailure === null ? (
          <span class="muted">–</span>
        ) : (
          <span title={oneLine(actor.lastFailure, 800)}>
            {oneLine(actor.lastFailure, 90)}{' '}
            {actor.failedSecondsAgo !== null && <span class="muted">{duration(actor.failedSecondsAgo)} ago</span>}
          </span>
        )}
      </td>
    </tr>
  )
}

function Types({ types }: { types: ActorTypeLine[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Types of actors">
      <table class="rows dense types">
        <thead>
          <tr>
            <th scope="col">Type (all since the start)</th>
            <th scope="col" class="number">
              Alive
            </th>
            <Heads />
          </tr>
        </thead>
        <tbody>
          {types.map(type => (
            <tr key={type.type} class={type.stuck > 0 ? 'stuck' : undefined}>
              <td data-name="Type">{oneLine(type.type, 60)}</td>
              <td data-name="Alive" class="number">
                {count(type.live)}
              </td>
              <Cells of={type} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Watched({ path, found }: { path: string; found: { node: NodeActors; actor: ActorLine } | undefined }) {
  const recent = found === undefined ? [] : [...found.actor.recent].sort((a, b) => a.secondsAgo - b.secondsAgo)
  const withPayloads = recent.some(message => message.payload !== null)
  return (
    <Card
      title={`Last messages of ${oneLine(nameOf(path), 60)}`}
      class="failure"
      tools={<button onClick={() => set({ watch: null }, true)}>Close</button>}
      note="The last 64 messages are kept while this card is open, and for a minute after."
    >
      {found === undefined ? (
        <Empty title="This actor is no longer alive, or its node does not answer" />
      ) : recent.length === 0 ? (
        <Empty title="No message since it is watched" />
      ) : (
        <div class="scroll short" tabIndex={0} role="region" aria-label="Last messages">
          <table class="rows dense">
            <thead>
              <tr>
                <th scope="col">Message</th>
                <th scope="col" class="number">
                  Waited
                </th>
                <th scope="col" class="number">
                  Took
                </th>
                <th scope="col">Outcome</th>
                <th scope="col" class="number">
                  When
                </th>
                {withPayloads && <th scope="col">Payload</th>}
              </tr>
            </thead>
            <tbody>
              {recent.map((message, i) => (
                <tr key={i}>
                  <td data-name="Message">{oneLine(message.type, 80)}</td>
                  <td data-name="Waited" class="number">
                    {duration(message.waitSeconds)}
                  </td>
                  <td data-name="Took" class="number">
                    {duration(message.seconds)}
                  </td>
                  <td data-name="Outcome">
                    {message.failure === null ? 'ok' : <span class="bad">{oneLine(message.failure, 160)}</span>}
                  </td>
                  <td data-name="When" class="number">
                    {duration(message.secondsAgo)} ago
                  </td>
                  {withPayloads && (
                    <td data-name="Payload">
                      <Long text={message.payload ?? ''} max={120} />
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  )
}

function Undelivered({ nodes }: { nodes: NodeActors[] }) {
  const all = nodes
    .flatMap(node => node.undelivered.map(message => ({ ...message, node: node.name })))
    .sort((a, b) => a.secondsAgo - b.secondsAgo)
    .slice(0, 100)
  return (
    <Card title="Messages that did not arrive" wide note="The last 100: dead, dropped, unhandled and refused.">
      {all.length === 0 ? (
        <Empty title="Every message arrived" />
      ) : (
        <div class="scroll short" tabIndex={0} role="region" aria-label="Messages that did not arrive">
          <table class="rows dense">
            <thead>
              <tr>
                <th scope="col">Kind</th>
                <th scope="col">Message</th>
                <th scope="col">To</th>
                <th scope="col">From</th>
                <th scope="col">Node</th>
                <th scope="col" class="number">
                  When
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map((message, i) => (
                <tr key={i}>
                  <td data-name="Kind">
                    <span class="badge">{oneLine(message.kind, 20)}</span>
                  </td>
                  <td data-name="Message">{oneLine(message.type, 80)}</td>
                  <td data-name="To">{oneLine(message.to, 120)}</td>
                  <td data-name="From">{oneLine(message.from ?? '–', 120)}</td>
                  <td data-name="Node">{oneLine(message.node, 40)}</td>
                  <td data-name="When" class="number">
                    {duration(message.secondsAgo)} ago
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  )
}
