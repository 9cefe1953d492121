// A server of made-up searches for work on the page: node dev/mock.mjs [--count N] [--port P] [--pace MS] [--api PORT]
// With --api, questions go to a real dashboard on that port of this machine, so a build can be tried against it.
// It serves the built page with the headers of the real server, so that a breach of its policy shows here.

import { createServer, request as ask } from 'node:http'
import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { curveOf, encodeColumns, makeSearch } from './searches.mjs'

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
const count = option('count', 300)
const port = option('port', 5480)
const pace = option('pace', 1000)
const api = option('api', 0)
const folder = fileURLToPath(new URL('../../wwwroot/', import.meta.url))

/** A search whose last event is `ago` seconds old. */
const recent = (name, size, ago, of) =>
  makeSearch(name, size, { ...of, started: Date.now() - (ago + makeSearch(name, size, of).seconds()) * 1000 })

const list = [
  recent('night', count, 5, { seed: 1, live: count > 0 }),
  recent('baseline', Math.min(count, 300), 93_000, { seed: 2, evolution: false }),
  recent('second-seed', Math.min(count, 400), 7_400, { seed: 3 }),
  recent('waits', 0, 60, { seed: 4 }),
]
const searches = new Map((count === 0 ? list.slice(3) : list).map(one => [one.name, one]))

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
  "base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

const quantile = (sorted, share) => sorted[Math.floor(share * (sorted.length - 1))]
const plain = row => {
  const { code, genes, epochs, detail, ...rest } = row
  return rest
}

function detail(search) {
  const summary = search.snapshot()
  const names = summary.scored > 0 ? ['madds', 'parameters', 'top1', 'latency'] : []
  const scored = search.rows.filter(row => row.fitness !== null)
  return {
    ...summary,
    settings: {},
    file: { 'evonas.population-size': '100', 'evonas.tournament-size': '25', 'evonas.seed': '7' },
    evaluation: null,
    slotList: slots(search),
    report: search.live ? 'answered' : 'none',
    metrics: names.map(name => {
      let [min, max] = [Infinity, -Infinity]
      for (const row of scored) {
        min = Math.min(min, row.metrics[name])
        max = Math.max(max, row.metrics[name])
      }
      return { name, minimize: name !== 'top1', min, max, count: scored.length, distribution: [] }
    }),
    stoppedEarly: scored.filter(row => row.stoppedAtEpoch !== null).length,
    duplicates: 3,
    redraws: 41,
    secondsSaved: summary.slotSeconds * 0.13,
    busyShare: search.live ? 0.94 : null,
    front: [],
    costMetric: names.length > 0 ? 'madds' : null,
    populationMembers: search.population.map(row => ({ birth: row.birth, fitness: row.fitness, age: search.event - row.bornAt, founder: row.founder })),
    decisions: search.decisions,
    projection: { version: 3, event: search.event, last: search.event, foldSeconds: 0.4 },
  }
}

let tickCount = 0
function slots(search) {
  if (!search.live) return []
  return Array.from({ length: 8 }, (_, i) => {
    const epoch = 1 + ((tickCount + i) % 12)
    const quarantined = i === 2
    return {
      name: `slot-${i + 1}`,
      node: i < 4 ? 'gpu-1' : 'gpu-2',
      does: quarantined ? 'quarantined' : i === 7 ? 'idle' : 'training',
      search: 'night',
      birth: quarantined || i === 7 ? null : search.rows.length + 1 + i,
      attempt: quarantined ? null : 1,
      detail: quarantined ? 'CUDA error 700, until 14:05' : i === 7 ? 'waits for a candidate' : null,
      genotype: null,
      seconds: 12 * epoch,
      progress:
        quarantined || i === 7
          ? null
          : { epoch, epochs: 12, step: 30 * i, steps: 390, imagesPerSecond: 2480 + i * 31, loss: 2.1, top1: 0.4 },
      curve: quarantined || i === 7 ? [] : Array.from({ length: epoch }, (_, e) => 0.66 * (1 - 0.6 * Math.exp(-(e + 1) / (2 + i * 0.3)))),
    }
  })
}

