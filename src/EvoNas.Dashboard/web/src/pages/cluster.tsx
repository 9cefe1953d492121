import { useEffect, useState } from 'preact/hooks'
import type { Cluster } from '../api'
import { count, number, oneLine, percent, time } from '../format'
import { href } from '../router'
import { zone } from '../store'
import { Ago, Card, Empty, Shown, StateBadge, useResource } from '../ui'
import { SlotRow } from './live'

export function ClusterPage() {
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTurn(n => n + 1), 5000)
    return () => clearInterval(timer)
  }, [])
  const answer = useResource<Cluster>('api/v1/cluster', turn, 4000)
  return (
    <>
      <div class="page-head">
        <h1>Cluster</h1>
        {answer.data !== null && (
          <span class="muted">
            {answer.data.cluster ?? 'this machine'}, {count(answer.data.nodes.length)}{' '}
            {answer.data.nodes.length === 1 ? 'node' : 'nodes'}, asked <Ago at={answer.data.asked} />
          </span>
        )}
      </div>
      <Shown of={answer} height={300}>
        {data => (
          <>
            {data.trouble !== null && <p class="trouble">{oneLine(data.trouble, 500)}</p>}
            {data.nodes.length === 0 ? (
              <Empty title={data.cluster === null ? 'No search runs on this machine' : 'No node answered'} />
            ) : (
              <div class="grid many">
                {data.nodes.map(node => (
                  <Card
                    key={`${node.name} ${node.address}`}
                    title={oneLine(node.name, 60)}
                    tools={<span class={`badge node-${node.status.toLowerCase().replace(/\W/g, '')}`}>{oneLine(node.status, 24)}</span>}
                  >
                    <p class="sub">
                      {oneLine(node.address, 80)}
                      {node.roles.length > 0 && ` · ${node.roles.map(role => oneLine(role, 30)).join(', ')}`}
                      {' · '}
                      {node.silent ? (
                        <span class="bad">
                          {node.answered === null ? 'no answer yet' : <>no answer since {time(node.answered, zone.value)}</>}
                        </span>
                      ) : (
                        <>
                          answered <Ago at={node.answered} />
                        </>
                      )}
                    </p>
                    {node.slots.length === 0 ? (
                      <p class="sub">No slots.</p>
                    ) : (
                      <div class="slots">
                        {node.slots.map(slot => (
                          <SlotRow key={slot.name} slot={slot} search={slot.search ?? ''} curves={null} />
                        ))}
                      </div>
                    )}
                    {node.losses.length > 0 && (
                      <p class="note">
                        Attempts that came to nothing:{' '}
                        {node.losses.map(loss => `${oneLine(loss.cause, 30)} ${count(loss.count)}`).join(', ')}.
                      </p>
                    )}
                  </Card>
                ))}
                {data.searches.length > 0 && (
                  <Card title="Searches" wide>
                    <div class="scroll" tabIndex={0} role="region" aria-label="Searches of the cluster">
                    <table class="rows">
                      <thead>
                        <tr>
                          <th scope="col">Search</th>
                          <th scope="col">State</th>
                          <th scope="col">Space</th>
                          <th scope="col" class="number">
                            Ended
                          </th>
                          <th scope="col" class="number">
                            Best
                          </th>
                          <th scope="col" class="number">
                            Slots
                          </th>
                        </tr>
                      </thead>
                      <tbody>
                        {data.searches.map(one => (
                          <tr key={one.name}>
                            <td data-name="Search">
                              <a href={href('live', one.name)}>{oneLine(one.name, 64)}</a>
                            </td>
                            <td data-name="State">
                              <StateBadge state={one.state} />
                              {one.detail !== null && <div class="sub">{oneLine(one.detail, 160)}</div>}
                            </td>
                            <td data-name="Space">{oneLine(one.space, 60)}</td>
                            <td data-name="Ended" class="number">
                              {count(one.ended)}
                              {one.budget !== null && ` (${percent(one.ended / one.budget)})`}
                            </td>
                            <td data-name="Best" class="number">
                              {number(one.best)}
                            </td>
                            <td data-name="Slots" class="number">
                              {count(one.slots)}
                            </td>
                          </tr>
                        ))}
                      </tbody>
                    </table>
                    </div>
                  </Card>
                )}
              </div>
            )}
          </>
        )}
      </Shown>
    </>
  )
}
