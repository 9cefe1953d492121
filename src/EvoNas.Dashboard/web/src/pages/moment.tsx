import { useEffect, useState } from 'preact/hooks'
import type { At } from '../api'
import { count, number } from '../format'
import { param, set } from '../router'
import type { SearchModel } from '../store'
import { Birth, Time, useResource } from '../ui'

/** The moment of the past that the page shows: a slider over the events of the journal. */
export function Moment({ model }: { model: SearchModel }) {
  const at = param('at')
  const last = Math.max(model.detail.value?.events ?? 0, model.event.value, 1)
  const [draft, setDraft] = useState(at)
  useEffect(() => setDraft(at), [at])
  const answer = useResource<At>(at === '' ? null : `${model.path}/at/${encodeURIComponent(at)}`)
  if (at === '') return null
  const settle = (value: string) => set({ at: value })
  return (
    <div class="moment" role="region" aria-label="Moment that is shown">
      <b>As it was after event {count(Number(draft))}</b>
      <span class="muted">of {count(last)}</span>
      <input
        type="range"
        aria-label="Event"
        min={1}
        max={last}
        value={draft}
        onInput={event => setDraft((event.target as HTMLInputElement).value)}
        onChange={event => settle((event.target as HTMLInputElement).value)}
      />
      {answer.data !== null && (
        <span>
          <Time at={answer.data.time} /> · {count(answer.data.ended)} ended, {count(answer.data.ruledOut)} ruled out,{' '}
          {count(answer.data.pending)} in work
          {answer.data.best !== null && (
            <>
              {' '}
              · best {number(answer.data.best.fitness, 5)} <Birth search={model.name} birth={answer.data.best.birth} />
            </>
          )}
        </span>
      )}
      {answer.error !== null && <span class="trouble">{answer.error.message}</span>}
      <button onClick={() => set({ at: null }, true)}>Now</button>
    </div>
  )
}
