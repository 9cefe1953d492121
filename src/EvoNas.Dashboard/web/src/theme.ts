// The colours of the charts, read from the style sheet, so that light and dark are defined in one place.

import { signal } from '@preact/signals'
import { scheme, store, type Scheme } from './store'

/** Counts the changes of the scheme: charts are drawn again. */
export const themeVersion = signal(0)

const cache = new Map<string, string>()

/** The value of a custom property such as `--c1`. */
export function color(name: string): string {
  let value = cache.get(name)
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(name).trim() || '#888'
    cache.set(name, value)
  }
  return value
}

/** Colours for groups, in the order of Okabe and Ito (2008), which colour-blind people can tell apart. */
export const groupColors = ['--c1', '--c2', '--c3', '--c4', '--c5', '--c6', '--c7', '--c8']
export type Glyph = 'dot' | 'ring' | 'cross' | 'square' | 'diamond' | 'triangle' | 'plus' | 'bar'
/** Each group has a form too: a colour alone is not enough. */
export const groupGlyphs: Glyph[] = ['dot', 'square', 'diamond', 'triangle', 'ring', 'cross', 'plus', 'bar']
export const groupDashes = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 4], [1, 3], [10, 2, 2, 2, 2, 2]]

// Cividis (Nuñez, Anderton and Renslow 2018): rises in lightness, and looks the same to the colour-blind.
const ramp = ['#00224e', '#123570', '#3b496c', '#575d6d', '#707173', '#8a8678', '#a59c74', '#c3b369', '#e1cc55', '#fee838']

/** A colour for a share from 0 to 1. */
export function sequential(share: number): string {
  const at = Math.max(0, Math.min(1, share)) * (ramp.length - 1)
  const below = Math.min(ramp.length - 2, Math.floor(at))
  const [low, high] = [ramp[below]!, ramp[below + 1]!]
  const part = (start: number) => {
    const from = parseInt(low.slice(start, start + 2), 16)
    return Math.round(from + (parseInt(high.slice(start, start + 2), 16) - from) * (at - below))
  }
  return `rgb(${part(1)},${part(3)},${part(5)})`
}

/** True where black is easier to read than white on `sequential(share)`. */
export const isLight = (share: number): boolean => share > 0.52

function changed(): void {
  cache.clear()
  themeVersion.value++
}

export function setScheme(next: Scheme): void {
  scheme.value = next
  store('evonas-scheme', next === 'auto' ? null : next)
  applyScheme()
}

export function applyScheme(): void {
  if (scheme.value === 'auto') delete document.documentElement.dataset['scheme']
  else document.documentElement.dataset['scheme'] = scheme.value
  changed()
}

export function watchScheme(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed)
  // Charts on paper are drawn in the light colours.
  addEventListener('beforeprint', changed)
  addEventListener('afterprint', changed)
  applyScheme()
}
