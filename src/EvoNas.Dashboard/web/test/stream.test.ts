import { beforeEach, describe, expect, test } from 'vitest'
import { Connection, pause, type Message, type Status } from '../src/stream'

class FakeSource {
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  closed = false
  readonly listeners = new Map<string, (event: MessageEvent<string>) => void>()
  constructor(readonly address: string) {}
  addEventListener(type: string, listen: (event: MessageEvent<string>) => void) {
    this.listeners.set(type, listen)
  }
  say(type: string, data: unknown, lastEventId = '') {
    this.listeners.get(type)!({ data: typeof data === 'string' ? data : JSON.stringify(data), lastEventId } as MessageEvent)
  }
  close() {
    this.closed = true
  }
}

describe('a connection', () => {
  let sources: FakeSource[]
  let waits: { run: () => void; milliseconds: number; cancelled: boolean }[]
  let messages: Message[]
  let states: Status[]
  let connection: Connection

  beforeEach(() => {
    sources = []
    waits = []
    messages = []
    states = []
    connection = new Connection(
      message => messages.push(message),
      status => states.push(status),
      {
        open: address => {
          const made = new FakeSource(address)
          sources.push(made)
          return made
        },
        later: (run, milliseconds) => waits.push({ run, milliseconds, cancelled: false }) - 1,
        cancel: timer => void (waits[timer as number]!.cancelled = true),
        random: () => 0.5,
      },
    )
  })

  test('asks for the searches that are watched, at a relative address', () => {
    connection.watch(['b', 'a', 'b'])
    expect(sources[0]!.address).toBe('api/v1/events?searches=a%2Cb')
  })

  test('goes on after the last event of each search', () => {
    connection.watch(['a', 'b'])
    sources[0]!.onopen!()
    sources[0]!.say('evaluation', { search: 'a' }, 'a:12,b:40')
    sources[0]!.say('evaluation', { search: 'a' }, 'a:15,b:40')
    sources[0]!.onerror!()
    waits[0]!.run()
    expect(sources[1]!.address).toBe('api/v1/events?searches=a%2Cb&after=a%3A15%2Cb%3A40')
    expect(states).toEqual(['connecting', 'live', 'broken', 'connecting'])
  })

  test('waits longer after each failure, at most about half a minute, and starts anew after a success', () => {
    connection.watch(['a'])
    for (let i = 0; i < 8; i++) {
      sources.at(-1)!.onerror!()
      waits.at(-1)!.run()
    }
    expect(waits.map(wait => wait.milliseconds)).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000])
    sources.at(-1)!.onopen!()
    sources.at(-1)!.onerror!()
    expect(waits.at(-1)!.milliseconds).toBe(1000)
  })

  test('does not connect anew when the same searches are asked for', () => {
    connection.watch(['a', 'b'])
    connection.watch(['b', 'a'])
    expect(sources).toHaveLength(1)
    connection.watch(['a'])
    expect(sources).toHaveLength(2)
    expect(sources[0]!.closed).toBe(true)
  })

  test('an error of a source that was closed changes nothing', () => {
    connection.watch(['a'])
    connection.watch(['b'])
    sources[0]!.onerror!()
    expect(waits).toHaveLength(0)
  })

  test('a message that is not JSON is left out and the next one counts', () => {
    connection.watch(['a'])
    sources[0]!.say('state', '<html>')
    sources[0]!.say('state', { name: 'a' })
    expect(messages).toEqual([{ type: 'state', data: { name: 'a' } }])
  })

  test('tries at once when the browser is online again', () => {
    connection.watch(['a'])
    sources[0]!.onerror!()
    connection.hurry()
    expect(waits[0]!.cancelled).toBe(true)
    expect(sources).toHaveLength(2)
  })

  test('is silent after it was closed', () => {
    connection.watch(['a'])
    connection.close()
    expect(sources[0]!.closed).toBe(true)
    connection.hurry()
    expect(sources).toHaveLength(1)
  })
})

test('waits differ between tabs by at most a quarter', () => {
  for (let attempt = 0; attempt < 10; attempt++) {
    const middle = Math.min(30_000, 1000 * 2 ** Math.min(attempt, 5))
    expect(pause(attempt, 0)).toBe(middle * 0.75)
    expect(pause(attempt, 0.999)).toBeLessThan(middle * 1.25)
  }
})