function series(search, of) {
  const along = of.get('x') ?? 'evaluations'
  const width = Number(of.get('width') ?? 1200)
  const place = row =>
    along === 'hours' ? row.atSeconds / 3600 : along === 'clock' ? Date.parse(row.endedTime) : row.ordinal
  const from = of.has('from') ? Number(of.get('from')) : -Infinity
  const to = of.has('to') ? Number(of.get('to')) : Infinity
  const rows = search.rows.filter(row => place(row) >= from && place(row) <= to)
  const scored = rows.filter(row => row.fitness !== null)
  const failed = rows.filter(row => row.fitness === null)
  const low = rows.length > 0 ? place(rows[0]) : 0
  const high = rows.length > 0 ? place(rows.at(-1)) : 1
  const cells = new Map()
  for (const row of scored) {
    const cell = Math.floor(((place(row) - low) / (high - low || 1)) * (width - 1))
    const known = cells.get(cell)
    if (!known) cells.set(cell, [row, row])
    else if (row.fitness < known[0].fitness) known[0] = row
    else if (row.fitness > known[1].fitness) known[1] = row
  }
  const drawn = [...cells.values()].flatMap(([a, b]) => (a === b ? [a] : a.birth < b.birth ? [a, b] : [b, a]))
  const best = { x: [], y: [], birth: [] }
  for (const row of search.rows) {
    if (row.fitness === null || (best.y.length > 0 && row.fitness <= best.y.at(-1))) continue
    best.x.push(place(row))
    best.y.push(row.fitness)
    best.birth.push(row.birth)
  }
  const band = { x: [], q25: [], median: [], q75: [] }
  const size = Math.max(15, Math.ceil(scored.length / 200))
  for (let at = 0; at + size <= scored.length; at += size) {
    const part = scored.slice(at, at + size)
    const sorted = part.map(row => row.fitness).sort((a, b) => a - b)
    band.x.push(place(part[size >> 1]))
    band.q25.push(quantile(sorted, 0.25))
    band.median.push(quantile(sorted, 0.5))
    band.q75.push(quantile(sorted, 0.75))
  }
  return {
    search: search.name,
    x: along,
    event: search.event,
    xMin: low,
    xMax: high,
    of: rows.length,
    best,
    fitness: {
      drawn: drawn.length,
      of: scored.length,
      x: drawn.map(place),
      y: drawn.map(row => row.fitness),
      birth: drawn.map(row => row.birth),
      kind: drawn.map(row => (row.feasible ? (row.stoppedAtEpoch !== null ? 1 : 0) : 2)),
    },
    band,
    failures: {
      drawn: failed.length,
      of: failed.length,
      x: failed.map(place),
      birth: failed.map(row => row.birth),
      reason: failed.map(row => row.outcome),
    },
    metrics: {},
  }
}

const value = (row, key) =>
  key.startsWith('decision.')
    ? undefined
    : (row[key] ?? row.metrics[key] ?? (key === 'hours' ? row.atSeconds / 3600 : key === 'stopped' ? row.stoppedAtEpoch !== null : null))

function evaluations(search, of) {
  const sort = of.get('sort') ?? 'birth'
  const key = sort.replace(/^-/, '')
  const way = sort.startsWith('-') ? -1 : 1
  let rows = search.rows
  if (of.has('births')) {
    const births = new Set(of.get('births').split(',').map(Number))
    rows = rows.filter(row => births.has(row.birth))
  }
  for (const filter of of.getAll('filter')) {
    const [, column, op, text] = /^([\w.]+)(>=|<=|!=|=|>|<|~)(.*)$/.exec(filter) ?? []
    if (column === undefined) return null
    const at = search.decisions.indexOf(column.slice(9))
    rows = rows.filter(row => {
      const mine = at >= 0 ? search.options[column.slice(9)][row.genes[at]] : value(row, column)
      if (mine === null || mine === undefined) return false
      if (op === '~') return String(mine).toLowerCase().includes(text.toLowerCase())
      const other = typeof mine === 'number' ? Number(text) : text
      const same = typeof mine === 'number' ? mine : String(mine)
      return { '>=': same >= other, '<=': same <= other, '!=': same !== other, '=': same === other, '>': same > other, '<': same < other }[op]
    })
  }
  const sorted =
    sort === 'birth'
      ? rows
      : sort === '-birth'
        ? rows.toReversed()
        : rows.toSorted((a, b) => {
            const [x, y] = [value(a, key), value(b, key)]
            return x === null ? 1 : y === null ? -1 : way * (x - y)
          })
  const from = Number(of.get('cursor') ?? 0)
  const size = Number(of.get('size') ?? 100)
  return {
    rows: sorted.slice(from, from + size).map(plain),
    next: from + size < sorted.length ? String(from + size) : null,
    total: sorted.length,
    of: search.rows.length,
    event: search.event,
  }
}

