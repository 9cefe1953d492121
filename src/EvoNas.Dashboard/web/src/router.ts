// The address is the state: a page that is reloaded, bookmarked or sent to somebody shows the same.
// It stands in the fragment (`#/night/lineage?of=12`), so the server needs no routes and any path before it works.

import { signal } from '@preact/signals'
import { visible } from './format'

export interface Route {
  page: string
  search: string | null
  birth: string | null
  params: Record<string, string>
}

/** Pages that belong to no single search. `~` cannot begin a search's name. */
export const globalPages = ['searches', 'compare', 'cluster', 'actors'] as const
export const searchPages = [
  'live',
  'front',
  'candidate',
  'lineage',
  'table',
  'space',
  'mutations',
  'journal',
] as const

export function parse(fragment: string): Route {
  const text = fragment.replace(/^#?\/?/, '')
  const at = text.indexOf('?')
  const path = (at < 0 ? text : text.slice(0, at)).split('/').map(decoded)
  const params: Record<string, string> = {}
  if (at >= 0) for (const [key, value] of new URLSearchParams(text.slice(at + 1))) params[key] = value
  const [first = '', second = '', third = ''] = path
  if (first === '') return { page: 'searches', search: null, birth: null, params }
  if (first.startsWith('~')) {
    const page = first.slice(1)
    const known = (globalPages as readonly string[]).includes(page)
    return { page: known ? page : 'unknown', search: null, birth: null, params }
  }
  if (second === 'candidate') return { page: 'candidate', search: first, birth: third || 'best', params }
  if (second === '') return { page: 'live', search: first, birth: null, params }
  const known = (searchPages as readonly string[]).includes(second)
  return { page: known ? second : 'unknown', search: first, birth: null, params }
}

export function format(to: Route): string {
  const params = new URLSearchParams()
  for (const key of Object.keys(to.params).sort()) if (to.params[key] !== '') params.set(key, to.params[key]!)
  const tail = params.size > 0 ? `?${params}` : ''
  if (to.search === null) return to.page === 'searches' ? `#/${tail}` : `#/~${to.page}${tail}`
  const path = `#/${encodeURIComponent(to.search)}/${to.page}`
  return `${path}${to.page === 'candidate' ? `/${encodeURIComponent(to.birth ?? 'best')}` : ''}${tail}`
}

function decoded(part: string): string {
  try {
    return visible(decodeURIComponent(part))
  } catch {
    return part
  }
}

export const route = signal<Route>(parse(''))

/** Reads the address, now and whenever it changes. */
export function start(): void {
  const read = () => {
    route.value = parse(location.hash)
  }
  addEventListener('hashchange', read)
  addEventListener('popstate', read)
  read()
}

/** What stays when the page changes: the moment that is looked at. */
const lasting = (search: string | null): Record<string, string> =>
  search !== null && search === route.value.search && route.value.params['at'] !== undefined
    ? { at: route.value.params['at'] }
    : {}

export const href = (
  page: string,
  search: string | null = null,
  birth: number | string | null = null,
  params: Record<string, string> = {},
): string =>
  format({ page, search, birth: birth === null ? null : String(birth), params: { ...lasting(search), ...params } })

export function go(address: string): void {
  history.pushState(null, '', address)
  route.value = parse(address)
}

/** Changes parameters of this page; null removes one. Without `push`, "back" does not come here. */
export function set(params: Record<string, string | null>, push = false): void {
  const next = { ...route.value.params }
  for (const [key, value] of Object.entries(params)) {
    if (value === null || value === '') delete next[key]
    else next[key] = value
  }
  const address = format({ ...route.value, params: next })
  if (push) history.pushState(null, '', address)
  else history.replaceState(null, '', address)
  route.value = { ...route.value, params: next }
}

export const param = (key: string, otherwise = ''): string => route.value.params[key] ?? otherwise

/** A range as `from~to`; null where it is none. */
export function range(text: string | undefined): [number, number] | null {
  if (text === undefined || text === '') return null
  const [from, to] = text.split('~').map(Number)
  return from !== undefined && to !== undefined && Number.isFinite(from) && Number.isFinite(to) && from < to
    ? [from, to]
    : null
}

export const rangeText = (of: [number, number] | null): string =>
  of === null ? '' : `${Number(of[0].toPrecision(8))}~${Number(of[1].toPrecision(8))}`
