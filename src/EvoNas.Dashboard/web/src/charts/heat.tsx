// A heat map on an own canvas: rows × columns of cells, values as colours of Cividis and, where they fit, as text.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { number, oneLine } from '../format'
import { extent } from '../scale'
import { color, isLight, sequential, themeVersion } from '../theme'
import { png, type Rows } from './export'
import { ChartFrame } from './frame'
import { SvgPen, type Pen } from './pen'

interface Props {
  title: string
  name: string
  rows: string[]
  columns: string[]
  values: (number | null)[][]
  format?: (value: number) => string
  rowName: string
  columnName: string
  valueName: string
  describe?: (row: number, column: number) => string[]
  onPick?: (row: number, column: number) => void
  note?: string
  tools?: preact.ComponentChildren
  summary: string
}

const labelMax = 22

export function Heat(props: Props) {
  const holder = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [at, setAt] = useState<[number, number] | null>(null)
  const theme = themeVersion.value
  const { rows, columns, values } = props
  const rowHeight = rows.length > 60 ? 12 : 22
  const left = Math.min(width * 0.4, 14 + Math.min(labelMax, Math.max(0, ...rows.map(row => row.length))) * 6.6)
  const longest = Math.max(0, ...columns.map(column => Math.min(column.length, labelMax)))
  // Few columns do not fill the whole width: wide cells are harder to compare.
  const cell = columns.length > 0 ? Math.min(130, (width - left - 8) / columns.length) : 0
  const slanted = longest * 6.6 > cell - 4
  const top = slanted ? 20 + longest * 4.6 : 24
  const height = top + rows.length * rowHeight + 6
  const range = extent(values.flat().map(value => value ?? NaN)) ?? [0, 1]
  const share = (value: number) => (range[1] === range[0] ? 0.5 : (value - range[0]) / (range[1] - range[0]))
  const format = props.format ?? ((value: number) => number(value, 3))

  useLayoutEffect(() => {
    const element = holder.current!
    const measure = () => setWidth(Math.floor(element.clientWidth))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const draw = (pen: Pen, rotate: (x: number, y: number, angle: number, text: string) => void) => {
    pen.font = '11px system-ui, sans-serif'
    pen.textBaseline = 'middle'
    rows.forEach((row, r) => {
      pen.fillStyle = color('--text')
      pen.textAlign = 'right'
      const y = top + r * rowHeight
      if (rowHeight >= 12) pen.fillText(oneLine(row, labelMax), left - 6, y + rowHeight / 2)
      columns.forEach((_, c) => {
        const value = values[r]?.[c] ?? null
        const x = left + c * cell
        const gap = cell > 4 ? 1 : 0
        pen.fillStyle = value === null ? color('--grid') : sequential(share(value))
        pen.globalAlpha = value === null ? 0.5 : 1
        pen.fillRect(x, y, cell - gap, rowHeight - gap)
        pen.globalAlpha = 1
        const text = value === null ? '' : format(value)
        if (text !== '' && text.length * 6.2 < cell - 4 && rowHeight >= 16) {
          pen.fillStyle = isLight(share(value!)) ? '#000' : '#fff'
          pen.textAlign = 'center'
          pen.fillText(text, x + cell / 2, y + rowHeight / 2)
        }
      })
    })
    pen.fillStyle = color('--text')
    const every = Math.max(1, Math.ceil(13 / Math.max(cell, 0.1)))
    columns.forEach((column, c) => {
      if (c % every !== 0) return
      const x = left + (c + 0.5) * cell
      if (slanted) rotate(x, top - 6, -Math.PI / 4, oneLine(column, labelMax))
      else {
        pen.textAlign = 'center'
        pen.fillText(oneLine(column, labelMax), x, top - 10)
      }
    })
  }

  useEffect(() => {
    const sheet = canvas.current
    if (sheet === null || width < 20) return
    const ratio = devicePixelRatio || 1
    sheet.width = Math.round(width * ratio)
    sheet.height = Math.round(height * ratio)
    const context = sheet.getContext('2d')!
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    draw(context, rotated(context))
    if (at !== null) {
      context.strokeStyle = color('--text')
      context.lineWidth = 2
      context.strokeRect(left + at[1] * cell, top + at[0] * rowHeight, cell - 1, rowHeight - 1)
    }
  }, [width, height, values, theme, at])

  const show = (place: [number, number] | null) => {
    setAt(place)
    const box = tip.current!
    box.hidden = place === null
    if (place === null) return
    const [r, c] = place
    const value = values[r]?.[c] ?? null
    const lines = [
      `${rows[r]} · ${columns[c]}`,
      `${props.valueName}: ${value === null ? 'none' : format(value)}`,
      ...(props.describe?.(r, c) ?? []),
    ]
    box.replaceChildren(
      ...lines.map((line, i) => {
        const element = document.createElement(i === 0 ? 'b' : 'span')
        element.textContent = oneLine(line, 160)
        return element
      }),
    )
    const x = left + (c + 1) * cell
    const flip = x > width * 0.6
    box.style.left = flip ? '' : `${x + 8}px`
    box.style.right = flip ? `${width - x + cell + 8}px` : ''
    box.style.top = `${top + r * rowHeight - 4}px`
  }
  const place = (event: MouseEvent): [number, number] | null => {
    const box = canvas.current!.getBoundingClientRect()
    const c = Math.floor((event.clientX - box.left - left) / cell)
    const r = Math.floor((event.clientY - box.top - top) / rowHeight)
    return c >= 0 && c < columns.length && r >= 0 && r < rows.length ? [r, c] : null
  }
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
    if (event.key === 'Enter' && at !== null) props.onPick?.(at[0], at[1])
    else if (event.key === 'Escape') show(null)
    else if (step !== undefined && rows.length > 0 && columns.length > 0) {
      const [r, c] = at ?? [0, -step[1]!]
      show([
        Math.max(0, Math.min(rows.length - 1, r + step[0]!)),
        Math.max(0, Math.min(columns.length - 1, c + step[1]!)),
      ])
    } else return
    event.preventDefault()
  }
  const table = (): Rows => ({
    head: [props.rowName, props.columnName, props.valueName],
    rows: rows.flatMap((row, r) => columns.map((column, c) => [row, column, values[r]?.[c] ?? null])),
  })
  return (
    <ChartFrame
      title={props.title}
      note={props.note}
      tools={props.tools}
      legend={[]}
      files={{
        name: props.name,
        rows: table,
        svg: () => {
          const pen = new SvgPen(width, height + 30)
          titled(pen, props.title, width, height + 30)
          pen.group(0, 30)
          draw(pen, (x, y, angle, text) => pen.turnedText(text, x, y, angle))
          pen.unclip()
          return pen.toString()
        },
        png: () =>
          png(width, height + 30, pen => {
            titled(pen, props.title, width, height + 30)
            const context = pen as CanvasRenderingContext2D
            context.translate(0, 30)
            draw(context, rotated(context))
          }),
      }}
    >
      <div
        class="plot heat"
        ref={holder}
        role="img"
        tabIndex={0}
        aria-label={`${props.title}. ${props.summary}`}
        onKeyDown={keys}
        onBlur={() => show(null)}
      >
        <canvas
          ref={canvas}
          style={{ width: '100%', height: `${height}px` }}
          onMouseMove={event => show(place(event))}
          onMouseLeave={() => show(null)}
          onClick={event => {
            const hit = place(event)
            if (hit !== null) props.onPick?.(hit[0], hit[1])
          }}
        />
        <div class="tip" ref={tip} hidden />
      </div>
      <div class="ramp">
        <span>{format(range[0])}</span>
        <canvas
          width={120}
          height={8}
          aria-hidden="true"
          ref={sheet => {
            const context = sheet?.getContext('2d')
            for (let x = 0; context && x < 120; x++) {
              context.fillStyle = sequential(x / 119)
              context.fillRect(x, 0, 1, 8)
            }
          }}
        />
        <span>{format(range[1])}</span>
        <span class="muted">{props.valueName}</span>
      </div>
    </ChartFrame>
  )
}

const rotated =
  (context: CanvasRenderingContext2D) =>
  (x: number, y: number, angle: number, text: string): void => {
    context.save()
    context.translate(x, y)
    context.rotate(angle)
    context.textAlign = 'left'
    context.fillText(text, 0, 0)
    context.restore()
  }

function titled(pen: Pen, title: string, width: number, height: number): void {
  pen.fillStyle = color('--surface')
  pen.fillRect(0, 0, width, height)
  pen.fillStyle = color('--text')
  pen.font = '600 14px system-ui, sans-serif'
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  pen.fillText(title, 8, 18)
}
