// Fails where the built files are larger than what the dashboard may have, or a compressed one is not of its source.
import { readdirSync, readFileSync } from 'node:fs'
import { brotliDecompressSync, gzipSync } from 'node:zlib'

const folder = new URL('../../wwwroot/', import.meta.url)
const limits = { script: 80 * 1024, all: 150 * 1024 }
let [script, all] = [0, 0]
for (const name of readdirSync(folder).sort()) {
  if (name.endsWith('.br')) {
    const source = readFileSync(new URL(name.slice(0, -3), folder))
    if (brotliDecompressSync(readFileSync(new URL(name, folder))).equals(source)) continue
    console.error(`${name} is not the compressed ${name.slice(0, -3)}.`)
    process.exit(1)
  }
  const size = gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length
  all += size
  if (name.endsWith('.js')) script += size
  console.log(`${name.padEnd(14)} ${(size / 1024).toFixed(1).padStart(6)} KB`)
}
console.log(`script ${(script / 1024).toFixed(1)} of 80 KB, all ${(all / 1024).toFixed(1)} of 150 KB (gzip)`)
if (script > limits.script || all > limits.all) {
  console.error('The built files are larger than the budget of the dashboard.')
  process.exit(1)
}
