// Columns of the candidates of one search: decoded from the binary answer and kept in growing typed arrays.

import { parse } from './format'

export type Values = Float32Array | Int32Array | Uint8Array

interface ColumnHead {
  name: string
  type: 'f32' | 'i32' | 'u8'
  offset: number
  length: number
  dictionary: string[] | null
}
interface Header {
  search: string
  event: number
  after: number
  count: number
  births: number
  started: string | null
  columns: ColumnHead[]
}
export interface Decoded {
  event: number
  count: number
  births: number
  started: string | null
  columns: Map<string, { values: Values; dictionary: string[] | null }>
}

const makers = { f32: Float32Array, i32: Int32Array, u8: Uint8Array }

/** Reads an answer of `…/columns`. The columns are views: nothing is copied. */
export function decode(buffer: ArrayBuffer): Decoded {
  const view = new DataView(buffer)
  if (buffer.byteLength < 8 || view.getUint32(0, false) !== 0x45564331) {
    throw new Error('The answer is not in the column format EVC1')
  }
  const size = view.getUint32(4, true)
  if (8 + size > buffer.byteLength) throw new Error('The header of the columns is cut off')
  const header = parse<Header>(new TextDecoder().decode(new Uint8Array(buffer, 8, size)))
  const columns = new Map<string, { values: Values; dictionary: string[] | null }>()
  for (const head of header.columns) {
    const start = 8 + size + head.offset
    const make = makers[head.type]
    const values = header.count
    if (make === undefined || head.length !== values * make.BYTES_PER_ELEMENT) {
      throw new Error(`The column ${head.name} has ${head.length} bytes for ${values} rows of ${head.type}`)
    }
    if (start + head.length > buffer.byteLength) throw new Error(`The column ${head.name} is cut off`)
    columns.set(head.name, { values: new make(buffer, start, values), dictionary: head.dictionary })
  }
  const { event, count, births, started } = header
  return { event, count, births, started, columns }
}

/** The candidates of one search by columns, rows in the order of birth. */
export class Table {
  count = 0
  event = 0
  started: string | null = null
  #columns = new Map<string, { values: Values; dictionary: string[] }>()

  get names(): string[] {
    return [...this.#columns.keys()]
  }

  has(name: string): boolean {
    return this.#columns.has(name)
  }

  /** The values of a column, one a row. */
  column(name: string): Values {
    const column = this.#columns.get(name)
    if (column === undefined) throw new Error(`The column ${name} was not loaded`)
    return column.values.subarray(0, this.count)
  }

  dictionary(name: string): string[] {
    return this.#columns.get(name)?.dictionary ?? []
  }

  /** The row of a birth; −1 where it is not known. */
  row(birth: number): number {
    const births = this.#columns.get('birth')?.values
    if (births === undefined || this.count === 0) return -1
    // Births count up by one almost always, so the guess is almost always right.
    const guess = birth - births[0]!
    if (guess >= 0 && guess < this.count && births[guess] === birth) return guess
    let low = 0
    let high = this.count - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const there = births[middle]!
      if (there === birth) return middle
      if (there < birth) low = middle + 1
      else high = middle - 1
    }
    return -1
  }

  /** Takes a whole answer (`after` 0): replaces the columns that it has. */
  replace(answer: Decoded): void {
    if (answer.count !== this.count) this.#columns.clear()
    this.count = answer.count
    this.event = answer.event
    this.started = answer.started
    for (const [name, { values, dictionary }] of answer.columns) {
      this.#columns.set(name, { values, dictionary: dictionary ?? [] })
    }
  }

  /** Takes what happened after the last answer: rows replace those of the same birth, new ones are added. */
  update(answer: Decoded): void {
    const births = answer.columns.get('birth')!.values
    const rows = new Int32Array(answer.count)
    let count = this.count
    for (let i = 0; i < answer.count; i++) {
      const row = this.row(births[i]!)
      rows[i] = row >= 0 ? row : count++
    }
    for (const [name, { values, dictionary }] of answer.columns) {
      const mine = this.#columns.get(name)
      if (mine === undefined) continue
      if (mine.values.length < count) {
        const make = mine.values.constructor as new (size: number) => Values
        const grown = new make(Math.max(256, count + (count >> 2)))
        grown.set(mine.values.subarray(0, this.count))
        mine.values = grown
      }
      for (let i = 0; i < answer.count; i++) mine.values[rows[i]!] = values[i]!
      if (dictionary !== null) mine.dictionary = dictionary
    }
    this.count = count
    this.event = Math.max(this.event, answer.event)
    this.started ??= answer.started
  }
}
