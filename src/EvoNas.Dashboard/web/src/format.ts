// Numbers, durations and times as text. Every place of the page uses these, so that two charts never disagree.

export type Zone = 'local' | 'utc'

const groups = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** A whole number with groups of three: 12,345. */
export const count = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : groups.format(value)

const suffixes = ['', ' k', ' M', ' G', ' T', ' P']

/** A measured number with four significant digits: 0.7523, 318.4 M, 1.200e-7. */
export function number(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e18 || size < 1e-4) return value.toExponential(digits - 1)
  if (size < 10_000) {
    const whole = Math.floor(Math.log10(size)) + 1
    return value.toFixed(Math.max(0, Math.min(8, digits - whole)))
  }
  let step = Math.floor(Math.log10(size) / 3)
  let scaled = value / 1000 ** step
  if (Math.abs(scaled) >= 999.95) scaled = value / 1000 ** ++step
  return `${trimmed(scaled.toPrecision(digits))}${suffixes[step] ?? ''}`
}

/** For ticks of an axis: as short as it can be. */
export function tick(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e18 || size < 1e-5) return value.toExponential(0)
  if (size < 10_000) return trimmed(value.toPrecision(6))
  const step = Math.floor(Math.log10(size) / 3 + 1e-12)
  return `${trimmed((value / 1000 ** step).toPrecision(6))}${suffixes[step] ?? ''}`
}

const trimmed = (text: string): string =>
  text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/, '') : text

/** A difference, always with its sign: +0.0031, −0.0012. */
export const gain = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value)
    ? '–'
    : value === 0
      ? '±0'
      : `${value > 0 ? '+' : '−'}${number(Math.abs(value), 3)}`

export const percent = (share: number | null | undefined, digits = 0): string =>
  share === null || share === undefined || !Number.isFinite(share) ? '–' : `${(share * 100).toFixed(digits)} %`

/** A duration in its two largest units: 2 d 4 h, 3 min 12 s, 4.2 s, 12 ms. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–'
  if (seconds < 0) return `−${duration(-seconds)}`
  if (seconds === 0) return '0 s'
  if (seconds < 1e-3) return `${number(seconds * 1e6, 3)} µs`
  if (seconds < 1) return `${number(seconds * 1e3, 3)} ms`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const units: [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ]
  const at = units.findIndex(([size]) => whole >= size)
  const [size, unit] = units[at]!
  const next = units[at + 1]
  const rest = next === undefined ? 0 : Math.floor((whole % size) / next[0])
  return `${Math.floor(whole / size)} ${unit}${rest > 0 ? ` ${rest} ${next![1]}` : ''}`
}

export function bytes(size: number | null | undefined): string {
  if (size === null || size === undefined) return '–'
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let step = 0
  let scaled = size
  while (scaled >= 1024 && step < units.length - 1) {
    scaled /= 1024
    step++
  }
  return `${step === 0 ? scaled : scaled.toFixed(1)} ${units[step]}`
}

const pad = (value: number, size = 2): string => String(value).padStart(size, '0')

/** A time in the chosen zone: 2026-11-29 18:04:05. */
export function time(moment: string | number | null | undefined, zone: Zone): string {
  if (moment === null || moment === undefined) return '–'
  const date = new Date(moment)
  if (Number.isNaN(date.getTime())) return '–'
  return zone === 'utc'
    ? `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())} ` +
        `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`
    : `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ` +
        `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`
}

/** Ticks of a time axis: the clock, with the date where a day begins; dates alone where the ticks are days apart. */
export function timeTicks(moments: number[], zone: Zone): string[] {
  const step = moments.length > 1 ? moments[1]! - moments[0]! : 0
  let day = ''
  return moments.map(moment => {
    const text = time(moment, zone)
    const date = text.slice(5, 10)
    if (step >= 86_400_000) return date
    const clock = step < 60_000 && step > 0 ? text.slice(11) : text.slice(11, 16)
    const first = date !== day
    day = date
    return first ? `${date} ${clock}` : clock
  })
}

/** The name of the zone that `time` uses. */
export const zoneName = (zone: Zone): string =>
  zone === 'utc' ? 'UTC' : (Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'local time')

/** How long ago a moment was. */
export function ago(moment: string | null | undefined, now: number): string {
  if (moment === null || moment === undefined) return '–'
  const seconds = (now - new Date(moment).getTime()) / 1000
  if (!Number.isFinite(seconds)) return '–'
  return seconds < 2 ? 'now' : `${duration(Math.round(seconds))} ago`
}

/** Text of any length in one line of at most `max` characters; control characters become visible. */
export function oneLine(text: string, max = 200): string {
  const start = text.length > max * 4 ? text.slice(0, max * 4) : text
  const line = visible(start.replace(/\s+/g, ' ').trim())
  return line.length > max || start.length < text.length ? `${line.slice(0, max - 1)}…` : line
}

/** Reads JSON of a server. Its texts come from whoever named a search, a node or a metric: what a terminal or a line of
 * text would act upon is made visible here, once for all pages. */
export const parse = <T>(json: string): T =>
  JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? visible(value) : value)) as T

/** The same text with its control and direction characters shown as pictures, except line ends and tabs. */
export const visible = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, (found) => {
    const code = found.charCodeAt(0)
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    return code === 0x7f ? '\u2421' : '\ufffd'
  })
