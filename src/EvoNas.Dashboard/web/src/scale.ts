// Arithmetic of the charts: ranges, ticks, down-sampling to pixels, hit tests, and the selection by a lasso.

export type Numbers = ArrayLike<number>
export type Range = [number, number]

/** The smallest range that holds all finite values; null where there is none. */
export function extent(values: Numbers, from: Range | null = null): Range | null {
  let low = from === null ? Infinity : from[0]
  let high = from === null ? -Infinity : from[1]
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value < low && value > -Infinity) low = value
    if (value > high && value < Infinity) high = value
  }
  return low <= high ? [low, high] : null
}

/** The value below which a share of the finite values lies. Samples at most 20,000 of them. */
export function quantile(values: Numbers, share: number): number {
  const step = Math.max(1, Math.floor(values.length / 20_000))
  const sample: number[] = []
  for (let i = 0; i < values.length; i += step) if (Number.isFinite(values[i])) sample.push(values[i]!)
  if (sample.length === 0) return NaN
  sample.sort((a, b) => a - b)
  const at = share * (sample.length - 1)
  const below = Math.floor(at)
  return sample[below]! + (sample[Math.min(below + 1, sample.length - 1)]! - sample[below]!) * (at - below)
}

/** The range in which the values tell something: a few outliers far below do not squeeze all others into a line.
 * The upper end is never cut, as the best candidates lie there. */
export function robust(values: Numbers): Range | null {
  const all = extent(values)
  if (all === null) return null
  const low = quantile(values, 0.02)
  const middle = quantile(values, 0.5)
  const cut = middle - 3 * (middle - low)
  return [Math.max(all[0], Math.min(cut, low)), all[1]]
}

/** A range with some room at both ends, on a linear or a logarithmic axis; never empty. */
export function padded(range: Range | null, log = false, share = 0.04): Range {
  if (range === null) return log ? [1, 10] : [0, 1]
  const [low, high] = range
  if (log) {
    const bottom = low > 0 ? low : high > 0 ? high / 1e4 : 0.1
    const top = Math.max(high, bottom)
    if (top === bottom) return [bottom / 2, top * 2]
    const room = (top / bottom) ** share
    return [bottom / room, top * room]
  }
  if (low === high) {
    const room = low === 0 ? 1 : Math.abs(low) * 0.05
    return [low - room, high + room]
  }
  const room = (high - low) * share
  return [low - room, high + room]
}

/** Round numbers in a range, about as many as asked for. */
export function ticks(low: number, high: number, about: number): number[] {
  if (!(high > low) || about < 1) return []
  const rough = (high - low) / about
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 2.5, 5, 10].find(factor => factor * power >= rough) ?? 10)
  const found: number[] = []
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i === 0 ? 0 : i * step)
  return found
}

/** Per pixel column the lowest and the highest value, in the order of x: what a reader can see of a cloud. */
export function minMax(x: Numbers, y: Numbers, low: number, high: number, width: number): number[] {
  const lowest = new Int32Array(width).fill(-1)
  const highest = new Int32Array(width).fill(-1)
  const scale = width / (high - low || 1)
  for (let i = 0; i < x.length; i++) {
    if (!(x[i]! >= low && x[i]! <= high) || !Number.isFinite(y[i])) continue
    const pixel = Math.min(width - 1, Math.floor((x[i]! - low) * scale))
    if (lowest[pixel]! < 0 || y[i]! < y[lowest[pixel]!]!) lowest[pixel] = i
    if (highest[pixel]! < 0 || y[i]! > y[highest[pixel]!]!) highest[pixel] = i
  }
  const kept: number[] = []
  for (let pixel = 0; pixel < width; pixel++) {
    const [one, other] = [lowest[pixel]!, highest[pixel]!]
    if (one < 0) continue
    kept.push(Math.min(one, other))
    if (one !== other) kept.push(Math.max(one, other))
  }
  return kept
}

/** Finds the point next to the pointer: the points' indices by cells of the plane. */
export class Grid {
  static readonly cell = 16
  readonly #starts: Int32Array
  readonly #items: Int32Array
  readonly #columns: number
  readonly #rows: number
  readonly #x: Numbers
  readonly #y: Numbers

  /** @param x Pixels from the left; points outside the plane are left out. */
  constructor(x: Numbers, y: Numbers, width: number, height: number) {
    this.#x = x
    this.#y = y
    this.#columns = Math.max(1, Math.ceil(width / Grid.cell))
    this.#rows = Math.max(1, Math.ceil(height / Grid.cell))
    const cells = new Int32Array(x.length)
    this.#starts = new Int32Array(this.#columns * this.#rows + 1)
    for (let i = 0; i < x.length; i++) {
      const inside = x[i]! >= 0 && x[i]! <= width && y[i]! >= 0 && y[i]! <= height
      cells[i] = inside ? this.#cell(x[i]!, y[i]!) : -1
      if (inside) this.#starts[cells[i]! + 1]!++
    }
    for (let cell = 0; cell < this.#starts.length - 1; cell++) this.#starts[cell + 1]! += this.#starts[cell]!
    this.#items = new Int32Array(this.#starts[this.#starts.length - 1]!)
    const next = this.#starts.slice()
    for (let i = 0; i < x.length; i++) if (cells[i]! >= 0) this.#items[next[cells[i]!]!++] = i
  }

  #cell(x: number, y: number): number {
    const column = Math.min(this.#columns - 1, Math.max(0, Math.floor(x / Grid.cell)))
    const row = Math.min(this.#rows - 1, Math.max(0, Math.floor(y / Grid.cell)))
    return row * this.#columns + column
  }

  /** The index of the nearest point within `reach` pixels (≤ a cell); −1 where there is none. */
  nearest(x: number, y: number, reach = 14): number {
    let best = -1
    let distance = reach * reach
    for (let dy = -Grid.cell; dy <= Grid.cell; dy += Grid.cell) {
      const row = Math.floor((y + dy) / Grid.cell)
      if (row < 0 || row >= this.#rows) continue
      for (let dx = -Grid.cell; dx <= Grid.cell; dx += Grid.cell) {
        const column = Math.floor((x + dx) / Grid.cell)
        if (column < 0 || column >= this.#columns) continue
        const cell = row * this.#columns + column
        for (let at = this.#starts[cell]!; at < this.#starts[cell + 1]!; at++) {
          const i = this.#items[at]!
          const away = (this.#x[i]! - x) ** 2 + (this.#y[i]! - y) ** 2
          // Of two at one place the later one is drawn above.
          if (away <= distance) [best, distance] = [i, away]
        }
      }
    }
    return best
  }
}

/** True where the point lies in the polygon (x, y, x, y, …), by the even–odd rule. */
export function inside(polygon: Numbers, x: number, y: number): boolean {
  let within = false
  for (let i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [polygon[i]!, polygon[i + 1]!, polygon[j]!, polygon[j + 1]!]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within
  }
  return within
}

/** The candidates that no other beats in both: fitness as high, cost as low as possible. Indices by rising cost. */
export function front(cost: Numbers, fitness: Numbers): number[] {
  const order: number[] = []
  for (let i = 0; i < cost.length; i++) if (Number.isFinite(cost[i]) && Number.isFinite(fitness[i])) order.push(i)
  order.sort((a, b) => cost[a]! - cost[b]! || fitness[b]! - fitness[a]!)
  let best = -Infinity
  return order.filter(i => {
    if (fitness[i]! <= best) return false
    best = fitness[i]!
    return true
  })
}
