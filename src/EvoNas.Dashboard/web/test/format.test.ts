import { describe, expect, test } from 'vitest'
import { bytes, count, duration, gain, number, oneLine, percent, tick, time, timeTicks, visible } from '../src/format'

describe('text of numbers', () => {
  test.each([
    [0, '0'],
    [0.75231, '0.7523'],
    [12.3456, '12.35'],
    [9999, '9999'],
    [318_412_345, '318.4 M'],
    [999_999_999, '1 G'],
    [1_200_000, '1.2 M'],
    [0.00000012, '1.200e-7'],
    [-0.5, '-0.5000'],
    [null, '–'],
    [NaN, '–'],
    [Infinity, '–'],
  ])('%s is %s', (value, text) => expect(number(value)).toBe(text))

  test.each([
    [0.04, '40.0 ms'],
    [0.0000021, '2.10 µs'],
    [4.21, '4.2 s'],
    [59.96, '1 min'],
    [3600, '1 h'],
    [192_000, '2 d 5 h'],
    [754, '12 min 34 s'],
    [-90, '−1 min 30 s'],
    [null, '–'],
  ])('%s seconds are %s', (value, text) => expect(duration(value)).toBe(text))

  test('gains have a sign, counts have groups, shares have a percent sign', () => {
    expect(gain(0.0031)).toBe('+0.00310')
    expect(gain(-0.25)).toBe('−0.250')
    expect(gain(0)).toBe('±0')
    expect(gain(null)).toBe('–')
    expect(count(1234567)).toBe('1,234,567')
    expect(percent(0.123, 1)).toBe('12.3 %')
    expect(bytes(1536)).toBe('1.5 KiB')
    expect(tick(3_000_000)).toBe('3 M')
    expect(tick(0.15)).toBe('0.15')
  })

  test('times are told in the zone that is named', () => {
    expect(time('2026-11-29T18:04:05.123Z', 'utc')).toBe('2026-11-29 18:04:05')
    expect(time('nonsense', 'utc')).toBe('–')
    expect(time(null, 'local')).toBe('–')
    const local = new Date('2026-11-29T18:04:05Z')
    expect(time('2026-11-29T18:04:05Z', 'local')).toContain(`:0${local.getSeconds()}`)
  })

  test('ticks of time name the day where it begins', () => {
    const hour = 3_600_000
    const from = Date.UTC(2026, 10, 29, 22)
    expect(timeTicks([from, from + hour, from + 2 * hour, from + 3 * hour], 'utc')).toEqual([
      '11-29 22:00',
      '23:00',
      '11-30 00:00',
      '01:00',
    ])
  })
})

describe('hostile text', () => {
  test('control and direction characters become visible', () => {
    expect(visible('a\u0000b\u001b[31m\u202ec')).toBe('a\u2400b\u241b[31m\ufffdc')
    expect(visible('line\n\ttab')).toBe('line\n\ttab')
  })

  test('a line of a megabyte is cut without being looked at as a whole', () => {
    const text = oneLine('x'.repeat(1_000_000), 80)
    expect(text).toHaveLength(80)
    expect(text.endsWith('…')).toBe(true)
  })

  test('line ends cannot break a line', () => {
    expect(oneLine(' a\r\nb\n\nc ')).toBe('a b c')
  })
})