const ancestors = (search, row) => {
  const chain = []
  for (let one = row; one; one = one.parent ? search.rows[one.parent - 1] : null) chain.push(one)
  return chain
}

function candidate(search, text) {
  const row = text === 'best' ? search.best : search.rows[Number(text) - 1]
  if (!row) return null
  const parent = row.parent ? search.rows[row.parent - 1] : null
  const children = search.rows.filter(one => one.parent === row.birth).map(one => one.birth)
  return {
    ...plain(row),
    curve: curveOf(row),
    failure: row.detail,
    rank: row.fitness === null ? null : 1 + search.rows.filter(one => one.fitness > row.fitness).length,
    childBirths: children.slice(0, 500),
    siblings: search.rows.filter(one => row.parent && one.parent === row.parent && one !== row).map(one => one.birth).slice(0, 500),
    values: search.decisions.map((id, d) => ({
      id,
      value: search.options[id][row.genes[d]],
      parentValue: parent && parent.genes[d] !== row.genes[d] ? search.options[id][parent.genes[d]] : null,
    })),
    command: `evonas train --space mnasnet --genotype ${row.genes.join('-')} --epochs 90`,
    hasDrawing: true,
    isBest: row === search.best,
    inPopulation: search.population.includes(row),
    heirs: search.population.filter(one => ancestors(search, one).includes(row)).length,
  }
}

function decisions(search) {
  const scored = search.rows.filter(row => row.fitness !== null)
  const mean = scored.reduce((sum, row) => sum + row.fitness, 0) / Math.max(1, scored.length)
  return {
    event: search.event,
    of: scored.length,
    known: true,
    decisions: search.decisions.map((id, d) => {
      let between = 0
      const candidates = search.options[id].map((text, gene) => {
        const all = search.rows.filter(row => row.genes[d] === gene)
        const mine = all.filter(row => row.fitness !== null)
        const own = mine.reduce((sum, row) => sum + row.fitness, 0) / Math.max(1, mine.length)
        between += mine.length * (own - mean) ** 2
        let top = null
        for (const row of mine) if (!top || row.fitness > top.fitness) top = row
        return {
          value: text,
          count: all.length,
          scored: mine.length,
          mean: mine.length > 0 ? own : null,
          shrunken: mine.length > 0 ? (own * mine.length + mean * 10) / (mine.length + 10) : null,
          best: top?.fitness ?? null,
          bestBirth: top?.birth ?? null,
          share: Array.from({ length: 20 }, (_, b) => {
            const [from, to] = [(b * search.rows.length) / 20, ((b + 1) * search.rows.length) / 20]
            const part = all.filter(row => row.birth > from && row.birth <= to).length
            return part / Math.max(1, to - from)
          }),
        }
      })
      const total = scored.reduce((sum, row) => sum + (row.fitness - mean) ** 2, 0)
      return { id, importance: total > 0 ? between / total : null, n: scored.length, candidates }
    }),
  }
}

function pair(search, a, b) {
  const [da, db] = [search.decisions.indexOf(a), search.decisions.indexOf(b)]
  const [av, bv] = [search.options[a], search.options[b]]
  const cells = av.map(() => bv.map(() => []))
  for (const row of search.rows) if (row.fitness !== null) cells[row.genes[da]][row.genes[db]].push(row.fitness)
  return {
    event: search.event,
    a,
    b,
    aValues: av,
    bValues: bv,
    count: cells.map(row => row.map(cell => cell.length)),
    mean: cells.map(row => row.map(cell => (cell.length > 0 ? cell.reduce((x, y) => x + y, 0) / cell.length : null))),
    best: cells.map(row => row.map(cell => (cell.length > 0 ? cell.reduce((x, y) => Math.max(x, y)) : null))),
  }
}

