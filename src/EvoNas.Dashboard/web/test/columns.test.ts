import { describe, expect, test } from 'vitest'
import { decode, Table } from '../src/columns'
import { encodeColumns, makeSearch } from '../dev/searches.mjs'

const buffer = (of: Buffer): ArrayBuffer => of.buffer.slice(of.byteOffset, of.byteOffset + of.byteLength) as ArrayBuffer
const asked = (search: ReturnType<typeof makeSearch>, names: string[], after = 0) =>
  decode(buffer(encodeColumns(search, names, after)))

describe('columns', () => {
  test('each value of the search is in its column', () => {
    const search = makeSearch('night', 500)
    const answer = asked(search, ['fitness', 'outcome', 'slot', 'decision.stage3.op', 'madds'])
    expect(answer.count).toBe(500)
    const slots = answer.columns.get('slot')!
    const ops = answer.columns.get('decision.stage3.op')!
    search.rows.forEach((row, i) => {
      expect(answer.columns.get('birth')!.values[i]).toBe(row.birth)
      expect(answer.columns.get('outcome')!.values[i]).toBe(row.code)
      const fitness = answer.columns.get('fitness')!.values[i]!
      if (row.fitness === null) expect(fitness).toBeNaN()
      else expect(fitness).toBe(Math.fround(row.fitness))
      expect(slots.dictionary![slots.values[i]!]).toBe(row.slot)
      expect(ops.dictionary![ops.values[i]!]).toBe(search.options['stage3.op'][row.genes[6]!])
    })
  })

  test('an empty search has columns without rows', () => {
    const answer = asked(makeSearch('night', 0), ['fitness'])
    expect(answer.count).toBe(0)
    expect(answer.columns.get('fitness')!.values.length).toBe(0)
  })

  test('what is not in the format is refused with the reason', () => {
    expect(() => decode(new ArrayBuffer(4))).toThrow('EVC1')
    expect(() => decode(new TextEncoder().encode('{"title":"no"}').buffer as ArrayBuffer)).toThrow('EVC1')
    const whole = buffer(encodeColumns(makeSearch('night', 20), ['fitness']))
    expect(() => decode(whole.slice(0, 60))).toThrow('cut off')
    expect(() => decode(whole.slice(0, whole.byteLength - 16))).toThrow('cut off')
  })

  test('increments make the same table as the whole', () => {
    const names = ['fitness', 'outcome', 'subtree', 'slot', 'retiredAt']
    const search = makeSearch('night', 150)
    const table = new Table()
    table.replace(asked(search, names))
    for (let i = 0; i < 400; i++) {
      search.breed()
      if (i % 37 === 0) table.update(asked(search, names, table.event))
    }
    table.update(asked(search, names, table.event))
    const whole = new Table()
    whole.replace(asked(search, names))
    expect(table.count).toBe(550)
    expect(table.event).toBe(whole.event)
    for (const name of ['birth', 'fitness', 'outcome', 'slot']) expect(table.column(name)).toEqual(whole.column(name))
  })

  test('an increment that comes twice changes nothing', () => {
    const search = makeSearch('night', 50)
    const table = new Table()
    table.replace(asked(search, ['fitness']))
    const before = table.event
    search.breed()
    const increment = encodeColumns(search, ['fitness'], before)
    table.update(decode(buffer(increment)))
    const once = [...table.column('fitness')]
    table.update(decode(buffer(increment)))
    expect([...table.column('fitness')]).toEqual(once)
    expect(table.count).toBe(51)
  })

  test('a birth is found by its number, and one that is not there is not', () => {
    const table = new Table()
    expect(table.row(1)).toBe(-1)
    table.replace(asked(makeSearch('night', 30), ['fitness']))
    expect(table.row(1)).toBe(0)
    expect(table.row(30)).toBe(29)
    expect(table.row(31)).toBe(-1)
    expect(table.row(0)).toBe(-1)
  })
})
