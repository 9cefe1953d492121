import { beforeAll, describe, expect, test, vi } from 'vitest'
import { csv, csvCell, fileName, layerRows, legendLayout, svg, type Picture } from '../src/charts/export'
import type { Layer } from '../src/charts/layers'
import { escaped, SvgPen } from '../src/charts/pen'
import { hostile } from '../dev/searches.mjs'

beforeAll(() => {
  vi.stubGlobal('document', { documentElement: {} })
  vi.stubGlobal('getComputedStyle', () => ({ getPropertyValue: (name: string) => (name === '--c1' ? '#0072b2' : '#444') }))
})

const layers: Layer[] = [
  { kind: 'band', name: 'middle half', x: [1, 2], low: [0.1, 0.2], high: [0.3, 0.4], color: '--c8' },
  { kind: 'step', name: 'best so far', x: [1, 2], y: [0.5, 0.6], color: '--c1' },
  { kind: 'points', name: '<b>"scored"</b>', x: [1, 2], y: [0.4, 0.6], ids: [7, 9], color: '--c1', glyph: 'dot', size: 4 },
]
const picture = (of: Layer[]): Picture => ({
  title: hostile.genotype,
  layers: of,
  xName: 'evaluations',
  yName: 'fitness & more',
  xTicks: [[1, '1']],
  yTicks: [[0.5, '0.5']],
  xShare: value => (value - 1) / 1,
  yShare: value => value,
  width: 600,
  height: 400,
})

describe('CSV', () => {
  test('every point of every series is a row, with its birth', () => {
    const text = csv(layerRows(layers, 'evaluations', 'fitness'))
    expect(text.split('\r\n')).toEqual([
      'series,evaluations,fitness,fitness (upper),birth',
      'middle half,1,0.1,0.3,',
      'middle half,2,0.2,0.4,',
      'best so far,1,0.5,,',
      'best so far,2,0.6,,',
      '"<b>""scored""</b>",1,0.4,,7',
      '"<b>""scored""</b>",2,0.6,,9',
      '',
    ])
  })

  test('text that a spreadsheet would run is only text', () => {
    expect(csvCell('=HYPERLINK("http://x")')).toBe('"\'=HYPERLINK(""http://x"")"')
    expect(csvCell('@sum(a)')).toBe("'@sum(a)")
    expect(csvCell('-0.25')).toBe('-0.25')
    expect(csvCell(-0.25)).toBe('-0.25')
    expect(csvCell('a\nb')).toBe('"a\nb"')
    expect(csvCell(NaN)).toBe('')
    expect(csvCell(null)).toBe('')
  })
})

describe('SVG', () => {
  test('it has title, axes with their names, ticks and a legend', () => {
    const text = svg(picture(layers))
    for (const part of ['evaluations', 'fitness &amp; more', 'middle half', 'best so far', '>0.5<']) {
      expect(text).toContain(part)
    }
    expect(text.match(/<text/g)!.length).toBeGreaterThanOrEqual(8)
    expect(text.match(/<g /g)!.length).toBe(text.match(/<\/g>/g)!.length)
  })

  test('hostile text stays text', () => {
    const text = svg(picture(layers))
    expect(text).not.toContain('<img')
    expect(text).not.toContain('<b>')
    expect(text).not.toMatch(/[\u0000-\u0008]/)
    expect(escaped('<a href="x">&\'')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&#39;')
    expect(escaped('\ud800x')).toBe('\ufffdx')
    expect(escaped('😀')).toBe('😀')
  })

  test('a hundred thousand points make a file that is bounded by pixels', () => {
    const many = 100_000
    const x = Float32Array.from({ length: many }, (_, i) => 1 + i / many)
    const y = Float32Array.from({ length: many }, (_, i) => 0.5 + 0.001 * (i % 7))
    const text = svg(picture([{ kind: 'points', name: 'all', x, y, color: '--c1', glyph: 'square', size: 3 }]))
    expect(text.length).toBeLessThan(400_000)
  })

  test('numbers in it are short', () => {
    const pen = new SvgPen(10, 10)
    pen.beginPath()
    pen.moveTo(1 / 3, 2 / 3)
    pen.lineTo(1, 2)
    pen.stroke()
    expect(pen.toString()).toContain('d="M0.33 0.67L1 2"')
  })
})

test('file names hold nothing but letters, digits, dots and dashes', () => {
  expect(fileName('../../etc/<x> y', 'svg')).toBe('etc-x-y.svg')
  expect(fileName('…', 'png')).toBe('chart.png')
})

test('a legend breaks into rows and keeps all entries', () => {
  const { places, count } = legendLayout(['a'.repeat(30), 'b'.repeat(30), 'c'], 300)
  expect(places).toHaveLength(3)
  expect(count).toBeGreaterThan(1)
})
