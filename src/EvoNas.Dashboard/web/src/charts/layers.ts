// The layers of a chart: what they hold, and how each is drawn with a pen.

import type { Numbers } from '../scale'
import { color, type Glyph } from '../theme'
import type { Pen } from './pen'

export type Layer =
  | { kind: 'line' | 'step'; name: string; x: Numbers; y: Numbers; color: string; dash?: number[]; width?: number }
  | { kind: 'band'; name: string; x: Numbers; low: Numbers; high: Numbers; color: string }
  | {
      kind: 'points'
      name: string
      x: Numbers
      y: Numbers
      color: string
      glyph: Glyph
      size: number
      ids?: Numbers
      /** Index into `palette` for each point; overrides `color`. */
      shade?: Uint8Array
      palette?: string[]
      alpha?: number
    }
  /** Lines from (x[i], y[i]) to (toX[i], toY[i]). */
  | { kind: 'edges'; name: string; x: Numbers; y: Numbers; toX: Numbers; toY: Numbers; color: string; alpha: number; width?: number }
  /** A half-plane that is not allowed, beyond the limit. */
  | { kind: 'limit'; name: string; beyondX: number; color: string }

export type PointsLayer = Extract<Layer, { kind: 'points' }>

export interface Frame {
  left: number
  top: number
  width: number
  height: number
  x(value: number): number
  y(value: number): number
  /** Device pixels per pixel; sizes are given in pixels. */
  ratio: number
}

/** Above this many points, they are written into an image as squares, which is ten times as fast as drawing them. */
export const imageFrom = 4000

export function drawGlyph(pen: Pen, glyph: Glyph, x: number, y: number, size: number): void {
  const r = size / 2
  switch (glyph) {
    case 'dot':
    case 'ring':
      pen.moveTo(x + r, y)
      pen.arc(x, y, r, 0, 2 * Math.PI)
      return
    case 'square':
      pen.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8)
      return
    case 'diamond':
      pen.moveTo(x, y - r * 1.2)
      pen.lineTo(x + r * 1.2, y)
      pen.lineTo(x, y + r * 1.2)
      pen.lineTo(x - r * 1.2, y)
      pen.closePath()
      return
    case 'triangle':
      pen.moveTo(x, y - r * 1.1)
      pen.lineTo(x + r * 1.1, y + r * 0.9)
      pen.lineTo(x - r * 1.1, y + r * 0.9)
      pen.closePath()
      return
    case 'cross':
      pen.moveTo(x - r, y - r)
      pen.lineTo(x + r, y + r)
      pen.moveTo(x + r, y - r)
      pen.lineTo(x - r, y + r)
      return
    case 'plus':
      pen.moveTo(x - r, y)
      pen.lineTo(x + r, y)
      pen.moveTo(x, y - r)
      pen.lineTo(x, y + r)
      return
    case 'bar':
      pen.moveTo(x, y - r)
      pen.lineTo(x, y + r)
  }
}

export const isOpen = (glyph: Glyph): boolean =>
  glyph === 'ring' || glyph === 'cross' || glyph === 'plus' || glyph === 'bar'

export function drawLayer(pen: Pen, layer: Layer, frame: Frame): void {
  const { ratio } = frame
  pen.globalAlpha = 1
  pen.setLineDash([])
  switch (layer.kind) {
    case 'line':
    case 'step': {
      pen.strokeStyle = color(layer.color)
      pen.lineWidth = (layer.width ?? 1.75) * ratio
      pen.setLineDash((layer.dash ?? []).map(part => part * ratio))
      pen.beginPath()
      let before = NaN
      for (let i = 0; i < layer.x.length; i++) {
        const [x, y] = [frame.x(layer.x[i]!), frame.y(layer.y[i]!)]
        if (!Number.isFinite(x) || !Number.isFinite(y)) {
          before = NaN
          continue
        }
        if (Number.isNaN(before)) pen.moveTo(x, y)
        else {
          if (layer.kind === 'step') pen.lineTo(x, before)
          pen.lineTo(x, y)
        }
        before = y
      }
      pen.stroke()
      pen.setLineDash([])
      return
    }
    case 'band': {
      if (layer.x.length === 0) return
      pen.fillStyle = color(layer.color)
      pen.globalAlpha = 0.18
      pen.beginPath()
      for (let i = 0; i < layer.x.length; i++) {
        const [x, y] = [frame.x(layer.x[i]!), frame.y(layer.high[i]!)]
        if (i === 0) pen.moveTo(x, y)
        else pen.lineTo(x, y)
      }
      for (let i = layer.x.length - 1; i >= 0; i--) pen.lineTo(frame.x(layer.x[i]!), frame.y(layer.low[i]!))
      pen.closePath()
      pen.fill()
      pen.globalAlpha = 1
      return
    }
    case 'edges': {
      pen.strokeStyle = color(layer.color)
      pen.globalAlpha = layer.alpha
      pen.lineWidth = (layer.width ?? 1) * ratio
      pen.beginPath()
      for (let i = 0; i < layer.x.length; i++) {
        const [x, y, toX, toY] = [
          frame.x(layer.x[i]!),
          frame.y(layer.y[i]!),
          frame.x(layer.toX[i]!),
          frame.y(layer.toY[i]!),
        ]
        if (!(x + y + toX + toY < Infinity)) continue
        pen.moveTo(x, y)
        pen.lineTo(toX, toY)
      }
      pen.stroke()
      pen.globalAlpha = 1
      return
    }
    case 'limit': {
      const from = Math.max(frame.left, frame.x(layer.beyondX))
      const width = frame.left + frame.width - from
      if (!(width > 0)) return
      pen.fillStyle = color(layer.color)
      pen.globalAlpha = 0.07
      pen.fillRect(from, frame.top, width, frame.height)
      pen.globalAlpha = 0.8
      pen.fillRect(from, frame.top, ratio, frame.height)
      pen.globalAlpha = 1
      return
    }
    case 'points':
      return drawPoints(pen, layer, frame)
  }
}