function mutations(search) {
  return {
    event: search.event,
    decisions: search.decisions
      .map(decision => {
        const all = search.rows.filter(row => row.change?.decision === decision)
        const scored = all.filter(row => row.gain !== null)
        const mean = scored.reduce((sum, row) => sum + row.gain, 0) / Math.max(1, scored.length)
        const spread = 1.96 * Math.sqrt(scored.reduce((sum, row) => sum + (row.gain - mean) ** 2, 0) / Math.max(1, scored.length - 1) / Math.max(1, scored.length))
        const changes = new Map()
        for (const row of all) {
          const key = `${row.change.from}>${row.change.to}`
          const one = changes.get(key) ?? { from: row.change.from, to: row.change.to, tried: 0, scored: 0, gained: 0, mean: 0 }
          one.tried++
          if (row.gain !== null) {
            one.scored++
            one.gained += row.gain > 0 ? 1 : 0
            one.mean += (row.gain - one.mean) / one.scored
          }
          changes.set(key, one)
        }
        return {
          decision,
          tried: all.length,
          scored: scored.length,
          gained: scored.filter(row => row.gain > 0).length,
          mean: scored.length > 0 ? mean : null,
          low: scored.length > 1 ? mean - spread : null,
          high: scored.length > 1 ? mean + spread : null,
          transitions: [...changes.values()],
        }
      })
      .filter(one => one.tried > 0),
  }
}

function failures(search) {
  const failed = search.rows.filter(row => row.fitness === null)
  const causes = [...new Set(failed.map(row => row.outcome))].map(reason => {
    const mine = failed.filter(row => row.outcome === reason)
    const last = mine.at(-1)
    return { reason, count: mine.length, share: mine.length / failed.length, lastBirth: last.birth, lastDetail: last.detail, lastTime: last.endedTime }
  })
  return {
    event: search.event,
    total: failed.length,
    ended: search.rows.length,
    causes: causes.sort((a, b) => b.count - a.count),
    slots: [],
    recent: [],
    losses: failed.length > 0 ? [{ node: 'gpu-1', cause: 'signal', count: 2 }] : [],
  }
}

function curves(search) {
  const full = search.rows.filter(row => row.code === 1).slice(0, 2000).map(curveOf)
  return {
    event: search.event,
    of: full.length,
    epochs: full.length === 0 ? [] : Array.from({ length: 12 }, (_, i) => {
      const sorted = full.map(curve => curve[i]).sort((a, b) => a - b)
      const [q05, q25, median, q75, q95] = [0.05, 0.25, 0.5, 0.75, 0.95].map(share => quantile(sorted, share))
      return { epoch: i + 1, n: full.length, q05, q25, median, q75, q95 }
    }),
  }
}

function compare(names, along) {
  const place = row => (along === 'evaluations' ? row.ordinal : (row.atSeconds / 3600) * (along === 'slotHours' ? 8 : 1))
  return {
    x: along,
    searches: names.map(name => {
      const search = searches.get(name)
      const best = { x: [], y: [] }
      const all = search.rows.filter(row => row.fitness !== null)
      for (const row of all) {
        if (best.y.length > 0 && row.fitness <= best.y.at(-1)) continue
        best.x.push(place(row))
        best.y.push(row.fitness)
      }
      if (all.length > 0) {
        best.x.push(place(all.at(-1)))
        best.y.push(best.y.at(-1))
      }
      const sorted = all.map(row => row.fitness).sort((a, b) => a - b)
      const steps = Array.from({ length: Math.min(400, sorted.length) }, (_, i, n = Math.min(400, sorted.length)) => (i + 1) / n)
      return {
        name,
        best,
        edf: { y: steps.map(share => quantile(sorted, share)), share: steps },
        scored: all.length,
        final: best.y.at(-1) ?? null,
      }
    }),
    band: { x: [], q25: [], median: [], q75: [] },
    differences: [
      { setting: 'seed', values: names.map((_, i) => String(i + 1)) },
      { setting: 'algorithm', values: names.map(name => (searches.get(name).evolution ? 'evolution' : 'random')) },
    ],
    sameObjective: true,
  }
}

