import { describe, expect, test } from 'vitest'
import { format, parse, range, rangeText, type Route } from '../src/router'
import { query, searchPath } from '../src/api'

const states: Route[] = [
  { page: 'searches', search: null, birth: null, params: {} },
  { page: 'searches', search: null, birth: null, params: { q: 'mnas & <b>', state: 'running' } },
  { page: 'compare', search: null, birth: null, params: { names: 'a,b-2,c.3', x: 'hours' } },
  { page: 'live', search: 'night', birth: null, params: { zx: '10~250.5', logy: '1', at: '812' } },
  { page: 'candidate', search: 'night', birth: '1234', params: {} },
  { page: 'candidate', search: 'night', birth: 'best', params: { at: '3' } },
  { page: 'table', search: 'a.b-c_9', birth: null, params: { filter: 'genotype~k5&fitness>=0.7', sort: '-fitness' } },
]

describe('address', () => {
  test.each(states.map(state => [format(state), state] as const))('%s is the state', (address, state) => {
    expect(parse(address)).toEqual(state)
    expect(format(parse(address))).toBe(address)
  })

  test('a search may have the name of a page', () => {
    const of = parse(format({ page: 'live', search: 'cluster', birth: null, params: {} }))
    expect(of).toMatchObject({ page: 'live', search: 'cluster' })
  })

  test('nonsense names the unknown page and never throws', () => {
    for (const text of ['#/~nothing', '#/night/nothing', '#%%%', '#/%E0%A4%A', '#/a/b/c/d?%', '#?', '##']) {
      expect(() => parse(text)).not.toThrow()
    }
    expect(parse('#/night/nothing').page).toBe('unknown')
    expect(parse('#/~nothing').page).toBe('unknown')
  })

  test('ranges keep their ends, and what is no range is none', () => {
    expect(range(rangeText([0.1, 250.25]))).toEqual([0.1, 250.25])
    expect(range(rangeText([-3e9, 1.5e12]))).toEqual([-3e9, 1.5e12])
    for (const text of ['', 'a~b', '3', '5~5', '7~2', undefined]) expect(range(text)).toBeNull()
  })

  test('requests are relative and escape what is in them', () => {
    expect(searchPath('../x?y')).toBe('api/v1/searches/..%2Fx%3Fy')
    expect(query({ filter: ['a>=1', 'b~x&y'], empty: '', none: null, n: 3 })).toBe('?filter=a%3E%3D1&filter=b~x%26y&n=3')
  })
})
