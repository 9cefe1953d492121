// A chart on axes: uPlot draws the axes and handles cursor and zoom, the layers are drawn with our pen.
// Everything is bounded by pixels: the cost of a redraw does not grow with the age of a search.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import { count, number, tick, time, timeTicks, zoneName } from '../format'
import { extent, Grid, inside, padded, type Range } from '../scale'
import { zone } from '../store'
import { color, themeVersion } from '../theme'
import { ChartFrame, type ChartFiles } from './frame'
import { drawPicture, layerRows, png, svg, type Picture } from './export'
import { drawLayer, imageFrom, stampPoints, type Frame, type Layer, type PointsLayer } from './layers'

export interface Axis {
  name: string
  log?: boolean
  time?: boolean
  /** Counts: no tick between two whole numbers. */
  whole?: boolean
  /** The range when nothing is zoomed; otherwise that of the data. */
  range?: Range | null
  format?: (value: number) => string
}

export interface Zoom {
  x: Range | null
  y: Range | null
}

interface Props {
  title: string
  name: string
  layers: Layer[]
  x: Axis
  y: Axis
  zoom?: Zoom
  onZoom?: (zoom: Zoom) => void
  onPick?: (id: number) => void
  onLasso?: (ids: number[]) => void
  lasso?: boolean
  height?: number
  summary: string
  note?: string
  tools?: preact.ComponentChildren
  describe?: (id: number) => string[]
  selected?: number | null
  legend?: boolean
}

interface Mark {
  layer: PointsLayer
  index: number
  left: number
  top: number
}

function dataRange(layers: Layer[], axis: 'x' | 'y', log: boolean): Range | null {
  let range: Range | null = null
  for (const layer of layers) {
    if (layer.kind === 'limit' || layer.kind === 'edges') continue
    const parts = layer.kind === 'band' && axis === 'y' ? [layer.low, layer.high] : layer.kind === 'band' ? [layer.x] : [layer[axis]]
    for (const part of parts) range = extent(log ? positive(part) : part, range)
  }
  return range
}

const positive = (values: ArrayLike<number>): ArrayLike<number> =>
  Float64Array.from(values as number[], value => (value > 0 ? value : NaN))