function drawPoints(pen: Pen, layer: PointsLayer, frame: Frame): void {
  const palette = layer.shade !== undefined && layer.palette !== undefined ? layer.palette : [layer.color]
  const size = layer.size * frame.ratio
  const right = frame.left + frame.width + size
  const bottom = frame.top + frame.height + size
  pen.globalAlpha = layer.alpha ?? 1
  // One path a colour. Points that would hide each other wholly are drawn once, which bounds an exported file.
  const taken = new Set<number>()
  for (let shade = 0; shade < palette.length; shade++) {
    const ink = palette[shade]!.startsWith('--') ? color(palette[shade]!) : palette[shade]!
    pen.fillStyle = pen.strokeStyle = ink
    pen.lineWidth = 1.3 * frame.ratio
    pen.beginPath()
    let any = false
    for (let i = 0; i < layer.x.length; i++) {
      if (layer.shade !== undefined && layer.shade[i] !== shade) continue
      const [x, y] = [frame.x(layer.x[i]!), frame.y(layer.y[i]!)]
      if (!(x >= frame.left - size && x <= right && y >= frame.top - size && y <= bottom)) continue
      if (layer.x.length > imageFrom) {
        const cell = (Math.round(x) * 65_536 + Math.round(y)) * 16 + (shade & 15)
        if (taken.has(cell)) continue
        taken.add(cell)
      }
      drawGlyph(pen, layer.glyph, x, y, size)
      any = true
    }
    if (!any) continue
    if (isOpen(layer.glyph)) pen.stroke()
    else pen.fill()
  }
  pen.globalAlpha = 1
}

const parsed = new Map<string, number>()

/** A CSS colour as the four bytes of a pixel, for little-endian machines (all that run a browser). */
function pixel(name: string): number {
  const ink = name.startsWith('--') ? color(name) : name
  let value = parsed.get(ink)
  if (value === undefined) {
    const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
    probe.fillStyle = ink
    probe.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = probe.getImageData(0, 0, 1, 1).data
    value = ((a! << 24) | (b! << 16) | (g! << 8) | r!) >>> 0
    if (parsed.size > 200) parsed.clear()
    parsed.set(ink, value)
  }
  return value
}

/** Draws very many points: as squares of pixels in an image that is laid over the chart. */
export function stampPoints(context: CanvasRenderingContext2D, layer: PointsLayer, frame: Frame): void {
  const width = Math.max(1, Math.round(frame.width))
  const height = Math.max(1, Math.round(frame.height))
  const image = new ImageData(width, height)
  const pixels = new Uint32Array(image.data.buffer)
  const palette = (layer.shade !== undefined && layer.palette ? layer.palette : [layer.color]).map(pixel)
  const side = Math.max(1, Math.round(Math.min(layer.size, 2.5) * frame.ratio))
  const half = side >> 1
  for (let i = 0; i < layer.x.length; i++) {
    const x = Math.round(frame.x(layer.x[i]!) - frame.left) - half
    const y = Math.round(frame.y(layer.y[i]!) - frame.top) - half
    if (!(x >= 0 && y >= 0 && x + side <= width && y + side <= height)) continue
    const ink = palette[layer.shade?.[i] ?? 0]!
    for (let row = 0; row < side; row++) {
      const start = (y + row) * width + x
      pixels.fill(ink, start, start + side)
    }
  }
  const sheet = document.createElement('canvas')
  sheet.width = width
  sheet.height = height
  sheet.getContext('2d')!.putImageData(image, 0, 0)
  context.globalAlpha = layer.alpha ?? 1
  context.drawImage(sheet, frame.left, frame.top)
  context.globalAlpha = 1
}
