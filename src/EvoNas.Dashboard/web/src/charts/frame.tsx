// The frame of every chart: title, tools, legend, files (PNG, SVG, CSV) and the numbers as a table.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { count } from '../format'
import { color, themeVersion } from '../theme'
import { csv, drawSwatch, fileName, save, type Rows } from './export'
import type { Layer } from './layers'

export interface ChartFiles {
  name: string
  rows: () => Rows
  svg: () => string
  png: () => Promise<Blob>
}

interface Props {
  title: string
  note?: string | undefined
  tools?: ComponentChildren
  files: ChartFiles
  legend: Layer[]
  children: ComponentChildren
}

const tableMax = 500

export function ChartFrame({ title, note, tools, files, legend, children }: Props) {
  const [rows, setRows] = useState<Rows | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const attempt = (make: () => void | Promise<void>) => async () => {
    try {
      setTrouble(null)
      await make()
    } catch (error) {
      setTrouble((error as Error).message)
    }
  }
  return (
    <section class="card chart">
      <header>
        <h2>{title}</h2>
        <div class="tools">
          {tools}
          <details class="menu" onToggle={closeOutside}>
            <summary aria-label={`Files of “${title}”`} title="Save or show as a table">
              ⋯
            </summary>
            <div>
              <button onClick={attempt(async () => save(await files.png(), fileName(files.name, 'png')))}>PNG</button>
              <button onClick={attempt(() => save(files.svg(), fileName(files.name, 'svg'), 'image/svg+xml'))}>
                SVG
              </button>
              <button onClick={attempt(() => save(csv(files.rows()), fileName(files.name, 'csv'), 'text/csv'))}>
                CSV
              </button>
              <button onClick={attempt(() => setRows(rows === null ? files.rows() : null))}>
                {rows === null ? 'Table' : 'Chart'}
              </button>
            </div>
          </details>
        </div>
      </header>
      {trouble !== null && <p class="trouble">{trouble}</p>}
      <Legend layers={legend} />
      {rows !== null && <RowsTable rows={rows} title={title} />}
      <div class={rows === null ? undefined : 'away'}>{children}</div>
      {note !== undefined && note !== '' && <p class="note">{note}</p>}
    </section>
  )
}

/** A menu that is open closes when something else is pressed. */
function closeOutside(event: Event): void {
  const menu = event.currentTarget as HTMLDetailsElement
  if (!menu.open) return
  const close = (press: Event) => {
    if (press.type === 'keydown' && (press as KeyboardEvent).key !== 'Escape') return
    if (press.type === 'pointerdown' && menu.contains(press.target as Node)) return
    menu.open = false
    removeEventListener('pointerdown', close)
    removeEventListener('keydown', close)
  }
  addEventListener('pointerdown', close)
  addEventListener('keydown', close)
}

function RowsTable({ rows, title }: { rows: Rows; title: string }) {
  return (
    <div class="scroll short" tabIndex={0} role="region" aria-label={`${title} as a table`}>
      <table>
        <thead>
          <tr>
            {rows.head.map(head => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.rows.slice(0, tableMax).map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) => (
                <td key={j} class={typeof cell === 'number' ? 'number' : undefined}>
                  {cell ?? ''}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.rows.length > tableMax && (
        <p class="note">
          The first {count(tableMax)} of {count(rows.rows.length)} rows; CSV has them all.
        </p>
      )}
    </div>
  )
}

function Legend({ layers }: { layers: Layer[] }) {
  const named = layers.filter(layer => layer.kind !== 'edges')
  if (named.length < 2) return null
  return (
    <ul class="legend">
      {named.map(layer => (
        <li key={`${layer.kind} ${layer.name}`}>
          <Swatch layer={layer} />
          {layer.name}
        </li>
      ))}
    </ul>
  )
}

function Swatch({ layer }: { layer: Layer }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const theme = themeVersion.value
  const look = `${layer.kind} ${layer.color} ${layer.kind === 'points' ? layer.glyph : ''}`
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!
    context.setTransform(2, 0, 0, 2, 0, 0)
    context.clearRect(0, 0, 16, 12)
    drawSwatch(context, layer, 0, 6)
  }, [look, theme, color(layer.color)])
  return <canvas ref={canvas} width={32} height={24} aria-hidden="true" />
}