export function Plot(props: Props) {
  const holder = useRef<HTMLDivElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const latest = useRef(props)
  latest.current = props
  const grids = useRef<{ layer: PointsLayer; grid: Grid }[] | null>(null)
  const mark = useRef<Mark | null>(null)
  const [width, setWidth] = useState(0)
  const { x, y } = props
  const zoom: Zoom = props.zoom ?? { x: null, y: null }
  const height = props.height ?? 300
  const theme = themeVersion.value
  const shownZone = zone.value

  useLayoutEffect(() => {
    const element = holder.current!
    const measure = () => setWidth(Math.floor(element.clientWidth))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const xRange = zoom.x ?? padded(x.range ?? dataRange(props.layers, 'x', x.log === true), x.log, 0.015)
  const yRange = zoom.y ?? padded(y.range ?? dataRange(props.layers, 'y', y.log === true), y.log)
  const ranges = useRef({ xRange, yRange })
  ranges.current = { xRange, yRange }

  const frameOf = (u: uPlot): Frame => {
    const { left, top, width: w, height: h } = u.bbox
    const { xRange: xs, yRange: ys } = ranges.current
    // As uPlot's valToPos, which asks for its scale anew at each of 100,000 points.
    return {
      left,
      top,
      width: w,
      height: h,
      x: mapping(xs, left, left + w, x.log === true),
      y: mapping(ys, top + h, top, y.log === true),
      ratio: devicePixelRatio || 1,
    }
  }

  // The chart is made anew when its form changes; data and ranges only redraw it.
  useEffect(() => {
    if (width < 40) return
    const axis = (spec: Axis, side: 0 | 1): uPlot.Axis => ({
      stroke: () => color('--muted'),
      font: '11px system-ui, sans-serif',
      grid: { stroke: () => color('--grid'), width: 1 },
      ticks: { stroke: () => color('--grid'), width: 1, size: 4 },
      size: side === 0 ? 30 : 58,
      space: side === 0 ? 70 : 34,
      gap: 4,
      ...(spec.whole && !spec.log ? { incrs: wholeSteps } : {}),
      values: (_u: uPlot, splits: number[]) =>
        spec.time ? timeTicks(splits, shownZone) : splits.map(v => (v === null ? '' : (spec.format?.(v) ?? tick(v)))),
    })
    const options: uPlot.Options = {
      width,
      height,
      ms: 1,
      padding: [8, 10, 0, 0],
      tzDate: at => (shownZone === 'utc' ? uPlot.tzDate(new Date(at), 'Etc/UTC') : new Date(at)),
      legend: { show: false },
      cursor: {
        points: { show: false },
        drag: { x: true, y: true, uni: 24, setScale: false },
        x: true,
        y: true,
      },
      select: { show: true, left: 0, top: 0, width: 0, height: 0 },
      scales: {
        x: { time: x.time === true, distr: x.log ? 3 : 1, range: () => ranges.current.xRange },
        y: { distr: y.log ? 3 : 1, range: () => ranges.current.yRange },
      },
      axes: [axis(x, 0), axis(y, 1)],
      series: [{}, { paths: () => null, points: { show: false } }],
      hooks: {
        draw: [
          u => {
            const frame = frameOf(u)
            const context = u.ctx
            context.save()
            context.beginPath()
            context.rect(frame.left, frame.top, frame.width, frame.height)
            context.clip()
            for (const layer of latest.current.layers) {
              if (layer.kind === 'points' && layer.x.length > imageFrom) stampPoints(context, layer, frame)
              else drawLayer(context, layer, frame)
            }
            drawSelected(context, frame)
            context.restore()
            grids.current = null
          },
        ],
        setSelect: [
          u => {
            const { left, top, width: w, height: h } = u.select
            if (w < 3 && h < 3) return
            const whole = { x: w >= u.over.clientWidth - 1 || w < 3, y: h >= u.over.clientHeight - 1 || h < 3 }
            const now = ranges.current
            const next: Zoom = {
              x: whole.x ? (latest.current.zoom?.x ?? null) : sorted(u.posToVal(left, 'x'), u.posToVal(left + w, 'x')),
              y: whole.y ? (latest.current.zoom?.y ?? null) : sorted(u.posToVal(top + h, 'y'), u.posToVal(top, 'y')),
            }
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
            if (now !== ranges.current) return
            latest.current.onZoom?.(next)
          },
        ],
        setCursor: [u => point(u, u.cursor.left ?? -1, u.cursor.top ?? -1)],
      },
    }
    const u = new uPlot(options, fake(), holder.current!)
    chart.current = u
    u.over.addEventListener('dblclick', () => latest.current.onZoom?.({ x: null, y: null }))
    u.over.addEventListener('click', () => {
      const picked = mark.current
      const id = picked?.layer.ids?.[picked.index]
      if (id !== undefined && !latest.current.lasso) latest.current.onPick?.(id)
    })
    const stopLasso = catchLasso(u)
    return () => {
      stopLasso()
      u.destroy()
      chart.current = null
      grids.current = null
      mark.current = null
    }
  }, [width, height, x.log, y.log, x.time, shownZone, theme, x.name, y.name])

  useEffect(() => {
    if (document.hidden) {
      // A hidden tab draws once, when it is looked at again.
      const shown = () => chart.current?.setData(fake())
      document.addEventListener('visibilitychange', shown, { once: true })
      return () => document.removeEventListener('visibilitychange', shown)
    }
    chart.current?.setData(fake())
    return undefined
  }, [props.layers, xRange[0], xRange[1], yRange[0], yRange[1], props.selected])

  useEffect(() => {
    const u = chart.current
    if (u === null) return
    u.cursor.drag!.x = u.cursor.drag!.y = props.lasso !== true
  }, [props.lasso, width])

  function fake(): uPlot.AlignedData {
    return [[...ranges.current.xRange], [...ranges.current.yRange]]
  }

  function drawSelected(context: CanvasRenderingContext2D, frame: Frame): void {
    const id = latest.current.selected
    if (id === null || id === undefined) return
    for (const layer of latest.current.layers) {
      if (layer.kind !== 'points' || layer.ids === undefined) continue
      const index = indexOf(layer.ids, id)
      if (index < 0) continue
      context.strokeStyle = color('--text')
      context.lineWidth = 2 * frame.ratio
      context.beginPath()
      context.arc(frame.x(layer.x[index]!), frame.y(layer.y[index]!), 7 * frame.ratio, 0, 2 * Math.PI)
      context.stroke()
    }
  }

  function hits(u: uPlot) {
    grids.current ??= latest.current.layers
      .filter((layer): layer is PointsLayer => layer.kind === 'points')
      .map(layer => {
        const { clientWidth, clientHeight } = u.over
        const toX = mapping(ranges.current.xRange, 0, clientWidth, x.log === true)
        const toY = mapping(ranges.current.yRange, clientHeight, 0, y.log === true)
        const xs = Float32Array.from(layer.x, toX)
        const ys = Float32Array.from(layer.y, toY)
        return { layer, grid: new Grid(xs, ys, clientWidth, clientHeight) }
      })
    return grids.current
  }

  function point(u: uPlot, left: number, top: number): void {
    const box = tip.current
    if (box === null) return
    mark.current = null
    if (left >= 0 && top >= 0) {
      for (const { layer, grid } of [...hits(u)].reverse()) {
        const index = grid.nearest(left, top)
        if (index < 0) continue
        mark.current = {
          layer,
          index,
          left: u.valToPos(layer.x[index]!, 'x'),
          top: u.valToPos(layer.y[index]!, 'y'),
        }
        break
      }
    }
    u.over.classList.toggle('pickable', mark.current !== null && latest.current.onPick !== undefined)
    showTip(u)
  }

  function showTip(u: uPlot): void {
    const box = tip.current!
    const at = mark.current
    if (at === null) {
      box.hidden = true
      return
    }
    const now = latest.current
    const id = at.layer.ids?.[at.index]
    const text = (value: number, spec: Axis) =>
      spec.time ? time(value, zone.value) : (spec.format?.(value) ?? number(value, 5))
    const lines = [
      id !== undefined ? `#${id} · ${at.layer.name}` : at.layer.name,
      `${now.y.name}: ${text(at.layer.y[at.index]!, now.y)}`,
      `${now.x.name}: ${text(at.layer.x[at.index]!, now.x)}`,
      ...(id !== undefined ? (now.describe?.(id) ?? []) : []),
    ]
    box.replaceChildren(
      ...lines.map((line, i) => {
        const element = document.createElement(i === 0 ? 'b' : 'span')
        element.textContent = line
        return element
      }),
    )
    box.hidden = false
    const left = at.left + u.over.offsetLeft
    const flip = left > width * 0.6
    box.style.left = flip ? '' : `${left + 12}px`
    box.style.right = flip ? `${width - left + 12}px` : ''
    box.style.top = `${Math.max(0, at.top + u.over.offsetTop - 12)}px`
  }

  /** Selects points by a line drawn around them. */
  function catchLasso(u: uPlot): () => void {
    let path: number[] = []
    let line: SVGPolylineElement | null = null
    const moved = (event: PointerEvent) => {
      const box = u.over.getBoundingClientRect()
      path.push(event.clientX - box.left, event.clientY - box.top)
      line?.setAttribute('points', path.join(' '))
    }
    const ended = () => {
      u.over.removeEventListener('pointermove', moved)
      line?.ownerSVGElement?.remove()
      line = null
      if (path.length < 8) return
      const ids = new Set<number>()
      for (const layer of latest.current.layers) {
        if (layer.kind !== 'points' || layer.ids === undefined) continue
        for (let i = 0; i < layer.x.length; i++) {
          if (inside(path, u.valToPos(layer.x[i]!, 'x'), u.valToPos(layer.y[i]!, 'y'))) ids.add(layer.ids[i]!)
        }
      }
      latest.current.onLasso?.([...ids])
    }
    const began = (event: PointerEvent) => {
      if (latest.current.lasso !== true || event.button !== 0) return
      path = []
      const svgSpace = 'http://www.w3.org/2000/svg'
      const sheet = document.createElementNS(svgSpace, 'svg')
      sheet.classList.add('lasso')
      line = document.createElementNS(svgSpace, 'polyline')
      sheet.append(line)
      u.over.append(sheet)
      u.over.setPointerCapture(event.pointerId)
      u.over.addEventListener('pointermove', moved)
      u.over.addEventListener('pointerup', ended, { once: true })
    }
    u.over.addEventListener('pointerdown', began)
    return () => u.over.removeEventListener('pointerdown', began)
  }

  function keys(event: KeyboardEvent): void {
    const u = chart.current
    if (u === null || event.ctrlKey || event.metaKey || event.altKey) return
    const now = ranges.current
    const scaled = (range: Range, factor: number, log?: boolean): Range => {
      const [low, high] = log ? [Math.log(range[0]), Math.log(range[1])] : range
      const middle = (low + high) / 2
      const half = ((high - low) / 2) * factor
      return log ? [Math.exp(middle - half), Math.exp(middle + half)] : [middle - half, middle + half]
    }
    switch (event.key) {
      case '+':
      case '=':
      case '-': {
        const factor = event.key === '-' ? 1.5 : 1 / 1.5
        latest.current.onZoom?.({ x: scaled(now.xRange, factor, x.log), y: latest.current.zoom?.y ?? null })
        break
      }
      case '0':
        latest.current.onZoom?.({ x: null, y: null })
        break
      case 'ArrowLeft':
      case 'ArrowRight':
        step(u, event.key === 'ArrowRight' ? 1 : -1)
        break
      case 'Enter': {
        const id = mark.current?.layer.ids?.[mark.current.index]
        if (id !== undefined) latest.current.onPick?.(id)
        break
      }
      case 'Escape':
        mark.current = null
        showTip(u)
        return
      default:
        return
    }
    event.preventDefault()
  }

  /** Moves the mark to the next point that is in sight. */
  function step(u: uPlot, by: number): void {
    const layer = mark.current?.layer ?? latest.current.layers.find(one => one.kind === 'points')
    if (layer === undefined || layer.kind !== 'points') return
    const { xRange: [low, high], yRange: [bottom, top] } = ranges.current
    let index = mark.current?.index ?? (by > 0 ? -1 : layer.x.length)
    do index += by
    while (
      index >= 0 &&
      index < layer.x.length &&
      !(layer.x[index]! >= low && layer.x[index]! <= high && layer.y[index]! >= bottom && layer.y[index]! <= top)
    )
    if (index < 0 || index >= layer.x.length) return
    mark.current = { layer, index, left: u.valToPos(layer.x[index]!, 'x'), top: u.valToPos(layer.y[index]!, 'y') }
    showTip(u)
  }

  function picture(): Picture {
    const u = chart.current!
    const ticksOf = (axis: number, spec: Axis): [number, string][] => {
      // uPlot keeps what it drew last in these two fields of an axis.
      const drawn = u.axes[axis] as unknown as { _splits?: number[]; _values?: (string | null)[] }
      return (drawn._splits ?? [])
        .map((value, i): [number, string] => [value, (drawn._values?.[i] ?? spec.format?.(value) ?? '').split('\n')[0]!])
        .filter(([value]) => value !== null)
    }
    const [w, h] = [u.bbox.width / devicePixelRatio, u.bbox.height / devicePixelRatio]
    return {
      title: props.title,
      layers: props.layers,
      xName: x.time ? `${x.name} (${zoneName(shownZone)})` : x.name,
      yName: y.name,
      xTicks: ticksOf(0, x),
      yTicks: ticksOf(1, y),
      xShare: value => u.valToPos(value, 'x') / w,
      yShare: value => 1 - u.valToPos(value, 'y') / h,
      width: Math.max(480, Math.min(1600, width)),
      height: Math.max(360, height + 90),
    }
  }

  const files: ChartFiles = {
    name: props.name,
    rows: () => layerRows(props.layers, x.time ? `${x.name} (ms since 1970, UTC)` : x.name, y.name),
    svg: () => svg(picture()),
    png: () => {
      const shown = picture()
      return png(shown.width, shown.height, (pen, clipping) => drawPicture(pen, clipping, shown))
    },
  }

  const points = props.layers.reduce((sum, layer) => sum + (layer.kind === 'points' ? layer.x.length : 0), 0)
  return (
    <ChartFrame
      title={props.title}
      note={props.note}
      tools={
        <>
          {props.tools}
          {(zoom.x !== null || zoom.y !== null) && (
            <button class="quiet" onClick={() => props.onZoom?.({ x: null, y: null })} title="Show all (0)">
              Reset zoom
            </button>
          )}
        </>
      }
      files={files}
      legend={props.legend === false ? [] : props.layers}
    >
      <div
        class="plot"
        role="img"
        aria-label={`${props.title}. ${props.summary} ${points > 0 ? `${count(points)} points.` : ''}`}
        tabIndex={0}
        onKeyDown={keys}
        ref={holder}
        style={{ height: `${height}px` }}
      >
        <div class="tip" ref={tip} hidden />
      </div>
      <div class="axis-names">
        <span>↑ {y.name}</span>
        <span>
          {x.name}
          {x.time ? ` (${zoneName(shownZone)})` : ''} →
        </span>
      </div>
    </ChartFrame>
  )
}

/** From a range of values to a range of pixels. */
export function mapping([low, high]: Range, from: number, to: number, log: boolean): (value: number) => number {
  if (log) {
    const [start, factor] = [Math.log(low), (to - from) / (Math.log(high) - Math.log(low))]
    return value => (value > 0 ? from + (Math.log(value) - start) * factor : NaN)
  }
  const factor = (to - from) / (high - low)
  return value => from + (value - low) * factor
}

const wholeSteps = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map(step => step * 10 ** power)).flat()

const sorted = (a: number, b: number): Range => (a < b ? [a, b] : [b, a])

function indexOf(ids: ArrayLike<number>, id: number): number {
  for (let i = 0; i < ids.length; i++) if (ids[i] === id) return i
  return -1
}
