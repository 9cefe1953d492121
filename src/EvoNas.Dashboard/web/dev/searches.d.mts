// Types of the made-up searches, for the tests.
import type { Evaluation } from '../src/api'

export interface MadeRow extends Evaluation {
  code: number
  genes: number[]
  epochs: number
}
export interface MadeSearch {
  name: string
  rows: MadeRow[]
  decisions: string[]
  options: Record<string, string[]>
  event: number
  best: MadeRow | null
  breed(): MadeRow
  seconds(): number
}
export const hostile: { genotype: string; detail: string }
export function random(seed: number): () => number
export function makeSearch(
  name: string,
  count: number,
  of?: { seed?: number; evolution?: boolean; live?: boolean; started?: number },
): MadeSearch
export function encodeColumns(search: MadeSearch, names: string[], after?: number): Buffer
