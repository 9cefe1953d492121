// What draws: the part of a canvas's context that the charts use. `SvgPen` writes the same calls as SVG,
// so an exported file shows what the screen shows.

export interface Pen {
  fillStyle: string | CanvasGradient | CanvasPattern
  strokeStyle: string | CanvasGradient | CanvasPattern
  lineWidth: number
  globalAlpha: number
  font: string
  textAlign: CanvasTextAlign
  textBaseline: CanvasTextBaseline
  beginPath(): void
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  rect(x: number, y: number, width: number, height: number): void
  arc(x: number, y: number, radius: number, from: number, to: number): void
  closePath(): void
  stroke(): void
  fill(): void
  fillRect(x: number, y: number, width: number, height: number): void
  fillText(text: string, x: number, y: number): void
  setLineDash(dash: number[]): void
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text for an XML document. Characters that XML 1.0 has no place for are replaced. */
export const escaped = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/g, '\ufffd')
    .replace(/(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replace(/[&<>"']/g, found => escapes[found]!)

const short = (value: number): string => String(Math.round(value * 100) / 100)

export class SvgPen implements Pen {
  fillStyle = '#000'
  strokeStyle = '#000'
  lineWidth = 1
  globalAlpha = 1
  font = '12px sans-serif'
  textAlign: CanvasTextAlign = 'left'
  textBaseline: CanvasTextBaseline = 'alphabetic'
  #path: string[] = []
  #dash: number[] = []
  readonly #parts: string[] = []
  #clips = 0

  constructor(
    readonly width: number,
    readonly height: number,
  ) {}

  beginPath(): void {
    this.#path = []
  }
  moveTo(x: number, y: number): void {
    this.#path.push(`M${short(x)} ${short(y)}`)
  }
  lineTo(x: number, y: number): void {
    this.#path.push(`L${short(x)} ${short(y)}`)
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.#path.push(`M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}z`)
  }
  arc(x: number, y: number, radius: number): void {
    const r = short(radius)
    this.#path.push(
      `M${short(x - radius)} ${short(y)}a${r} ${r} 0 1 0 ${short(2 * radius)} 0a${r} ${r} 0 1 0 ${short(-2 * radius)} 0`,
    )
  }
  closePath(): void {
    this.#path.push('z')
  }
  #alpha(): string {
    return this.globalAlpha < 1 ? ` opacity="${short(this.globalAlpha)}"` : ''
  }
  stroke(): void {
    const dash = this.#dash.length > 0 ? ` stroke-dasharray="${this.#dash.join(' ')}"` : ''
    this.#parts.push(
      `<path d="${this.#path.join('')}" fill="none" stroke="${escaped(this.strokeStyle)}" ` +
        `stroke-width="${short(this.lineWidth)}"${dash}${this.#alpha()}/>`,
    )
  }
  fill(): void {
    this.#parts.push(`<path d="${this.#path.join('')}" fill="${escaped(this.fillStyle)}"${this.#alpha()}/>`)
  }
  fillRect(x: number, y: number, width: number, height: number): void {
    this.#parts.push(
      `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" ` +
        `fill="${escaped(this.fillStyle)}"${this.#alpha()}/>`,
    )
  }
  fillText(text: string, x: number, y: number): void {
    const anchor = { left: 'start', start: 'start', center: 'middle', right: 'end', end: 'end' }[this.textAlign]
    const shift = { middle: '0.35em', top: '0.8em', hanging: '0.8em' }[this.textBaseline as string] ?? '0'
    const size = /(\d+(?:\.\d+)?)px/.exec(this.font)?.[1] ?? '12'
    const weight = /^(?:bold|600)/.test(this.font) ? ' font-weight="600"' : ''
    this.#parts.push(
      `<text x="${short(x)}" y="${short(y)}" dy="${shift}" font-size="${size}"${weight} text-anchor="${anchor}" ` +
        `fill="${escaped(this.fillStyle)}"${this.#alpha()}>${escaped(text)}</text>`,
    )
  }
  setLineDash(dash: number[]): void {
    this.#dash = dash
  }

  /** What is drawn until `unclip` is cut off outside this rectangle. */
  clip(x: number, y: number, width: number, height: number): void {
    const id = `clip${++this.#clips}`
    this.#parts.push(
      `<clipPath id="${id}"><rect x="${short(x)}" y="${short(y)}" width="${short(width)}" ` +
        `height="${short(height)}"/></clipPath><g clip-path="url(#${id})">`,
    )
  }
  /** What is drawn until `unclip` is moved. */
  group(x: number, y: number): void {
    this.#parts.push(`<g transform="translate(${short(x)} ${short(y)})">`)
  }
  turnedText(text: string, x: number, y: number, angle: number): void {
    this.#parts.push(
      `<text transform="translate(${short(x)} ${short(y)}) rotate(${short((angle * 180) / Math.PI)})" ` +
        `font-size="11" fill="${escaped(this.fillStyle)}">${escaped(text)}</text>`,
    )
  }
  unclip(): void {
    this.#parts.push('</g>')
  }

  toString(): string {
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${this.height}" ` +
      `viewBox="0 0 ${this.width} ${this.height}" font-family="system-ui, sans-serif">${this.#parts.join('')}</svg>`
    )
  }
}
