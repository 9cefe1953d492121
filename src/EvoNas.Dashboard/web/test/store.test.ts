import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Evaluation, SearchSummary } from '../src/api'
import { encodeColumns, makeSearch, type MadeSearch } from '../dev/searches.mjs'

// A server of one search: counts what is asked for.
let asked: string[]
let search: MadeSearch
beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  search = makeSearch('night', 60)
  vi.stubGlobal('document', { hidden: false })
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path)
    if (path.includes('/columns')) {
      const after = Number(new URLSearchParams(path.split('?')[1]).get('after') ?? 0)
      return new Response(new Uint8Array(encodeColumns(search, ['fitness'], after)))
    }
    return Response.json({ name: 'night', events: search.event, slotList: [], report: 'none', state: 'running' })
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

async function made() {
  vi.resetModules()
  const store = await import('../src/store')
  const one = store.model('night')
  await vi.advanceTimersByTimeAsync(0)
  return { store, one }
}
const rows = (...births: number[]): Evaluation[] => births.map(birth => search.rows[birth - 1]!)
const evaluation = (event: number, ...births: number[]) => ({
  type: 'evaluation',
  data: { search: 'night', event, rows: rows(...births), best: null },
})

describe('the store', () => {
  test('takes a message once, however often it comes', async () => {
    const { store, one } = await made()
    const heard: number[][] = []
    one.listen(news => heard.push((news ?? []).map(row => row.birth)))
    store.deliver(evaluation(100, 50, 51))
    store.deliver(evaluation(100, 50, 51))
    store.deliver(evaluation(90, 49))
    expect(heard).toEqual([[50, 51]])
    expect(one.recent.value.map(row => row.birth)).toEqual([51, 50])
  })

  test('keeps a candidate once when it is born and then ends', async () => {
    const { store, one } = await made()
    store.deliver(evaluation(100, 50))
    store.deliver(evaluation(101, 51, 50))
    expect(one.recent.value.map(row => row.birth)).toEqual([50, 51])
  })

  test('keeps the last two hundred candidates however long it is open', async () => {
    const { store, one } = await made()
    while (search.rows.length < 1000) search.breed()
    for (let birth = 1; birth <= 1000; birth++) store.deliver(evaluation(birth, birth))
    expect(one.recent.value).toHaveLength(200)
    expect(one.recent.value[0]!.birth).toBe(1000)
  })

  test('asks for all again after a resync', async () => {
    const { store, one } = await made()
    one.need(['fitness'])
    await vi.advanceTimersByTimeAsync(0)
    const heard: (Evaluation[] | null)[] = []
    one.listen(news => heard.push(news))
    asked = []
    store.deliver({ type: 'resync', data: { search: 'night', event: 5000 } })
    await vi.advanceTimersByTimeAsync(0)
    expect(heard).toEqual([null])
    expect(asked.some(path => path.includes('/columns'))).toBe(true)
    expect(asked).toContain('api/v1/searches/night')
  })

  test('columns are asked for whole once, then by increments', async () => {
    const { store, one } = await made()
    one.need(['fitness'])
    await vi.advanceTimersByTimeAsync(0)
    expect(one.table.count).toBe(60)
    const event = search.event
    search.breed()
    store.deliver(evaluation(search.event, 61))
    await vi.advanceTimersByTimeAsync(2500)
    expect(one.table.count).toBe(61)
    expect(asked.filter(path => path.includes('/columns'))).toEqual([
      'api/v1/searches/night/columns?names=fitness',
      `api/v1/searches/night/columns?names=fitness&after=${event}`,
    ])
  })

  test('a hundred messages in a second cause one question, not a hundred', async () => {
    const { store, one } = await made()
    one.need(['fitness'])
    await vi.advanceTimersByTimeAsync(0)
    asked = []
    for (let i = 0; i < 100; i++) {
      search.breed()
      store.deliver(evaluation(search.event, search.rows.length))
    }
    await vi.advanceTimersByTimeAsync(2500)
    expect(asked.filter(path => path.includes('/columns'))).toHaveLength(1)
    expect(one.table.count).toBe(160)
  })

  test('a server of another version makes everything new', async () => {
    const { store, one } = await made()
    let missed = 0
    one.listen(news => (missed += news === null ? 1 : 0))
    store.deliver({ type: 'hello', data: { version: '1', projection: 1, ids: {} } })
    store.deliver({ type: 'hello', data: { version: '1', projection: 1, ids: {} } })
    expect(missed).toBe(0)
    store.deliver({ type: 'hello', data: { version: '1', projection: 2, ids: {} } })
    expect(missed).toBe(1)
  })

  test('holds the flow while it is paused and catches up after', async () => {
    const { store, one } = await made()
    let missed = 0
    one.listen(news => (missed += news === null ? 1 : 0))
    store.frozen.value = true
    store.deliver(evaluation(200, 55))
    expect(one.recent.value).toEqual([])
    store.unfreeze()
    expect(missed).toBe(1)
  })

  test('progress of a slot that has gone on to the next candidate is not taken for it', async () => {
    const { store, one } = await made()
    const slot = { name: 's', node: 'n', birth: 8, seconds: 1, progress: null }
    store.deliver({ type: 'slot', data: { search: 'night', slots: [slot], report: 'answered' } })
    const late = { name: 's', birth: 7, seconds: 900, progress: null }
    store.deliver({ type: 'progress', data: { search: 'night', slots: [late] } })
    expect(one.slots.value[0]!.seconds).toBe(1)
    store.deliver({ type: 'progress', data: { search: 'night', slots: [{ ...late, birth: 8, seconds: 9 }] } })
    expect(one.slots.value[0]!.seconds).toBe(9)
  })

  test('a change of state reaches the list of searches too', async () => {
    const { store } = await made()
    store.searches.value = [{ name: 'night', state: 'running' } as SearchSummary]
    store.deliver({ type: 'state', data: { name: 'night', state: 'paused' } })
    expect(store.searches.value![0]!.state).toBe('paused')
  })

  test('a deleted search is told', async () => {
    const { store, one } = await made()
    store.deliver({ type: 'gone', data: { search: 'night' } })
    expect(one.gone.value).toBe(true)
  })
})
