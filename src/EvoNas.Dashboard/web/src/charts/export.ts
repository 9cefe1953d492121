// Files of a chart: CSV of its numbers, SVG and PNG with title, axes and legend.

import { color } from '../theme'
import { drawGlyph, drawLayer, isOpen, type Frame, type Layer } from './layers'
import { SvgPen, type Pen } from './pen'

export type Cell = string | number | null
export interface Rows {
  head: string[]
  rows: Cell[][]
}

/** A cell of CSV (RFC 4180). Text that a spreadsheet would run as a formula gets an apostrophe in front. */
export function csvCell(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const text = /^[=+\-@\t\r]/.test(value) && !/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
}

export const csv = ({ head, rows }: Rows): string =>
  [head, ...rows].map(row => row.map(csvCell).join(',')).join('\r\n') + '\r\n'

/** The numbers behind layers, one row a point. */
export function layerRows(layers: Layer[], xName: string, yName: string): Rows {
  const rows: Cell[][] = []
  for (const layer of layers) {
    if (layer.kind === 'limit') rows.push([layer.name, layer.beyondX, null, null, null])
    else if (layer.kind === 'band') {
      for (let i = 0; i < layer.x.length; i++) rows.push([layer.name, layer.x[i]!, layer.low[i]!, layer.high[i]!, null])
    } else if (layer.kind !== 'edges') {
      const ids = layer.kind === 'points' ? layer.ids : undefined
      for (let i = 0; i < layer.x.length; i++) {
        rows.push([layer.name, layer.x[i]!, layer.y[i]!, null, ids?.[i] ?? null])
      }
    }
  }
  return { head: ['series', xName, yName, `${yName} (upper)`, 'birth'], rows }
}

export interface Picture {
  title: string
  layers: Layer[]
  xName: string
  yName: string
  xTicks: [number, string][]
  yTicks: [number, string][]
  /** Positions as shares of the plane, from its left and its bottom. */
  xShare(value: number): number
  yShare(value: number): number
  width: number
  height: number
}

interface Clipping {
  clip(x: number, y: number, width: number, height: number): void
  unclip(): void
}

const ink = (name: string): string => color(name)

/** Draws a chart with all that a reader of the file needs. */
export function drawPicture(pen: Pen, clipping: Clipping, picture: Picture): void {
  const { width, height, title, layers } = picture
  const [left, right, bottom] = [64, 16, 48]
  const named = layers.filter(layer => layer.kind !== 'edges')
  const legendRows = legendLayout(named.map(layer => layer.name), width - left - right)
  const top = 34 + legendRows.count * 18 + 6
  const frame: Frame = {
    left,
    top,
    width: width - left - right,
    height: height - top - bottom,
    x: value => left + picture.xShare(value) * (width - left - right),
    y: value => height - bottom - picture.yShare(value) * (height - top - bottom),
    ratio: 1,
  }
  pen.fillStyle = ink('--surface')
  pen.fillRect(0, 0, width, height)
  pen.fillStyle = ink('--text')
  pen.font = '600 14px system-ui, sans-serif'
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  pen.fillText(title, left, 18)
  pen.font = '12px system-ui, sans-serif'
  named.forEach((layer, i) => {
    const [x, row] = legendRows.places[i]!
    drawSwatch(pen, layer, left + x, 42 + row * 18)
    pen.fillStyle = ink('--text')
    pen.fillText(layer.name, left + x + 22, 42 + row * 18)
  })
  pen.font = '11px system-ui, sans-serif'
  pen.strokeStyle = ink('--grid')
  pen.lineWidth = 1
  pen.setLineDash([])
  for (const [value, label] of picture.xTicks) {
    const x = frame.x(value)
    pen.strokeStyle = ink('--grid')
    line(pen, x, frame.top, x, frame.top + frame.height)
    pen.fillStyle = ink('--muted')
    pen.textAlign = 'center'
    pen.fillText(label, x, height - bottom + 14)
  }
  for (const [value, label] of picture.yTicks) {
    const y = frame.y(value)
    pen.strokeStyle = ink('--grid')
    line(pen, frame.left, y, frame.left + frame.width, y)
    pen.fillStyle = ink('--muted')
    pen.textAlign = 'right'
    pen.fillText(label, left - 8, y)
  }
  pen.fillStyle = ink('--text')
  pen.textAlign = 'center'
  pen.fillText(picture.xName, left + frame.width / 2, height - 12)
  pen.textAlign = 'left'
  pen.fillText(picture.yName, 8, frame.top - 8)
  clipping.clip(frame.left, frame.top, frame.width, frame.height)
  for (const layer of layers) drawLayer(pen, layer, frame)
  clipping.unclip()
}

/** Places of the entries of a legend. Widths are estimated: a file must not depend on the fonts of a machine. */
export function legendLayout(names: string[], width: number): { places: [number, number][]; count: number } {
  let [x, row] = [0, 0]
  const places = names.map((name): [number, number] => {
    const size = 22 + Math.min(name.length, 40) * 7 + 16
    if (x > 0 && x + size > width) [x, row] = [0, row + 1]
    const place: [number, number] = [x, row]
    x += size
    return place
  })
  return { places, count: names.length === 0 ? 0 : row + 1 }
}

function line(pen: Pen, x: number, y: number, toX: number, toY: number): void {
  pen.beginPath()
  pen.moveTo(x, y)
  pen.lineTo(toX, toY)
  pen.stroke()
}

export function drawSwatch(pen: Pen, layer: Layer, x: number, y: number): void {
  pen.strokeStyle = pen.fillStyle = ink(layer.color)
  pen.globalAlpha = 1
  switch (layer.kind) {
    case 'points': {
      pen.lineWidth = 1.3
      pen.beginPath()
      drawGlyph(pen, layer.glyph, x + 8, y, Math.max(5, Math.min(8, layer.size + 2)))
      if (isOpen(layer.glyph)) pen.stroke()
      else pen.fill()
      return
    }
    case 'band':
    case 'limit':
      pen.globalAlpha = 0.3
      pen.fillRect(x, y - 5, 16, 10)
      pen.globalAlpha = 1
      return
    case 'line':
    case 'step':
      pen.lineWidth = layer.width ?? 1.75
      pen.setLineDash(layer.dash ?? [])
      line(pen, x, y, x + 16, y)
      pen.setLineDash([])
      return
    case 'edges':
      return
  }
}

export function svg(picture: Picture): string {
  const pen = new SvgPen(picture.width, picture.height)
  drawPicture(pen, pen, picture)
  return pen.toString()
}

/** Draws at twice the size, for slides and screens of today. */
export function png(width: number, height: number, draw: (pen: Pen, clipping: Clipping) => void): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = width * 2
  canvas.height = height * 2
  const context = canvas.getContext('2d')!
  context.scale(2, 2)
  draw(context, {
    clip(x, y, w, h) {
      context.save()
      context.beginPath()
      context.rect(x, y, w, h)
      context.clip()
    },
    unclip: () => context.restore(),
  })
  return new Promise((resolve, reject) =>
    canvas.toBlob(blob => (blob === null ? reject(new Error('The picture is too large')) : resolve(blob)), 'image/png'),
  )
}

/** A name that every file system takes. */
export const fileName = (name: string, ending: string): string =>
  `${name.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|-+$/g, '').slice(0, 80) || 'chart'}.${ending}`

export function save(content: Blob | string, name: string, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
