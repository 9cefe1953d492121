import { useMemo } from 'preact/hooks'
import { query, searchPath, type Comparison } from '../api'
import type { Layer } from '../charts/layers'
import { Plot, type Zoom } from '../charts/plot'
import { count, number, oneLine } from '../format'
import { href, param, range, rangeText, set } from '../router'
import { searches } from '../store'
import { groupColors, groupDashes } from '../theme'
import { Card, Empty, Guard, Select, Shown, useResource } from '../ui'

const axes: [string, string][] = [
  ['evaluations', 'evaluations'],
  ['hours', 'search hours'],
  ['clock', 'hours since the start'],
  ['slotHours', 'slot hours'],
]

export function Compare() {
  const names = [...new Set(param('names').split(',').filter(name => name !== ''))].slice(0, 8)
  const along = param('x', 'evaluations')
  const all = searches.value ?? []
  const rest = all.filter(one => !names.includes(one.name))
  const changes = all.filter(one => names.includes(one.name)).reduce((sum, one) => sum + one.ended, 0)
  const answer = useResource<Comparison>(
    names.length < 2
      ? null
      : `${searchPath(names[0]!)}/compare${query({ with: names.slice(1).join(','), x: along })}`,
    changes,
    10_000,
  )
  const use = (list: string[]) => set({ names: list.join(','), zx: null, zy: null }, true)
  return (
    <>
      <div class="page-head">
        <h1>Compare</h1>
        {names.map((name, i) => (
          <span key={name} class={`chip chip-${i + 1}`}>
            <i />
            <a href={href('live', name)}>{name}</a>
            <button onClick={() => use(names.filter(one => one !== name))} aria-label={`Leave out ${name}`}>
              ×
            </button>
          </span>
        ))}
        {names.length > 1 && (
          <a
            href={`${searchPath(names[0]!)}/report${query({ with: names.slice(1).join(',') })}`}
            target="_blank"
            title="One file, to keep, send or print; in a new tab"
          >
            Report
          </a>
        )}
        {names.length < 8 && rest.length > 0 && (
          <Select
            label="add"
            value=""
            options={[['', '…'], ...rest.map((one): [string, string] => [one.name, one.name])]}
            onChange={name => name !== '' && use([...names, name])}
          />
        )}
      </div>
      {names.length < 2 ? (
        <Empty title="Choose two to eight searches">
          They are compared over one axis, with the spread over all of them.
        </Empty>
      ) : (
        <Shown of={answer} height={400}>
          {data => <Content data={data} along={along} />}
        </Shown>
      )}
    </>
  )
}

function Content({ data, along }: { data: Comparison; along: string }) {
  const zoom: Zoom = { x: range(param('zx')), y: range(param('zy')) }
  const logX = param('logx') === '1'
  const layers = useMemo(() => bestLayers(data), [data])
  const edf = useMemo(() => edfLayers(data), [data])
  const axis = axes.find(([key]) => key === along)?.[1] ?? along
  return (
    <div class="grid">
      {!data.sameObjective && (
        <p class="trouble wide">These searches have different objectives: their fitness is not of one kind.</p>
      )}
      <div class="wide">
        <Guard name="Best so far">
          <Plot
            title="Best so far"
            name="compare-best"
            layers={layers}
            x={{ name: axis, log: logX, whole: along === 'evaluations' }}
            y={{ name: 'best fitness' }}
            zoom={zoom}
            onZoom={next => set({ zx: rangeText(next.x), zy: rangeText(next.y) }, true)}
            height={360}
            summary={data.searches.map(one => `${one.name}: ${number(one.final)}`).join(', ')}
            note={data.searches.length > 2 && data.band.x.length > 1 ? 'The band is the middle half of all searches.' : ''}
            tools={
              <>
                <Select label="over" value={along} options={axes} onChange={value => set({ x: value, zx: null })} />
                <button
                  class={`toggle ${logX ? 'on' : ''}`}
                  aria-pressed={logX}
                  onClick={() => set({ logx: logX ? null : '1', zx: null })}
                >
                  log x
                </button>
              </>
            }
          />
        </Guard>
      </div>
      <Guard name="Distribution of the fitness">
        <Plot
          title="Distribution of the fitness"
          name="compare-edf"
          layers={edf}
          x={{ name: 'fitness' }}
          y={{ name: 'share with at most this fitness', range: [0, 1] }}
          height={280}
          summary="Empirical distribution functions."
          note="A line further right means better candidates."
        />
      </Guard>
      <Card title="Results">
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">Search</th>
              <th scope="col" class="number">
                Best
              </th>
              <th scope="col" class="number">
                With a score
              </th>
            </tr>
          </thead>
          <tbody>
            {[...data.searches]
              .sort((a, b) => (b.final ?? -Infinity) - (a.final ?? -Infinity))
              .map(one => (
                <tr key={one.name}>
                  <td data-name="Search">
                    <a href={href('live', one.name)}>{one.name}</a>
                  </td>
                  <td data-name="Best" class="number">
                    {number(one.final, 5)}
                  </td>
                  <td data-name="With a score" class="number">
                    {count(one.scored)}
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </Card>
      <Card title="Settings that differ" wide>
        {data.differences.length === 0 ? (
          <Empty title="All settings are equal" />
        ) : (
          <div class="scroll" tabIndex={0} role="region" aria-label="Settings that differ">
            <table class="rows dense">
              <thead>
                <tr>
                  <th scope="col">Setting</th>
                  {data.searches.map(one => (
                    <th key={one.name} scope="col">
                      {one.name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.differences.map(row => (
                  <tr key={row.setting}>
                    <td data-name="Setting">{oneLine(row.setting, 80)}</td>
                    {row.values.map((value, i) => (
                      <td key={i} data-name={data.searches[i]?.name}>
                        {value === null ? <span class="muted">–</span> : oneLine(value, 120)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
    </div>
  )
}

function bestLayers(data: Comparison): Layer[] {
  const layers: Layer[] = []
  const { x, q25, median, q75 } = data.band
  if (x.length > 1 && data.searches.length > 2) {
    layers.push({ kind: 'band', name: 'middle half', x, low: q25, high: q75, color: '--muted' })
    layers.push({ kind: 'line', name: 'median', x, y: median, color: '--muted', dash: [2, 3] })
  }
  data.searches.forEach((one, i) => {
    layers.push({
      kind: 'step',
      name: one.name,
      x: one.best.x,
      y: one.best.y,
      color: groupColors[i % 8]!,
      dash: groupDashes[i % 8]!,
      width: 2,
    })
  })
  return layers
}

const edfLayers = (data: Comparison): Layer[] =>
  data.searches.map(
    (one, i): Layer => ({
      kind: 'step',
      name: one.name,
      x: one.edf.y,
      y: one.edf.share,
      color: groupColors[i % 8]!,
      dash: groupDashes[i % 8]!,
    }),
  )