function journal(search, of) {
  const before = Number(of.get('before') ?? search.event + 1)
  const events = []
  for (let i = search.rows.length - 1; i >= 0 && events.length < 100; i--) {
    const row = search.rows[i]
    if (row.endedAt < before) events.push({ number: row.endedAt, time: row.endedTime, event: row.fitness === null ? 'ruled-out-v1' : 'scored-v1', birth: row.birth, fitness: row.fitness, detail: row.detail ?? undefined })
    if (row.bornAt < before) events.push({ number: row.bornAt, time: row.bornTime, event: 'born-v1', birth: row.birth, parent: row.parent, genotype: row.genotype })
  }
  const minutes = new Map()
  for (const row of search.rows.slice(-400)) {
    const minute = `${row.endedTime.slice(0, 16)}:00.000Z`
    minutes.set(minute, (minutes.get(minute) ?? 0) + 2)
  }
  return {
    last: search.event,
    place: '~/.local/share/evonas/night/journal.sqlite',
    bytes: search.event * 420,
    version: 3,
    folded: search.event,
    lag: 0,
    perMinute: [...minutes].slice(-60).map(([minute, n]) => ({ minute, events: n })),
    events: events.reverse(),
  }
}

function at(search, event) {
  const born = search.rows.filter(row => row.bornAt <= event)
  const ended = born.filter(row => row.endedAt <= event)
  let best = null
  for (const row of ended) if (row.fitness !== null && (!best || row.fitness > best.fitness)) best = row
  return {
    event,
    time: ended.at(-1)?.endedTime ?? new Date(search.started).toISOString(),
    births: born.length,
    ended: ended.length,
    scored: ended.filter(row => row.fitness !== null).length,
    ruledOut: ended.filter(row => row.fitness === null).length,
    pending: born.length - ended.length,
    best: best && { birth: best.birth, fitness: best.fitness },
    population: [],
    elapsedSeconds: ended.at(-1)?.atSeconds ?? 0,
  }
}

function cluster() {
  const night = searches.get('night')
  const node = (name, status, answered, part) => ({
    name,
    address: `10.0.0.${part}:4053`,
    status,
    roles: part === 1 ? ['population', 'dashboard'] : ['evaluator'],
    slots: night && part > 1 ? slots(night).filter(slot => slot.node === name) : [],
    losses: part === 2 ? [{ cause: 'oom', count: 3 }] : [],
    answered,
  })
  const now = new Date().toISOString()
  return {
    cluster: '10.0.0.1:4053',
    asked: now,
    trouble: null,
    nodes: [
      node('coordinator-1', 'Up', now, 1),
      node('gpu-1', 'Up', now, 2),
      node('gpu-2', 'Unreachable', new Date(Date.now() - 190_000).toISOString(), 3),
    ],
    searches: [...searches.values()].map(search => {
      const one = search.snapshot()
      return { name: one.name, state: one.state, space: one.space, events: one.events, ended: one.ended, pending: one.pending, budget: one.budget.evaluations, best: one.best?.fitness ?? null, slots: one.slots, detail: one.detail }
    }),
  }
}

