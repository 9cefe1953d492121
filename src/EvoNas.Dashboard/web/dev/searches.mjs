// A made-up search that follows the contract of the API: for pictures, tests and work on the page without a server.

const outcomes = ['pending', 'scored', 'scored', 'diverged', 'memory', 'crash', 'invalid', 'unscorable']

/** Numbers that can be repeated (mulberry32). */
export function random(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const options = {
  'stage1.kernel': ['3', '5', '7'],
  'stage1.expansion': ['3', '4', '6'],
  'stage1.layers': ['1', '2', '3', '4'],
  'stage2.kernel': ['3', '5', '7'],
  'stage2.squeeze': ['0', '0.25'],
  'stage2.layers': ['1', '2', '3', '4'],
  'stage3.op': ['conv', 'sep-conv', 'mbconv', 'identity'],
  'stage3.channels': ['16', '24', '32', '48', '64'],
  'stage4.skip': ['none', 'pool', 'identity'],
  'head.width': ['640', '960', '1280'],
}
const ids = Object.keys(options)

export const hostile = {
  genotype: '<img src=x onerror=alert(1)>\u0007\u202e-"quoted"&amp;',
  detail: '</script><script>document.title="broken"</script>\u0000\u001b[31m' + 'x'.repeat(20_000),
}

/** A search of `count` evaluations. */
export function makeSearch(name, count, options_ = {}) {
  const { seed = 1, evolution = true, live = false, started = Date.UTC(2026, 10, 27, 20, 14, 3) } = options_
  const next = random(seed)
  const rows = []
  const population = []
  let [event, ordinal, seconds, best] = [1, 0, 0, 0]
  const quality = ids.map(id => options[id].map(() => next() - 0.5))
  const weight = ids.map(() => next() ** 2)
  const search = { name, started, rows, population, decisions: ids, options, evolution, live, breed, snapshot }

  function breed() {
    const birth = rows.length + 1
    let parent = null
    if (evolution && population.length >= Math.min(60, count / 3 + 2)) {
      for (let i = 0; i < 12; i++) {
        const one = population[Math.floor(next() * population.length)]
        if (parent === null || one.fitness > parent.fitness) parent = one
      }
    }
    const genes = parent ? [...parent.genes] : ids.map(id => Math.floor(next() * options[id].length))
    let change = null
    if (parent) {
      const d = Math.floor(next() * ids.length)
      const to = (genes[d] + 1 + Math.floor(next() * (options[ids[d]].length - 1))) % options[ids[d]].length
      change = { decision: ids[d], from: options[ids[d]][genes[d]], to: options[ids[d]][to] }
      genes[d] = to
    }
    const worth = genes.reduce((sum, gene, d) => sum + quality[d][gene] * weight[d], 0)
    const roll = next()
    const outcome =
      birth === 1 ? 1 : roll < 0.008 ? 3 : roll < 0.013 ? 4 : roll < 0.017 ? 5 : roll < 0.018 ? 6 : roll < 0.019 ? 7 : roll < 0.2 ? 2 : 1
    const scored = outcome <= 2
    const madds = 60e6 * Math.exp(genes[0] * 0.2 + genes[1] * 0.25 + genes[7] * 0.22 + genes[2] * 0.15 + next() * 0.3)
    const top1 = 0.62 + worth * 0.11 + Math.log(madds / 60e6) * 0.02 + (next() - 0.5) * 0.02 - (outcome === 2 ? 0.09 : 0)
    const epochs = outcome === 2 ? 2 + Math.floor(next() * 4) : 12
    const took = 20 + madds / 6e6 + next() * 20
    seconds += took / 8
    const row = {
      birth,
      parent: parent?.birth ?? null,
      outcome: outcomes[outcome],
      code: outcome,
      stoppedAtEpoch: outcome === 2 ? epochs : null,
      fitness: scored ? top1 * (madds / 300e6 > 1 ? (madds / 300e6) ** -0.07 : 1) : null,
      feasible: scored ? madds <= 300e6 : null,
      gain: null,
      metrics: scored ? { madds, parameters: madds / 70 + next() * 1e6, top1, latency: madds / 5e9 + next() * 0.01 } : {},
      genotype: birth === 13 ? hostile.genotype : genes.join('-'),
      genes,
      draw: Math.floor(next() * 3),
      change,
      attempt: next() < 0.03 ? 2 : 1,
      slot: `slot-${1 + (birth % 8)}`,
      seconds: took,
      atSeconds: seconds,
      bornAt: ++event,
      endedAt: ++event,
      bornTime: new Date(started + (seconds - took) * 1000).toISOString(),
      endedTime: new Date(started + seconds * 1000).toISOString(),
      ordinal: ++ordinal,
      retiredAt: null,
      children: 0,
      subtree: 0,
      founder: parent?.founder ?? birth,
      epochs,
      detail: scored ? null : outcome === 5 ? hostile.detail : 'The loss became NaN or infinite in epoch 3.',
    }
    if (parent) {
      parent.children++
      row.gain = scored ? row.fitness - parent.fitness : null
      for (let up = parent; up; up = up.parent ? rows[up.parent - 1] : null) up.subtree++
    }
    rows.push(row)
    if (scored) {
      population.push(row)
      best = best === 0 || row.fitness > best.fitness ? row : best
      if (population.length > 100) population.shift().retiredAt = ++event
    }
    search.event = event
    search.best = best || null
    return row
  }

  function snapshot() {
    const scored = rows.filter(row => row.fitness !== null)
    const last = rows.at(-1)
    const champion = row =>
      row && { birth: row.birth, fitness: row.fitness, feasible: row.feasible, genotype: row.genotype, metrics: row.metrics }
    let feasible = null
    for (const row of scored) if (row.feasible && (!feasible || row.fitness > feasible.fitness)) feasible = row
    const goal = live ? Math.max(400, count * 1.6) : count
    return {
      name,
      state: live ? 'running' : count === 0 ? 'waiting' : 'finished',
      detail: live
        ? 'slot-3 is quarantined until 14:05: CUDA error 700 (an illegal memory access was encountered)'
        : count === 0
          ? 'No slot is free: all 8 work for night.'
          : null,
      space: evolution ? 'mnasnet' : 'anynet',
      objective: 'top1 * (madds / 300M) ^ -0.07',
      limits: ['madds <= 300M'],
      algorithm: evolution ? 'evolution' : 'random',
      seed: '7',
      events: search.event ?? 1,
      births: rows.length,
      ended: rows.length,
      scored: scored.length,
      ruledOut: rows.length - scored.length,
      pending: live ? 8 : 0,
      population: population.length,
      budget: { evaluations: goal, hours: null, slotHours: null },
      spent: goal === 0 ? 0 : rows.length / goal,
      best: champion(search.best) ?? null,
      announced: champion(feasible ?? best) ?? null,
      bestFeasible: champion(feasible) ?? null,
      perHour: rows.length > 1 ? (rows.length / seconds) * 3600 : null,
      secondsLeft: live ? { low: 5.1 * 3600, median: 6.4 * 3600, high: 9.2 * 3600 } : null,
      elapsedSeconds: seconds,
      slotSeconds: seconds * 7.6,
      started: new Date(started).toISOString(),
      lastEventAt: last ? last.endedTime : null,
      finished: live || count === 0 ? null : 'budget',
      finishedDetail: live || count === 0 ? null : 'The budget of evaluations is spent.',
      slots: live ? 8 : 0,
      version: '0.4.0',
    }
  }

  for (let i = 0; i < count; i++) breed()
  search.event = event
  search.best = best || null
  search.seconds = () => seconds
  return search
}

export const curveOf = row =>
  row.fitness === null
    ? []
    : Array.from({ length: row.epochs }, (_, i) => row.metrics.top1 * (1 - 0.55 * Math.exp(-(i + 1) / 2.6)))

const codes = { f32: Float32Array, i32: Int32Array, u8: Uint8Array }

/** The binary answer of `…/columns`. */
export function encodeColumns(search, names, after = 0) {
  const rows = search.rows.filter(row => row.endedAt > after || row.bornAt > after)
  const dictionaries = new Map()
  const entry = (name, value) => {
    if (value === null || value === undefined) return -1
    let list = dictionaries.get(name)
    if (!list) dictionaries.set(name, (list = []))
    const at = list.indexOf(value)
    return at >= 0 ? at : list.push(value) - 1
  }
  const known = {
    birth: ['i32', row => row.birth],
    parent: ['i32', row => row.parent ?? 0],
    outcome: ['u8', row => row.code],
    feasible: ['u8', row => (row.feasible === false ? 0 : 1)],
    fitness: ['f32', row => row.fitness ?? NaN],
    gain: ['f32', row => row.gain ?? NaN],
    bornAt: ['i32', row => row.bornAt],
    endedAt: ['i32', row => row.endedAt ?? 0],
    ordinal: ['i32', row => row.ordinal ?? 0],
    retiredAt: ['i32', row => row.retiredAt ?? 0],
    hours: ['f32', row => row.atSeconds / 3600],
    clock: ['f32', row => row.atSeconds],
    seconds: ['f32', row => row.seconds],
    attempt: ['u8', row => row.attempt],
    draw: ['i32', row => row.draw],
    epochs: ['i32', row => row.epochs],
    slot: ['i32', row => entry('slot', row.slot), true],
    decision: ['i32', row => entry('decision', row.change?.decision), true],
    from: ['i32', row => entry('from', row.change?.from), true],
    to: ['i32', row => entry('to', row.change?.to), true],
    subtree: ['i32', row => row.subtree],
    founder: ['i32', row => row.founder],
  }
  const list = ['birth', ...names.filter(name => name !== 'birth')]
  const columns = []
  const bodies = []
  let offset = 0
  for (const name of list) {
    const decision = name.startsWith('decision.') ? search.decisions.indexOf(name.slice(9)) : -1
    const [type, value, worded] =
      known[name] ??
      (decision >= 0
        ? ['i32', row => entry(name, search.options[search.decisions[decision]][row.genes[decision]]), true]
        : ['f32', row => row.metrics[name] ?? NaN])
    // Dictionaries are whole in every answer, so they grow at the end only.
    if (worded && after > 0) search.rows.forEach(value)
    const body = codes[type].from(rows, value)
    columns.push({ name, type, offset, length: body.byteLength, dictionary: worded ? (dictionaries.get(name) ?? []) : null })
    bodies.push([offset, body])
    offset += Math.ceil(body.byteLength / 8) * 8
  }
  const header = JSON.stringify({
    search: search.name,
    event: search.event,
    after,
    count: rows.length,
    births: search.rows.length,
    started: new Date(search.started).toISOString(),
    columns,
  })
  const text = Buffer.from(header, 'utf8')
  const size = Math.ceil((8 + text.length) / 8) * 8 - 8
  const answer = Buffer.alloc(8 + size + offset, 0)
  answer.fill(0x20, 8, 8 + size)
  answer.write('EVC1', 0, 'latin1')
  answer.writeUInt32LE(size, 4)
  text.copy(answer, 8)
  for (const [at, body] of bodies) Buffer.from(body.buffer).copy(answer, 8 + size + at)
  return answer
}
