import { describe, expect, test } from 'vitest'
import { extent, front, Grid, inside, minMax, padded, quantile, robust, ticks } from '../src/scale'
import { random } from '../dev/searches.mjs'

describe('scales', () => {
  test('ticks are round, in order, and within the range', () => {
    const next = random(1)
    for (let i = 0; i < 500; i++) {
      const low = (next() - 0.5) * 10 ** Math.floor(next() * 12 - 6)
      const high = low + next() * 10 ** Math.floor(next() * 12 - 6) + 1e-9
      const found = ticks(low, high, 6)
      expect(found.length).toBeGreaterThan(1)
      expect(found.length).toBeLessThan(14)
      const slack = (high - low) * 1e-6
      for (let k = 0; k < found.length; k++) {
        expect(found[k]).toBeGreaterThanOrEqual(low - slack)
        expect(found[k]).toBeLessThanOrEqual(high + slack)
        if (k > 0) expect(found[k]).toBeGreaterThan(found[k - 1]!)
      }
    }
  })

  test('the extent leaves out what is no number', () => {
    expect(extent([NaN, 3, Infinity, -2, -Infinity])).toEqual([-2, 3])
    expect(extent([NaN])).toBeNull()
    expect(extent([])).toBeNull()
  })

  test('a range is never empty, on a logarithmic axis never below zero', () => {
    for (const range of [null, [0, 0], [3, 3], [-2, -2], [1, 4]] as const) {
      const [low, high] = padded(range as [number, number] | null)
      expect(high).toBeGreaterThan(low)
      const [bottom, top] = padded(range as [number, number] | null, true)
      expect(bottom).toBeGreaterThan(0)
      expect(top).toBeGreaterThan(bottom)
    }
  })

  test('one diverged candidate does not squeeze the others, and the best is never cut', () => {
    const values = [...Array.from({ length: 500 }, (_, i) => 0.7 + (i % 50) / 1000), 1e-9, 0.99]
    const [low, high] = robust(values)!
    expect(low).toBeGreaterThan(0.6)
    expect(high).toBe(0.99)
  })

  test('quantiles of a known sample', () => {
    expect(quantile([4, 1, 3, 2, NaN], 0.5)).toBe(2.5)
    expect(quantile([7], 0.9)).toBe(7)
    expect(quantile([], 0.5)).toBeNaN()
  })

  test('down-sampling keeps the outliers of each pixel column, at most two points a column', () => {
    const next = random(3)
    const x = Array.from({ length: 100_000 }, (_, i) => i)
    const y = x.map(() => next())
    y[77_777] = 5
    y[12_345] = -5
    const kept = minMax(x, y, 0, 99_999, 800)
    expect(kept.length).toBeLessThanOrEqual(1600)
    expect(kept).toContain(77_777)
    expect(kept).toContain(12_345)
    expect(kept).toEqual([...kept].sort((a, b) => a - b))
  })

  test('the grid finds the same point as looking at all of them', () => {
    const next = random(5)
    const x = Float32Array.from({ length: 3000 }, () => next() * 820 - 10)
    const y = Float32Array.from({ length: 3000 }, () => next() * 420 - 10)
    const grid = new Grid(x, y, 800, 400)
    for (let i = 0; i < 400; i++) {
      const [px, py] = [next() * 800, next() * 400]
      let [best, distance] = [-1, 14 * 14]
      for (let k = 0; k < x.length; k++) {
        if (x[k]! < 0 || x[k]! > 800 || y[k]! < 0 || y[k]! > 400) continue
        const away = (x[k]! - px) ** 2 + (y[k]! - py) ** 2
        if (away <= distance) [best, distance] = [k, away]
      }
      expect(grid.nearest(px, py)).toBe(best)
    }
  })

  test('a lasso holds what lies within it, also when it is concave', () => {
    const shape = [0, 0, 10, 0, 10, 10, 5, 2, 0, 10]
    expect(inside(shape, 1, 1)).toBe(true)
    expect(inside(shape, 5, 8)).toBe(false)
    expect(inside(shape, 9.5, 8)).toBe(true)
    expect(inside(shape, 11, 5)).toBe(false)
  })

  test('nothing on the front is beaten, and all else is', () => {
    const next = random(9)
    const cost = Array.from({ length: 400 }, () => Math.floor(next() * 50))
    const fitness = Array.from({ length: 400 }, (_, i) => (i % 40 === 0 ? NaN : next()))
    const best = new Set(front(cost, fitness))
    expect(best.size).toBeGreaterThan(0)
    for (let i = 0; i < 400; i++) {
      if (Number.isNaN(fitness[i])) {
        expect(best.has(i)).toBe(false)
        continue
      }
      const beaten = cost.some(
        (_, k) =>
          cost[k]! <= cost[i]! && fitness[k]! >= fitness[i]! && (cost[k]! < cost[i]! || fitness[k]! > fitness[i]!),
      )
      if (best.has(i)) expect(beaten).toBe(false)
      else expect(beaten).toBe(true)
    }
  })
})