function actors(watch) {
  const line = (path, type, part) => ({
    path,
    type,
    depth: 0,
    stashed: 0,
    messages: 4200,
    failures: 0,
    restarts: 0,
    subject: path.includes('night') ? 'night' : null,
    times: { waitMedian: 0.000021, waitP99: 0.0009, handlingMedian: 0.00018, handlingP99: 0.0034 },
    current: null,
    currentSeconds: 0,
    lastFailure: null,
    failedSecondsAgo: null,
    stuck: null,
    recent:
      path === watch
        ? Array.from({ length: 12 }, (_, i) => ({ type: i % 3 ? 'TrainingProgress' : 'Evaluated', waitSeconds: 0.00002 * (i + 1), seconds: 0.0004, failure: i === 7 ? 'TimeoutException: no answer within 5 s' : null, secondsAgo: 1.5 * i }))
        : [],
    ...part,
  })
  const types = (name, n) => ({ type: name, live: n, depth: 0, stashed: 0, messages: 9100 * n, failures: 0, restarts: 0, stuck: 0, times: { waitMedian: 0.00002, waitP99: 0.0011, handlingMedian: 0.0002, handlingP99: 0.004 } })
  const node = (name, part, list, kinds) => ({ name, address: `10.0.0.${part}:4053`, status: 'Up', silentSeconds: null, refusal: null, actors: list, types: kinds, actorCount: list.length, undeliveredCounts: { dead: 3, unhandled: 0, dropped: 1, refused: 0 }, undelivered: [{ kind: 'dead', type: 'LeaseExpired', to: '/user/searches/night/slot-3', from: '/user/searches/night', secondsAgo: 95 }] })
  return {
    nodes: [
      node('coordinator-1', 1, [
        line('/user/searches', 'searches', {}),
        line('/user/searches/night', 'population', { depth: 3, stashed: 2, current: 'Evaluated', currentSeconds: 0.002, messages: 88_120 }),
        line('/user/searches/night/mutator', 'mutator', {}),
        line('/user/monitor', 'monitor', { failures: 1, restarts: 1, lastFailure: 'IOException: No space left on device <b>', failedSecondsAgo: 3_900 }),
      ], [types('population', 1), types('mutator', 1), types('searches', 1), types('monitor', 1)]),
      node('gpu-1', 2, [1, 2, 3, 4].map(i => line(`/user/slots/slot-${i}`, 'slot', i === 3 ? { stuck: 'It has handled StartTraining for 4 min, 80 × the 99th percentile of its type.', current: 'StartTraining', currentSeconds: 240, depth: 14 } : {})), [types('slot', 4)]),
      { ...node('gpu-2', 3, [], []), status: 'Unreachable', silentSeconds: 190, undeliveredCounts: {}, undelivered: [] },
    ],
  }
}

const network = row =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="420" viewBox="0 0 240 420" font-family="sans-serif" font-size="12">` +
  row.genes
    .map((gene, i) => `<rect x="40" y="${10 + i * 40}" width="160" height="28" rx="6" fill="#eef4f8" stroke="#0072b2"/><text x="120" y="${28 + i * 40}" text-anchor="middle">block ${i + 1}: ${gene}</text>`)
    .join('') +
  '</svg>'

function answer(path, of) {
  const parts = path.split('/').map(decodeURIComponent)
  const session = { version: '0.4.0', control: of.get('control') === '1', expires: new Date(Date.now() + 43_200_000).toISOString(), pathBase: '/', cluster: null, zone: 'Europe/Zurich', now: new Date().toISOString() }
  if (path === 'session') return session
  if (path === 'cluster') return cluster()
  if (path === 'actors') return count === 0 ? { nodes: [] } : actors(of.get('watch'))
  if (path === 'searches') return { searches: [...searches.values()].map(one => one.snapshot()), now: new Date().toISOString(), trouble: null }
  if (parts[0] !== 'searches') return null
  const search = searches.get(parts[1])
  if (!search) return null
  switch (parts.slice(2, 3).join()) {
    case '':
      return detail(search)
    case 'series':
      return series(search, of)
    case 'columns':
      return encodeColumns(search, (of.get('names') ?? '').split(','), Number(of.get('after') ?? 0))
    case 'decisions':
      return parts[3] === 'pair' ? pair(search, of.get('a'), of.get('b')) : decisions(search)
    case 'mutations':
      return mutations(search)
    case 'failures':
      return failures(search)
    case 'curves':
      return curves(search)
    case 'journal':
      return journal(search, of)
    case 'at':
      return at(search, Number(parts[3]))
    case 'compare':
      return compare([search.name, ...of.get('with').split(',')], of.get('x'))
    case 'evaluations': {
      if (parts[3] === undefined) return evaluations(search, of)
      const one = candidate(search, parts[3])
      if (one === null) return null
      const row = search.rows[one.birth - 1]
      switch (parts[4]) {
        case undefined:
          return one
        case 'ancestors':
          return { rows: ancestors(search, row).map(plain) }
        case 'network.svg':
          return network(row)
        case 'log':
          return {
            lines: [
              { time: row.bornTime, level: 'information', message: `Birth ${row.birth} goes to ${row.slot}.`, slot: row.slot, exception: null },
              ...(row.detail ? [{ time: row.endedTime, level: 'error', message: row.detail, slot: row.slot, exception: null }] : []),
            ],
            truncated: false,
          }
      }
    }
  }
  return null
}

// The real server has its answers ready; here they are computed once for each state of the search.
const memory = new Map()
let memoryOf = -1
function remembered(key, path, of) {
  const event = searches.get('night')?.event ?? 0
  if (event !== memoryOf) memory.clear()
  memoryOf = event
  if (path === 'cluster' || path === 'actors' || path === 'session') return answer(path, of)
  if (!memory.has(key)) memory.set(key, answer(path, of))
  return memory.get(key)
}

const listeners = new Set()
const send = (response, id, event, data) => response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)

const server = createServer((request, response) => {
  const address = new URL(request.url, 'http://localhost')
  response.setHeader('Content-Security-Policy', policy)
  response.setHeader('X-Content-Type-Options', 'nosniff')
  const path = address.pathname.slice(1)
  if (api > 0 && path.startsWith('api/')) {
    const headers = { ...request.headers, host: `127.0.0.1:${api}` }
    const onward = ask({ port: api, host: '127.0.0.1', path: request.url, method: request.method, headers }, real => {
      response.writeHead(real.statusCode, real.headers)
      real.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    response.on('close', () => onward.destroy())
    request.pipe(onward)
    return
  }
  if (path === 'api/v1/events') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    const names = (address.searchParams.get('searches') ?? '').split(',').filter(name => searches.has(name))
    const listener = { response, names }
    listeners.add(listener)
    const ids = Object.fromEntries(names.map(name => [name, searches.get(name).event]))
    send(response, Object.entries(ids).map(([name, event]) => `${name}:${event}`).join(), 'hello', { version: '0.4.0', projection: 3, ids })
    request.on('close', () => listeners.delete(listener))
    return
  }
  if (path.startsWith('api/v1/')) {
    if (request.method === 'POST' && path !== 'api/v1/session') {
      response.writeHead(403, { 'Content-Type': 'application/problem+json' })
      return response.end(JSON.stringify({ type: 'about:blank', title: 'Control is off', status: 403, detail: null, hint: 'Start the dashboard with --allow-control.' }))
    }
    const found = remembered(request.url, path.slice(7), address.searchParams)
    if (found === null) {
      response.writeHead(404, { 'Content-Type': 'application/problem+json' })
      return response.end(JSON.stringify({ type: 'about:blank', title: 'Not found', status: 404, detail: `There is no ${path}.`, hint: null }))
    }
    if (typeof found === 'string') response.writeHead(200, { 'Content-Type': 'image/svg+xml' }).end(found)
    else if (Buffer.isBuffer(found)) response.writeHead(200, { 'Content-Type': 'application/vnd.evonas.columns' }).end(found)
    else response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(found))
    return
  }
  const name = path === '' ? 'index.html' : path
  try {
    if (!/^[\w.-]+$/.test(name)) throw new Error('not a file of the page')
    response.writeHead(200, { 'Content-Type': types[extname(name)] ?? 'application/octet-stream' }).end(readFileSync(join(folder, name)))
  } catch {
    response.writeHead(404).end()
  }
})

if (pace > 0) {
  setInterval(() => {
    tickCount++
    const night = searches.get('night')
    const row = night?.live ? night.breed() : null
    for (const { response, names } of listeners) {
      if (names.length === 0) send(response, '', 'searches', { searches: [...searches.values()].map(one => one.snapshot()) })
      if (row === null || !names.includes('night')) continue
      const id = `night:${night.event}`
      send(response, id, 'evaluation', { search: 'night', event: night.event, rows: [plain(row)], best: night.best?.birth ?? null })
      send(response, id, 'slot', { search: 'night', slots: slots(night), report: 'answered' })
      send(response, id, 'state', night.snapshot())
    }
  }, pace)
}

server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/ with ${count} evaluations`))
